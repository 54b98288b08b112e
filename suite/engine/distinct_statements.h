// The statements of trained and evaluated samples, each once. Samples share statements, and most
// matrices have the same samples as rows and as columns. So each statement is recorded once,
// wherever it stands, and the product of two gradients serves both directions.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "eif/backend.h"
#include "suite/engine/encoded_samples.h"

namespace eif {

// Names what a model sees of an example: two examples have the same key exactly where no model can
// tell them apart.
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

DistinctStatements distinct_statements(const EncodedSamples& trained,
                                       const EncodedSamples& evaluated);

}  // namespace eif
