// Test results in JUnit's XML, whatever they are of. The document fits both schemas in use, that of
// Ant's JUnit task and that of Jenkins (tests/e2e/reports_test.py), neither of which lets a test case
// have properties: they stand in its suite.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace eif {

struct JunitCase {
  std::string class_name, name;
  std::string error = {};    // why it could not be measured; empty where it was
  std::string failure = {};  // what a gate found; empty where it found nothing, or there is an error
};

struct JunitSuite {
  std::string name;
  double seconds = 0;
  std::vector<std::pair<std::string, std::string>> properties = {};
  std::vector<JunitCase> cases = {};
  std::vector<std::string> lines = {};  // for a person
};

// `started_at`: UTC as in run.json.
std::string junit_xml(const std::vector<JunitSuite>& suites, const std::string& started_at);

}  // namespace eif
