// Rotary position embedding (arXiv 2104.09864) and the two ways it is stretched for long contexts.
//
// Frequencies, phases, sines and cosines are float32 for models of every dtype, and computed by the
// same operations as in transformers: a model was trained with exactly these, and in bfloat16 the
// phases of positions above 256 would not even be distinct.
//
//   RotaryEmbedding rope(config.rope);
//   Rotation rotation = rope.rotation(positions, rope.length_class(tokens), dtype);
//   at::Tensor turned = rotate(query, rotation);
#pragma once

#include <ATen/ATen.h>

#include <cstdint>

#include "plugins/causal_lm/config.h"

namespace eif {

// Letters: R rows, N nodes, F frequencies (half of the rotated dimensions of a head).
struct Rotation {
  at::Tensor cosine;  // (R, 1, 1, N, F)
  at::Tensor sine;    // (R, 1, 1, N, F)
};

class RotaryEmbedding {
 public:
  explicit RotaryEmbedding(const RopeConfig& config);

  // Sequences of different classes have different frequencies: 1 where LongRope counts a sequence
  // of this many tokens as long, otherwise 0.
  int64_t length_class(int64_t tokens) const;

  // positions: (R, N) int64
  Rotation rotation(const at::Tensor& positions, int64_t length_class, at::ScalarType dtype) const;

 private:
  int64_t longest_short_;      // tokens; a longer sequence is of class 1
  double attention_factor_;    // multiplies sines and cosines
  at::Tensor frequencies_[2];  // (F) float32, radians per position, by length class
};

// Turns the pairs (x[i], x[F + i]); what lies behind the first 2·F dimensions stays as it is.
// x: (R, heads, group, N, head width)
at::Tensor rotate(const at::Tensor& x, const Rotation& rotation);

}  // namespace eif
