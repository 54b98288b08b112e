#include "reports/junit_xml.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "reports/figures/svg.h"
#include "suite/formats/printable.h"

namespace eif {
namespace {

// An attribute or text, on one line.
std::string text_of(std::string_view text) { return xml_escaped(printable(text)); }

// The schema has times without a zone: those of the record are UTC.
std::string timestamp_of(const std::string& started_at) {
  const bool is_utc = started_at.size() == 20 && started_at.back() == 'Z';
  return is_utc ? started_at.substr(0, 19) : "1970-01-01T00:00:00";
}

// Milliseconds, as Jenkins wants no more; what was not recorded is 0.
std::string seconds_text(double seconds) {
  return absl::StrFormat("%.3f", std::isfinite(seconds) ? seconds : 0.0);
}

size_t count(const JunitSuite& suite, std::string JunitCase::* text) {
  return static_cast<size_t>(
      std::count_if(suite.cases.begin(), suite.cases.end(),
                    [&](const JunitCase& one) { return !(one.*text).empty(); }));
}

std::string outcome_xml(const char* element, const char* type, const std::string& text) {
  if (text.empty()) return "";
  return absl::StrCat("      <", element, " type=\"", type, "\" message=\"", text_of(text), "\">",
                      text_of(text), "</", element, ">\n");
}

std::string case_xml(const JunitCase& one) {
  const std::string head = absl::StrCat("    <testcase classname=\"", text_of(one.class_name),
                                        "\" name=\"", text_of(one.name), "\" time=\"0\"");
  if (one.error.empty() && one.failure.empty()) return head + "/>\n";
  return absl::StrCat(head, ">\n", outcome_xml("error", "not measured", one.error),
                      outcome_xml("failure", "gate", one.failure), "    </testcase>\n");
}

std::string suite_xml(const JunitSuite& suite, size_t index, const std::string& started_at) {
  std::string xml = absl::StrCat(
      "  <testsuite name=\"", text_of(suite.name), "\" package=\"eif-suite\" id=\"", index,
      "\" timestamp=\"", text_of(timestamp_of(started_at)),
      "\" hostname=\"localhost\" tests=\"", suite.cases.size(), "\" failures=\"",
      count(suite, &JunitCase::failure), "\" errors=\"", count(suite, &JunitCase::error),
      "\" time=\"", seconds_text(suite.seconds), "\">\n    <properties>\n");
  for (const auto& [name, value] : suite.properties) {
    absl::StrAppend(&xml, "      <property name=\"", text_of(name), "\" value=\"", text_of(value),
                    "\"/>\n");
  }
  xml += "    </properties>\n";
  for (const JunitCase& one : suite.cases) xml += case_xml(one);
  std::string lines;
  for (const std::string& line : suite.lines) absl::StrAppend(&lines, text_of(line), "\n");
  return absl::StrCat(xml, "    <system-out>", lines,
                      "</system-out>\n    <system-err></system-err>\n  </testsuite>\n");
}

}  // namespace

std::string junit_xml(const std::vector<JunitSuite>& suites, const std::string& started_at) {
  std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  for (size_t i = 0; i < suites.size(); ++i) xml += suite_xml(suites[i], i, started_at);
  return xml + "</testsuites>\n";
}

}  // namespace eif
