// Which expectations are decided before anything is measured: those whose effect is the same for
// every learner that the regime of training allows (suite/core/regime.h).
//
//   const std::map<std::string, std::string> reasons = decided_by_regime(desideratum, draw, requests, regime);
//   if (const auto found = reasons.find("chain_to_in_a_c_over_in_c_a_controlled"); …)
//
// Nothing has to be declared: the desideratum scores learners of the regime whose gradients are
// random numbers, one vector for each statement. An effect that does not depend on them says
// nothing about a model. Neither does one that changes its sign when two of the draw's made-up words
// change places: words are drawn alike, so that its mean over draws is 0 (suite/host/control.h has
// the same way to find them).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/desideratum.h"
#include "suite/core/regime.h"

namespace eif {

// Why, by the id of the expectation. Empty where nothing is known of the regime. Errors: those of
// score().
absl::StatusOr<std::map<std::string, std::string>> decided_by_regime(
    const Desideratum& desideratum, const Draw& draw, const std::vector<Request>& requests,
    const Regime& regime);

}  // namespace eif
