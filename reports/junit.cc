#include "reports/junit.h"

#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "reports/comparison_junit.h"
#include "reports/junit_xml.h"
#include "reports/run_notes.h"

namespace eif {
namespace {

// ---- What a suite has --------------------------------------------------------------------------

void add_outcome(const std::string& name, const ExpectationResult& one, JunitSuite& suite) {
  suite.properties.emplace_back(name, verdict_name(one.outcome.verdict));
  if (std::isfinite(one.outcome.mean)) {
    suite.properties.emplace_back(name + ".effect", absl::StrFormat("%.6g", one.outcome.mean));
  }
}

// With how many seeds that was judged on, where it was broken off.
void add_beside(const std::string& name, const DesideratumResult& of, const ExpectationResult& one,
                JunitSuite& suite) {
  const std::string control = absl::StrCat(name, ".", of.beside->control);
  suite.properties.emplace_back(control, verdict_name(one.beside->outcome.verdict));
  const size_t count = of.beside->seeds.size();
  if (count >= of.seeds.size()) return;
  suite.properties.emplace_back(control + ".seeds", absl::StrCat(count, " of ", of.seeds.size()));
}

std::string why_not(const DesideratumResult& result, const ExpectationResult& one) {
  if (one.outcome.verdict != Verdict::kNotMeasured) return "";
  if (!one.outcome.reason.empty()) return one.outcome.reason;
  return result.error.empty() ? "not measured" : result.error;
}

void add_result(const RunResult& run, const DesideratumResult& result, JunitSuite& suite) {
  const std::string id = result_name(run.request, result.key);
  const std::string class_name = absl::StrCat(result.key.model, ".", id);
  const DesideratumResult* read = find_condition(run, result, Condition::kInContext);
  suite.properties.emplace_back(id, verdict_name(result.verdict));
  suite.lines.push_back(
      absl::StrCat(id, ": ", verdict_text(result), ". ", finding(result)));
  for (const ExpectationResult& one : result.expectations) {
    const std::string name = absl::StrCat(id, ".", one.expectation.id);
    add_outcome(name, one, suite);
    const ExpectationResult* in_context =
        read == nullptr ? nullptr : find_expectation(*read, one.expectation.id);
    if (in_context != nullptr) add_outcome(name + ".in_context", *in_context, suite);
    if (one.beside) add_beside(name, result, one, suite);
    suite.cases.push_back({class_name, one.expectation.id, why_not(result, one)});
  }
  if (result.expectations.empty() && !result.error.empty()) {
    suite.cases.push_back({class_name, "measured", result.error});
  }
}

JunitSuite suite_of(const RunResult& run, const ModelContext& model) {
  JunitSuite suite{.name = model.name, .seconds = model.measure_seconds};
  const RunContext& context = run.context;
  suite.properties = {{"eif-suite.version", context.program_version},
                      {"eif-suite.fingerprint", model.fingerprint},
                      {"eif-suite.learning_rate", absl::StrCat(model.learning_rate)},
                      {"eif-suite.engine", run.request.engine},
                      {"eif-suite.seeds", absl::StrJoin(model.seeds, ",")}};
  for (const auto& [key, value] : context.tags) {
    suite.properties.emplace_back(absl::StrCat("tag.", key), value);
  }
  for (const DesideratumResult& result : run.results) {
    if (result.key.model == model.name && result.key.condition == Condition::kFineTuning) {
      add_result(run, result, suite);
    }
  }
  return suite;
}

// Whether the run came to its end: of no model.
JunitSuite suite_of_run(const RunResult& run) {
  JunitSuite suite{.name = "run"};
  std::vector<std::string> why = run.problems;
  if (run.end != RunEnd::kComplete && why.empty()) {
    why.push_back(absl::StrCat("the run did not come to its end (", run_end_name(run.end), ")"));
  }
  suite.cases.push_back({"eif-suite.run", "complete", absl::StrJoin(why, "; ")});
  for (const RunNote& note : run_notes(run)) {
    suite.lines.push_back(absl::StrCat(note.subject, ": ", note.text));
  }
  return suite;
}

}  // namespace

std::string run_junit(const RunResult& run, const GatedComparison* gate) {
  std::vector<JunitSuite> suites = {suite_of_run(run)};
  if (gate != nullptr) suites.push_back(comparison_suite(*gate));
  for (const ModelContext& model : run.context.models) suites.push_back(suite_of(run, model));
  return junit_xml(suites, run.context.started_at);
}

}  // namespace eif
