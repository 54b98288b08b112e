// How the tokens of an explanation are spelled.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "eif/backend.h"
#include "eif/domain.h"
#include "suite/core/explanation.h"

namespace eif {

// Fills in the piece of each token. `evaluated`: the samples of the columns. Errors are those of
// the tokenizer; kInternal where it reads a text otherwise than the model did.
absl::Status spell_tokens(const TextTokenizer& tokenizer, const std::vector<Sample>& evaluated,
                          Explanation& explanation);

}  // namespace eif
