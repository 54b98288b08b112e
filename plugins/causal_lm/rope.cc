#include "plugins/causal_lm/rope.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

namespace eif {
namespace {

// Computes 2i / rotated width for each frequency i: (F) float32
at::Tensor exponents(int64_t rotated_width) {
  return at::arange(0, rotated_width, 2, at::kFloat) / static_cast<double>(rotated_width);
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

// The frequency that turns so many times within the positions that the model was first made for.
double turning(double turns, const YarnRope& rope, double theta, double width) {
  const auto positions = static_cast<double>(rope.original_max_positions);
  return width * std::log(positions / (turns * 2 * std::numbers::pi)) / (2 * std::log(theta));
}

// Applies YaRN's rule to wavelengths in tokens per radian.
at::Tensor yarn(const at::Tensor& wavelengths, const YarnRope& rope, const RopeConfig& config) {
  const auto width = static_cast<double>(config.rotated_width);
  double low = turning(rope.beta_fast, rope, config.theta, width);
  double high = turning(rope.beta_slow, rope, config.theta, width);
  if (rope.truncates) {
    low = std::floor(low);
    high = std::ceil(high);
  }
  low = std::max(low, 0.0);
  high = std::min(high, width - 1);
  if (low == high) high += 0.001;
  const at::Tensor ramp =
      ((at::arange(config.rotated_width / 2, at::kFloat) - low) / (high - low)).clamp(0, 1);
  const at::Tensor share_kept = 1 - ramp;
  return (wavelengths * rope.factor).reciprocal() * (1 - share_kept) +
         wavelengths.reciprocal() * share_kept;
}

// transformers computes theta in float32 where it follows the length, so this does, too.
at::Tensor dynamic_frequencies(const DynamicRope& rope, double theta, int64_t rotated_width,
                               int64_t tokens) {
  const auto width = static_cast<double>(rotated_width);
  const at::Tensor stretch =
      at::scalar_tensor(tokens, at::kLong) * rope.factor / static_cast<double>(rope.most_positions) -
      (rope.factor - 1);
  return at::pow(at::pow(stretch, width / (width - 2)) * theta, exponents(rotated_width))
      .reciprocal();
}

}  // namespace

RotaryEmbedding::RotaryEmbedding(const RopeConfig& config)
    : longest_short_(std::numeric_limits<int64_t>::max()),
      attention_factor_(1),
      theta_(config.theta),
      rotated_width_(config.rotated_width) {
  const at::Tensor wavelengths = at::pow(at::Scalar(theta_), exponents(rotated_width_));
  short_ = wavelengths.reciprocal();
  if (const auto* linear = std::get_if<LinearRope>(&config.scaling)) {
    short_ = short_ / linear->factor;
  } else if (const auto* dynamic = std::get_if<DynamicRope>(&config.scaling)) {
    longest_short_ = dynamic->most_positions;
    dynamic_ = *dynamic;
  } else if (const auto* yarn_rope = std::get_if<YarnRope>(&config.scaling)) {
    attention_factor_ = yarn_rope->attention_factor;
    short_ = yarn(wavelengths, *yarn_rope, config);
  } else if (const auto* llama3 = std::get_if<Llama3Rope>(&config.scaling)) {
    short_ = stretched(short_, *llama3);
  } else if (const auto* longrope = std::get_if<LongRope>(&config.scaling)) {
    longest_short_ = longrope->original_max_positions;
    attention_factor_ = longrope->attention_factor;
    short_ = divided(wavelengths, longrope->short_factors);
    long_ = divided(wavelengths, longrope->long_factors);
  }
}

int64_t RotaryEmbedding::length_class(int64_t tokens) const {
  if (tokens <= longest_short_) return 0;
  return dynamic_.has_value() ? tokens : 1;
}

at::Tensor RotaryEmbedding::frequencies(int64_t length_class) const {
  if (length_class == 0) return short_;
  if (!dynamic_.has_value()) return long_;
  return dynamic_frequencies(*dynamic_, theta_, rotated_width_, length_class);
}

Rotation RotaryEmbedding::rotation(const at::Tensor& positions, int64_t length_class,
                                   at::ScalarType dtype) const {
  const at::Tensor per_position = frequencies(length_class).to(positions.device());
  const at::Tensor phases =
      (positions.to(at::kFloat).unsqueeze(-1) * per_position).unsqueeze(1).unsqueeze(1);
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
