#include "plugins/causal_lm/rope.h"

#include <limits>
#include <numbers>
#include <vector>

namespace eif {
namespace {

// Computes θ^(2i / rotated width) for each frequency i: (F) float32
at::Tensor wavelengths(const RopeConfig& config) {
  const at::Tensor even = at::arange(0, config.rotated_width, 2, at::kFloat);
  return at::pow(at::Scalar(config.theta), even / static_cast<double>(config.rotated_width));
}

at::Tensor divided(const at::Tensor& wavelengths, const std::vector<double>& factors) {
  return (at::tensor(factors, at::kFloat) * wavelengths).reciprocal();
}

// Applies the Llama 3.1 rule, with wavelengths in tokens per turn.
at::Tensor stretched(const at::Tensor& frequencies, const Llama3Rope& rope) {
  const auto context = static_cast<double>(rope.original_max_positions);
  const at::Tensor turn = frequencies.reciprocal() * (2 * std::numbers::pi);
  const at::Tensor is_long = turn > context / rope.low_frequency_factor;
  const at::Tensor is_short = turn < context / rope.high_frequency_factor;
  const at::Tensor share_kept = (turn.reciprocal() * context - rope.low_frequency_factor) /
                                (rope.high_frequency_factor - rope.low_frequency_factor);
  const at::Tensor between =
      (1 - share_kept) * frequencies / rope.factor + share_kept * frequencies;
  return at::where(is_long, frequencies / rope.factor, at::where(is_short, frequencies, between));
}

}  // namespace

RotaryEmbedding::RotaryEmbedding(const RopeConfig& config)
    : longest_short_(std::numeric_limits<int64_t>::max()), attention_factor_(1) {
  const at::Tensor lengths = wavelengths(config);
  if (const auto* rope = std::get_if<LongRope>(&config.scaling)) {
    longest_short_ = rope->original_max_positions;
    attention_factor_ = rope->attention_factor;
    frequencies_[0] = divided(lengths, rope->short_factors);
    frequencies_[1] = divided(lengths, rope->long_factors);
    return;
  }
  frequencies_[0] = lengths.reciprocal();
  if (const auto* rope = std::get_if<Llama3Rope>(&config.scaling)) {
    frequencies_[0] = stretched(frequencies_[0], *rope);
  }
}

int64_t RotaryEmbedding::length_class(int64_t tokens) const { return tokens > longest_short_; }

Rotation RotaryEmbedding::rotation(const at::Tensor& positions, int64_t length_class,
                                   at::ScalarType dtype) const {
  const at::Tensor frequencies = frequencies_[length_class].to(positions.device());
  const at::Tensor phases =
      (positions.to(at::kFloat).unsqueeze(-1) * frequencies).unsqueeze(1).unsqueeze(1);
  return {(phases.cos() * attention_factor_).to(dtype),
          (phases.sin() * attention_factor_).to(dtype)};
}

at::Tensor rotate(const at::Tensor& x, const Rotation& rotation) {
  const int64_t half = rotation.cosine.size(-1);
  const at::Tensor first = x.narrow(-1, 0, half);
  const at::Tensor second = x.narrow(-1, half, half);
  const at::Tensor rest = x.narrow(-1, 2 * half, x.size(-1) - 2 * half);
  return at::cat({first * rotation.cosine - second * rotation.sine,
                  second * rotation.cosine + first * rotation.sine, rest},
                 -1);
}

}  // namespace eif
