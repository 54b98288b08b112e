// Evaluated samples token by token: a column for each scored token, whose loss is that token's
// alone.
//
// Examples of one statement that end at different tokens begin alike, so they share their nodes
// (batching.h), and losses by token cost hardly more than those of whole samples.
#pragma once

#include <vector>

#include "suite/core/explanation.h"
#include "suite/engine/encoded_samples.h"
#include "suite/engine/wanted_cells.h"

namespace eif {

struct TokenColumns {
  std::vector<ScoredToken> tokens;  // column by column; without their pieces
  EncodedSamples encoded;           // one for each of them
  WantedCells wanted;               // its evaluated samples are ids and no more
};

// encoded: wanted.evaluated, texts. A sample with an error has no token.
TokenColumns token_columns(const WantedCells& wanted, const EncodedSamples& encoded);

}  // namespace eif
