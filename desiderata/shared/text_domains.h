// Built-in text domains as requests, one for each, under the domain's name. Desiderata that ask for
// a domain in this way share its measurement.
//
//   absl::StatusOr<std::vector<Request>> requests = requests_for({"belongs_to"}, draw);
//   …
//   absl::StatusOr<Matrix> papers = paper_part("belongs_to", answers.at("belongs_to"));
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/desideratum.h"
#include "eif/matrix.h"

namespace eif {

// All samples of each domain, the added ones included: those with a row trained, those with a
// column evaluated. Errors: those of draw_domain().
absl::StatusOr<std::vector<Request>> requests_for(const std::vector<std::string>& domains,
                                                  const Draw& draw);

// The cells between the samples that the source of the domain has, without those this project
// added: square, rows and columns in the order of the template. What is said of a domain as a whole
// is said of these, so that it does not change when a control is added. Base losses are left out. A
// sample that the matrix lacks gives cells of NaN. Errors: those of find_domain().
absl::StatusOr<Matrix> paper_part(const std::string& domain, const Matrix& matrix);

}  // namespace eif
