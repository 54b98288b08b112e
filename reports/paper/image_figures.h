// Figure 1 of the paper (§2.1): influence between handwritten digits, clean and noisy.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "reports/paper/captions.h"
#include "reports/paper/matrix_store.h"
#include "reports/paper/reproduction.h"

namespace eif {

// The matrix of one draw sorted by digit, the means of its blocks, and how influence depends on
// noise (Eq. 5, 6). None where the store has no digits. kDataLoss: a matrix is not of
// kDigitsPerClass images of each digit, as digit_means() needs it.
absl::StatusOr<std::vector<ReproducedFigure>> image_figures(const MatrixStore& store,
                                                            const Captions& captions);

// Mean influence of the images of each digit on other images of each digit: 10 by 10, from a matrix
// of kDigitsPerClass images of each (domains/images/digit_samples.h). Base losses are means, too.
Matrix digit_means(const Matrix& digits);

}  // namespace eif
