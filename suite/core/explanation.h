// What influences are made of: which parameters carry them, and which tokens feel them.
//
//   L_base(j) − L_i(j) ≈ Σ over parts of the parameters    (first order in the learning rate)
//   L_base(j) − L_i(j) = mean over the scored tokens of j  (exact)
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "eif/matrix.h"

namespace eif {

// Where a parameter stands in a model, by its name.
struct ParameterPlace {
  std::string layer;  // "3" of "model.layers.3.mlp.up_proj.weight"; empty outside all layers
  std::string
      kind;  // "mlp.up_proj.weight", which all layers have; outside all layers the whole name
};
ParameterPlace place_of(const std::string& parameter);

// The influence that some of the parameters carry.
struct InfluenceShare {
  std::string name;
  Matrix influence;
};

// A scored token of an evaluated sample.
struct ScoredToken {
  size_t column = 0;     // of the matrix
  size_t statement = 0;  // of the sample
  int64_t position = 0;  // among all that the model reads of the statement, special tokens included
  int64_t id = 0;
  std::string piece;  // how the vocabulary spells it; empty where nobody knows
};

struct Explanation {
  // Of the engine `linear`, and the shares that it is the sum of. Layers are in the order of the
  // model, and what stands outside them is the share without a name.
  Matrix first_order;
  std::vector<InfluenceShare> layers, kinds;
  // Column by column. Of images there are none.
  std::vector<ScoredToken> tokens;
  // A column for each of them, exact: base losses, and how much training changed them, in nats. The
  // mean over the tokens of an evaluated sample is its cell.
  Matrix token_influence;
};

}  // namespace eif
