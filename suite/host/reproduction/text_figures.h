// Figures 2 to 6 of the paper (§3.2, A.1): influence between statements of its domains.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "reports/reproduction.h"
#include "suite/core/run_result.h"
#include "suite/host/reproduction/matrix_store.h"

namespace eif {

// The domains of figures 2 to 4, and after them the one of claims that have nothing to do with each
// other, if the store has it.
std::vector<std::string> paper_domains(const MatrixStore& store);

// The samples of one domain that are the paper's, of each seed; empty where it was not measured.
std::vector<Matrix> paper_matrices(const MatrixStore& store, const std::string& domain,
                                   Condition condition);

// The matrices of the domains by fine-tuning beside those in context, how densely they are
// populated, and the histograms of their cells. `results` are those of the same run: self scales
// and densities are theirs. `caption`: under what circumstances they were measured. None where the
// store has no text. Errors: those of find_domain().
absl::StatusOr<std::vector<ReproducedFigure>> text_figures(
    const MatrixStore& store, const std::vector<DesideratumResult>& results,
    const std::string& caption);

}  // namespace eif
