// The matrices of text as fields of colour: the paper's domains (figures 2 to 4), and claims that
// have nothing to do with each other (figure 5).
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "reports/paper/captions.h"
#include "reports/paper/matrix_store.h"
#include "reports/paper/model_results.h"
#include "reports/paper/reproduction.h"

namespace eif {

// The mean over the seeds, by fine-tuning and, where it was read, in context. Cells are in units of
// the self scale of their condition, which `results` has. Errors: those of find_domain().
absl::StatusOr<ReproducedFigure> domain_figure(const MatrixStore& store,
                                               const ModelResults& results,
                                               const std::string& domain, const Captions& captions);

// Likewise, of the first seed: each draws claims of its own.
ReproducedFigure claims_figure(const MatrixStore& store, const ModelResults& results,
                               const std::string& domain, const Captions& captions);

}  // namespace eif
