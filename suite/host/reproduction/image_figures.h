// Figure 1 of the paper (§2.1): influence between handwritten digits, clean and noisy.
#pragma once

#include <string>
#include <vector>

#include "reports/reproduction.h"
#include "suite/host/reproduction/matrix_store.h"

namespace eif {

// The matrix of one draw sorted by digit, the means of its blocks, and how influence depends on
// noise (Eq. 5, 6). `caption`: under what circumstances they were measured. None where the store
// has no digits.
std::vector<ReproducedFigure> image_figures(const MatrixStore& store, const std::string& caption);

// Mean influence of the images of each digit on other images of each digit: 10 by 10, from a matrix
// of kDigitsPerClass images of each (domains/images/digit_samples.h). Base losses are means, too.
Matrix digit_means(const Matrix& digits);

}  // namespace eif
