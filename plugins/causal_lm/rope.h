// Rotary position embedding (arXiv 2104.09864) and the ways it is stretched for long contexts.
//
// Frequencies, phases, sines and cosines are float32 for models of every dtype, and computed by the
// same operations as in transformers: a model was trained with exactly these, and in bfloat16 the
// phases of positions above 256 would not even be distinct.
//
//   RotaryEmbedding rope(read_rope(config, head_width, most_positions));
//   Rotation rotation = rope.rotation(positions, rope.length_class(tokens), dtype);
//   at::Tensor turned = rotate(query, rotation);
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <optional>

#include "plugins/causal_lm/rope_config.h"

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
  // of this many tokens as long, `tokens` where DynamicRope has a theta of its own for this length,
  // otherwise 0.
  int64_t length_class(int64_t tokens) const;

  bool depends_on_length() const { return dynamic_.has_value() || long_.defined(); }
  // Whether sequences may be longer than the positions that the model was made for.
  bool takes_any_length() const { return dynamic_.has_value(); }

  // positions: (R, N) int64
  Rotation rotation(const at::Tensor& positions, int64_t length_class, at::ScalarType dtype) const;

 private:
  // (F) float32, radians per position
  at::Tensor frequencies(int64_t length_class) const;

  int64_t longest_short_;     // tokens; longer sequences have a class of their own
  double attention_factor_;   // multiplies sines and cosines
  at::Tensor short_, long_;   // frequencies; long_ is LongRope's only
  double theta_;
  int64_t rotated_width_;
  std::optional<DynamicRope> dynamic_;
};

// Turns the pairs (x[i], x[F + i]); what lies behind the first 2·F dimensions stays as it is.
// x: (R, heads, group, N, head width)
at::Tensor rotate(const at::Tensor& x, const Rotation& rotation);

}  // namespace eif
