// The paper's claims, each with the numbers of a run that have to do with it.
#pragma once

#include <vector>

#include "eif/domain.h"
#include "reports/paper/matrix_store.h"
#include "reports/paper/model_results.h"
#include "reports/paper/reproduction.h"

namespace eif {

// Those on models of one modality: the expectations and observations of `results` that are about
// them (reports/paper/claim_table.h), and what only whole matrices tell
// (reports/paper/matrix_evidence.h).
std::vector<ReproducedClaim> claims_on(Modality modality, const ModelResults& results,
                                       const MatrixStore& store);

}  // namespace eif
