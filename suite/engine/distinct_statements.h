// The statements of trained and evaluated samples, each once. Samples share statements, and a
// matrix is mostly asked for between the same samples at both ends: what stands at both ends is
// recorded once, and the product of two gradients serves both directions.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "eif/backend.h"
#include "eif/domain.h"

namespace eif {

// Equal for examples that a model cannot tell apart, and for no others.
std::string key_of(const Example& example);

// Statements that are only trained on come first, then those at both ends, then those that are only
// evaluated: [0, trained) are trained on, [first_evaluated, size) are evaluated.
struct DistinctStatements {
  std::vector<Example> examples;
  size_t first_evaluated = 0;
  size_t trained = 0;
  // The statements of each sample in order, as indices into `examples`; empty where the sample
  // cannot be encoded.
  std::vector<std::vector<size_t>> of_trained;
  std::vector<std::vector<size_t>> of_evaluated;
};

// Samples as encode_sample() gives them; left out: it could not.
using EncodedSamples = std::vector<std::optional<std::vector<Example>>>;

DistinctStatements distinct_statements(const EncodedSamples& trained,
                                       const EncodedSamples& evaluated);

}  // namespace eif
