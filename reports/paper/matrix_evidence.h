// Numbers beside the paper's claims that no desideratum has, because they are of whole matrices.
// They have no verdict.
#pragma once

#include <string>
#include <vector>

#include "reports/paper/matrix_store.h"
#include "reports/paper/reproduction.h"

namespace eif {

// Of the claim with this id; empty where there is nothing of this kind.
//
//   confusion        what 2 and 9 do for each other, among the digits
//   similar_stimuli  the share of samples that another sample helps more than they help themselves
//   words            how far the matrix of a seed, with its own words, is from those of the others
std::vector<ClaimEvidence> matrix_evidence(const std::string& claim, const MatrixStore& store);

}  // namespace eif
