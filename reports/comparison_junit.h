// A comparison as test results: a case for each desideratum that was compared, and one for each of
// its primary expectations. What the gate lets fail is a failure; what could not be compared an error.
#pragma once

#include <string>

#include "reports/junit_xml.h"
#include "suite/core/gate.h"

namespace eif {

// "gate", or "comparison" where there is none.
JunitSuite comparison_suite(const GatedComparison& gated);

std::string comparison_junit(const GatedComparison& gated);

}  // namespace eif
