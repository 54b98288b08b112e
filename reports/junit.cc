#include "reports/junit.h"

#include <cmath>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "reports/figures/svg.h"
#include "reports/run_notes.h"
#include "suite/formats/printable.h"

namespace eif {
namespace {

// An attribute or text, on one line.
std::string text_of(std::string_view text) { return xml_escaped(printable(text)); }

std::string property(std::string_view name, std::string_view value) {
  return absl::StrCat("      <property name=\"", text_of(name), "\" value=\"", text_of(value),
                      "\"/>\n");
}

struct TestCase {
  std::string class_name, name;
  std::string error;  // why it could not be measured; empty where it was
};

struct TestSuite {
  std::string name;
  double seconds = 0;
  std::vector<std::string> properties;
  std::vector<TestCase> cases;
  std::vector<std::string> lines;  // for a person
};

// ---- What a suite has --------------------------------------------------------------------------

void add_outcome(const std::string& name, const ExpectationResult& one, TestSuite& suite) {
  suite.properties.push_back(property(name, verdict_name(one.outcome.verdict)));
  if (std::isfinite(one.outcome.mean)) {
    suite.properties.push_back(
        property(name + ".effect", absl::StrFormat("%.6g", one.outcome.mean)));
  }
}

std::string why_not(const DesideratumResult& result, const ExpectationResult& one) {
  if (one.outcome.verdict != Verdict::kNotMeasured) return "";
  if (!one.outcome.reason.empty()) return one.outcome.reason;
  return result.error.empty() ? "not measured" : result.error;
}

void add_result(const RunResult& run, const DesideratumResult& result, TestSuite& suite) {
  const std::string id = result_name(run.request, result.key);
  const std::string class_name = absl::StrCat(result.key.model, ".", id);
  const DesideratumResult* read = find_condition(run, result, Condition::kInContext);
  suite.properties.push_back(property(id, verdict_name(result.verdict)));
  suite.lines.push_back(
      absl::StrCat(id, ": ", verdict_text(result), ". ", finding(result)));
  for (const ExpectationResult& one : result.expectations) {
    const std::string name = absl::StrCat(id, ".", one.expectation.id);
    add_outcome(name, one, suite);
    const ExpectationResult* in_context =
        read == nullptr ? nullptr : find_expectation(*read, one.expectation.id);
    if (in_context != nullptr) add_outcome(name + ".in_context", *in_context, suite);
    if (one.beside) {
      suite.properties.push_back(
          property(absl::StrCat(name, ".", result.beside->control),
                   verdict_name(one.beside->outcome.verdict)));
    }
    suite.cases.push_back({class_name, one.expectation.id, why_not(result, one)});
  }
  if (result.expectations.empty() && !result.error.empty()) {
    suite.cases.push_back({class_name, "measured", result.error});
  }
}

TestSuite suite_of(const RunResult& run, const ModelContext& model) {
  TestSuite suite{.name = model.name, .seconds = model.measure_seconds};
  const RunContext& context = run.context;
  suite.properties = {property("eif-suite.version", context.program_version),
                      property("eif-suite.fingerprint", model.fingerprint),
                      property("eif-suite.learning_rate", absl::StrCat(model.learning_rate)),
                      property("eif-suite.engine", run.request.engine),
                      property("eif-suite.seeds", absl::StrJoin(model.seeds, ","))};
  for (const DesideratumResult& result : run.results) {
    if (result.key.model == model.name && result.key.condition == Condition::kFineTuning) {
      add_result(run, result, suite);
    }
  }
  return suite;
}

// Whether the run came to its end: of no model.
TestSuite suite_of_run(const RunResult& run) {
  TestSuite suite{.name = "run"};
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

// ---- XML ---------------------------------------------------------------------------------------

// The schema has times without a zone: those of the record are UTC.
std::string timestamp_of(const RunContext& context) {
  const std::string& text = context.started_at;
  const bool is_utc = text.size() == 20 && text.back() == 'Z';
  return is_utc ? text.substr(0, 19) : "1970-01-01T00:00:00";
}

// Milliseconds, as Jenkins wants no more; what was not recorded is 0.
std::string seconds_text(double seconds) {
  return absl::StrFormat("%.3f", std::isfinite(seconds) ? seconds : 0.0);
}

size_t errors_in(const TestSuite& suite) {
  size_t errors = 0;
  for (const TestCase& one : suite.cases) errors += one.error.empty() ? 0 : 1;
  return errors;
}

std::string case_xml(const TestCase& one) {
  const std::string head = absl::StrCat("    <testcase classname=\"", text_of(one.class_name),
                                        "\" name=\"", text_of(one.name), "\" time=\"0\"");
  if (one.error.empty()) return head + "/>\n";
  const std::string error = text_of(one.error);
  return absl::StrCat(head, ">\n      <error type=\"not measured\" message=\"", error, "\">", error,
                      "</error>\n    </testcase>\n");
}

std::string suite_xml(const TestSuite& suite, size_t index, const RunContext& context) {
  std::string xml = absl::StrCat(
      "  <testsuite name=\"", text_of(suite.name), "\" package=\"eif-suite\" id=\"", index,
      "\" timestamp=\"", text_of(timestamp_of(context)), "\" hostname=\"localhost\" tests=\"",
      suite.cases.size(), "\" failures=\"0\" errors=\"", errors_in(suite), "\" time=\"",
      seconds_text(suite.seconds), "\">\n    <properties>\n", absl::StrJoin(suite.properties, ""),
      "    </properties>\n");
  for (const TestCase& one : suite.cases) xml += case_xml(one);
  std::string lines;
  for (const std::string& line : suite.lines) absl::StrAppend(&lines, text_of(line), "\n");
  return absl::StrCat(xml, "    <system-out>", lines,
                      "</system-out>\n    <system-err></system-err>\n  </testsuite>\n");
}

}  // namespace

std::string run_junit(const RunResult& run) {
  std::vector<TestSuite> suites = {suite_of_run(run)};
  for (const ModelContext& model : run.context.models) suites.push_back(suite_of(run, model));
  std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  for (size_t i = 0; i < suites.size(); ++i) xml += suite_xml(suites[i], i, run.context);
  return xml + "</testsuites>\n";
}

}  // namespace eif
