// Built-in text domains as requests, one for each, under the domain's name. Desiderata that ask for
// a domain in this way share its measurement.
//
//   absl::StatusOr<std::vector<Request>> requests = requests_for({"belongs_to"}, draw);
//
// All cells between the samples of the domain's source are asked for: the domain's matrix. Samples
// that this project added are there for single comparisons. Of their cells those are asked for that
// are `compared`, and samples without such a cell are left out.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "desiderata/shared/contrast.h"
#include "domains/domain.h"
#include "eif/desideratum.h"

namespace eif {

using CellsByDomain = std::map<std::string, std::set<Cell>>;

// These cells of a domain and no others; samples without one are left out.
Request request_of_cells(const Domain& domain, std::set<Cell> cells);

// Errors: those of draw_domain().
absl::StatusOr<std::vector<Request>> requests_for(const std::vector<std::string>& domains,
                                                  const Draw& draw,
                                                  const CellsByDomain& compared = {});

// Each domain of the contrasts once, in the order they come up, with what they compare.
absl::StatusOr<std::vector<Request>> requests_comparing(
    const std::vector<ContrastExpectation>& contrasts, const Draw& draw);

// What they compare.
CellsByDomain compared_in(const std::vector<ContrastExpectation>& contrasts);

}  // namespace eif
