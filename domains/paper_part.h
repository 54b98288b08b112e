// What the paper has of a measured domain.
//
//   absl::StatusOr<Matrix> papers = paper_part("belongs_to", answers.at("belongs_to"));
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "eif/matrix.h"

namespace eif {

// The cells between the samples that the source of the domain has, without those this project
// added: square, rows and columns in the order of the template. What is said of a domain as a whole
// is said of these, so that it does not change when a control is added. A sample that the matrix
// lacks gives NaN. Errors: those of find_domain().
absl::StatusOr<Matrix> paper_part(const std::string& domain, const Matrix& matrix);

}  // namespace eif
