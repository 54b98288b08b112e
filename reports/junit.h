// The run as test results in JUnit's XML, as GitLab, Jenkins and others read it.
//
//   <testsuite name="cnn" …>                         a model
//     <properties>                                   circumstances and verdicts
//       <property name="symmetry" value="violated"/>
//     <testcase classname="cnn.symmetry" name="mutual_influence" time="0"/>   an expectation
//
// A run by itself has no gate, so that nothing is a failure: a verdict is a property, whatever it
// is. What could not be measured is an error. The document fits both schemas in use, that of Ant's
// JUnit task and that of Jenkins (tests/e2e/junit_test.py), neither of which lets a test case have
// properties: they stand in its suite.
#pragma once

#include <string>

#include "suite/core/run_result.h"

namespace eif {

std::string run_junit(const RunResult& run);

}  // namespace eif
