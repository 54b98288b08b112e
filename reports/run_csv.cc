#include "reports/run_csv.h"

#include <cstdint>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "reports/csv.h"
#include "suite/core/deciding_dose.h"

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

// Of one expectation. `of`: what tells its result apart.
void append_rows(const ResultKey& of, const Expectation& expectation,
                 const std::vector<uint64_t>& seeds, const std::vector<double>& per_seed,
                 const ExpectationVerdict& outcome, bool decides, std::string& csv) {
  for (size_t i = 0; i < per_seed.size(); ++i) {
    absl::StrAppend(&csv, key_columns(of), ",", csv_field(expectation.id), ",",
                    kind_name(expectation.kind), ",", expectation.primary ? "yes" : "no", ",",
                    seeds[i]);
    append_csv_number(csv, per_seed[i]);
    absl::StrAppend(&csv, ",", verdict_name(outcome.verdict));
    for (const double number :
         {outcome.mean, outcome.interval.low, outcome.interval.high, outcome.p_adjusted}) {
      append_csv_number(csv, number);
    }
    absl::StrAppend(&csv, ",", decides ? "yes" : "no");
    append_csv_number(csv, outcome.p_decides);
    csv += '\n';
  }
}

// And of what stands beside it, which has the name of the control.
void append_rows(const DesideratumResult& result, const ExpectationResult& one, std::string& csv) {
  const bool is_deciding = decides(result);
  append_rows(result.key, one.expectation, result.seeds, one.per_seed, one.outcome, is_deciding,
              csv);
  if (!one.beside) return;
  ResultKey beside = result.key;
  beside.control = result.beside->control;
  append_rows(beside, one.expectation, result.beside->seeds, one.beside->per_seed,
              one.beside->outcome, is_deciding, csv);
}

}  // namespace

std::string run_csv(const RunResult& run) {
  std::string csv =
      "model,revision,recipe,dose,control,condition,desideratum,expectation,kind,primary,seed,"
      "effect,verdict,mean,ci_low,ci_high,p_adjusted,decides,p_decides\n";
  for (const DesideratumResult& result : run.results) {
    for (const ExpectationResult& one : result.expectations) append_rows(result, one, csv);
  }
  return csv;
}

}  // namespace eif
