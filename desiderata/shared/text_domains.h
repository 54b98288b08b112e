// Built-in text domains as requests, one for each, under the domain's name. Desiderata that ask for
// a domain in this way share its measurement.
//
//   absl::StatusOr<std::vector<Request>> requests = requests_for({"belongs_to"}, draw);
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/desideratum.h"

namespace eif {

// All samples of each domain, the added ones included: those with a row trained, those with a
// column evaluated. Errors: those of draw_domain().
absl::StatusOr<std::vector<Request>> requests_for(const std::vector<std::string>& domains,
                                                  const Draw& draw);

}  // namespace eif
