// Which rows a number of score() compares: those that it changes with.
//
//   const absl::StatusOr<ComparedRows> rows = compared_rows(desideratum, draw, requests);
//   const std::set<std::string>& of_chain = rows->at("chain_controlled");
//
// Nothing has to be declared: the desideratum scores matrices of random numbers, in which one row
// after the other is drawn anew. At a learned dose all rows of a comparison take the same passes.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/desideratum.h"
#include "suite/host/measurement.h"

namespace eif {

// Contents of trained samples, by the id of the effect or observation.
using ComparedRows = std::map<std::string, std::set<std::string>>;

// Of one seed's requests. Errors: those of score().
absl::StatusOr<ComparedRows> compared_rows(const Desideratum& desideratum, const Draw& draw,
                                           const std::vector<HashedRequest>& requests);

}  // namespace eif
