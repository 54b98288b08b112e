#include "reports/run_csv.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "reports/csv.h"

namespace eif {
namespace {

// The columns that tell results apart.
std::string key_columns(const ResultKey& key) {
  std::vector<std::string> fields;
  for (const std::string& field : {key.model, key.revision, key.recipe, key.dose, key.control,
                                   std::string(condition_name(key.condition)), key.desideratum}) {
    fields.push_back(csv_field(field));
  }
  return absl::StrJoin(fields, ",");
}

void append_rows(const DesideratumResult& result, const ExpectationResult& one, std::string& csv) {
  const ExpectationVerdict& outcome = one.outcome;
  for (size_t i = 0; i < one.per_seed.size(); ++i) {
    absl::StrAppend(&csv, key_columns(result.key), ",", csv_field(one.expectation.id), ",",
                    kind_name(one.expectation.kind), ",", one.expectation.primary ? "yes" : "no",
                    ",", result.seeds[i]);
    append_csv_number(csv, one.per_seed[i]);
    absl::StrAppend(&csv, ",", verdict_name(outcome.verdict));
    for (const double number :
         {outcome.mean, outcome.interval.low, outcome.interval.high, outcome.p_adjusted}) {
      append_csv_number(csv, number);
    }
    csv += '\n';
  }
}

}  // namespace

std::string run_csv(const RunResult& run) {
  std::string csv =
      "model,revision,recipe,dose,control,condition,desideratum,expectation,kind,primary,seed,"
      "effect,verdict,mean,ci_low,ci_high,p_adjusted\n";
  for (const DesideratumResult& result : run.results) {
    for (const ExpectationResult& one : result.expectations) append_rows(result, one, csv);
  }
  return csv;
}

}  // namespace eif
