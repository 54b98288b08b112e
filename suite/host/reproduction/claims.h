// What the paper says, and which numbers of a run have to do with it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/reproduction.h"
#include "suite/core/run_result.h"
#include "suite/host/reproduction/matrix_store.h"

namespace eif {

// The desiderata whose numbers the claims are about, by the id of their plugin. For a model whose
// modality is not known before it is loaded: all.
std::vector<std::string> desiderata_of_claims(std::optional<Modality> modality);

// The claims of the paper on models of one modality, each with the expectations and observations
// of `results` that are about it, and with what only whole matrices tell.
std::vector<ReproducedClaim> claims_on(Modality modality,
                                       const std::vector<DesideratumResult>& results,
                                       const MatrixStore& store);

}  // namespace eif
