// The run as test results in JUnit's XML, as GitLab, Jenkins and others read it.
//
//   <testsuite name="cnn" …>                         a model
//     <properties>                                   circumstances and verdicts
//       <property name="symmetry" value="violated"/>
//     <testcase classname="cnn.symmetry" name="mutual_influence" time="0"/>   an expectation
//
// A run by itself has no gate, so that nothing is a failure: a verdict is a property, whatever it
// is. What could not be measured is an error. With a gate there is a suite that says what it found
// (comparison_junit.h).
#pragma once

#include <string>

#include "suite/core/gate.h"
#include "suite/core/run_result.h"

namespace eif {

std::string run_junit(const RunResult& run, const GatedComparison* gate = nullptr);

}  // namespace eif
