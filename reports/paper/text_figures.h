// Figures 2 to 6 of the paper (§3.2, A.1): influence between statements of its domains.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "reports/paper/captions.h"
#include "reports/paper/matrix_store.h"
#include "reports/paper/model_results.h"
#include "reports/paper/reproduction.h"

namespace eif {

// The matrices of the domains by fine-tuning beside those in context, how densely they are
// populated, and the histograms of their cells. Self scales and densities are those of `results`.
// None where the store has no text. Errors: those of find_domain().
absl::StatusOr<std::vector<ReproducedFigure>> text_figures(const MatrixStore& store,
                                                           const ModelResults& results,
                                                           const Captions& captions);

}  // namespace eif
