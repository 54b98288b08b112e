#include "reports/comparison_junit.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "reports/comparison_text.h"

namespace eif {
namespace {

std::string failure_of(const GatedComparison& gated, const ComparedDesideratum& desideratum,
                       const std::string& expectation) {
  for (const GateFinding& one : gated.findings) {
    if (one.level == GateLevel::kFail && one.model == desideratum.model &&
        one.desideratum == desideratum.desideratum && one.expectation == expectation) {
      return one.why;
    }
  }
  return "";
}

void add_desideratum(const GatedComparison& gated, const ComparedDesideratum& one,
                     JunitSuite& suite) {
  const std::string name = absl::StrCat(suite.name, ".", one.model, ".", one.desideratum);
  // An error says that nothing can be said, so that there is no failure beside it.
  suite.cases.push_back(
      {name, "verdict", one.why, one.why.empty() ? failure_of(gated, one, "") : ""});
  suite.properties.emplace_back(name, verdicts_text(one));
  for (const ComparedExpectation& expectation : one.expectations) {
    if (!expectation.primary) continue;
    const EffectChange& change = expectation.change;
    const bool is_measured = change.change != Change::kNotMeasured;
    suite.cases.push_back({name, expectation.id, is_measured ? "" : "not measured in every seed",
                           is_measured ? failure_of(gated, one, expectation.id) : ""});
    suite.properties.emplace_back(absl::StrCat(name, ".", expectation.id), change_text(change));
    if (!is_measured || change.change == Change::kDecidedByRegime) continue;
    suite.properties.emplace_back(absl::StrCat(name, ".", expectation.id, ".change"),
                                  absl::StrFormat("%.6g", change.difference));
  }
}

}  // namespace

JunitSuite comparison_suite(const GatedComparison& gated) {
  const RunComparison& comparison = gated.comparison;
  JunitSuite suite{.name = gated.has_gate ? "gate" : "comparison"};
  suite.properties.emplace_back("eif-suite.baseline", comparison.baseline_path);
  suite.properties.emplace_back("eif-suite.outcome", outcome_text(gated));
  suite.cases.push_back(
      {absl::StrCat("eif-suite.", suite.name), "complete", absl::StrJoin(comparison.cut_short, "; ")});
  for (const ComparedDesideratum& one : comparison.desiderata) add_desideratum(gated, one, suite);
  for (const RunNote& note : comparison_notes(gated)) {
    suite.lines.push_back(absl::StrCat(note.subject, ": ", note.text));
  }
  suite.lines.push_back(outcome_text(gated));
  return suite;
}

std::string comparison_junit(const GatedComparison& gated) {
  return junit_xml({comparison_suite(gated)}, gated.comparison.run.started_at);
}

}  // namespace eif
