#include "plugins/causal_lm/rope_config.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"

namespace eif {
namespace {

// Reads the scaling of one set of rope parameters.
class ScalingReader {
 public:
  ScalingReader(const ConfigReader& top, const ConfigReader& rope, int64_t most_positions,
                const RopeDefaults& defaults, bool is_by_layer)
      : top_(top),
        rope_(rope),
        most_positions_(most_positions),
        defaults_(defaults),
        is_by_layer_(is_by_layer) {}

  void read(RopeConfig& config) const {
    std::string type = rope_.text("rope_type", rope_.text("type", "default"));
    // transformers takes Phi-3's "yarn" for LongRoPE, too.
    if (defaults_.is_phi3 && (type == "su" || type == "yarn")) type = "longrope";
    if (type == "default") {
      config.scaling = DefaultRope();
    } else if (type == "linear") {
      config.scaling = LinearRope{rope_.positive("factor")};
    } else if (type == "dynamic") {
      config.scaling = dynamic(config);
    } else if (type == "yarn") {
      config.scaling = yarn(config);
    } else if (type == "llama3") {
      config.scaling = llama3();
    } else if (type == "longrope") {
      config.scaling = longrope(config);
    } else {
      rope_.fail(absl::StrCat("rope_type is \"", type,
                              "\"; supported: default, linear, dynamic, yarn, llama3, longrope"));
    }
  }

 private:
  int64_t original_max_positions() const {
    constexpr const char* kName = "original_max_position_embeddings";
    if (!is_by_layer_ && top_.has(kName)) return top_.integer(kName);
    // transformers gives Phi-3 this value whatever its rope parameters say.
    if (defaults_.is_phi3) return 4096;
    return rope_.integer(kName, most_positions_);
  }

  DynamicRope dynamic(const RopeConfig& config) const {
    if (config.rotated_width == 2) {
      rope_.fail("rope_type is \"dynamic\", which needs more than the 2 dimensions that rotate here");
    }
    return {rope_.positive("factor"), most_positions_};
  }

  YarnRope yarn(const RopeConfig& config) const {
    YarnRope scaling;
    scaling.original_max_positions = original_max_positions();
    const double ratio = static_cast<double>(most_positions_) /
                         static_cast<double>(scaling.original_max_positions);
    scaling.factor = rope_.positive("factor", ratio);
    scaling.beta_fast = rope_.positive("beta_fast", 32);
    scaling.beta_slow = rope_.positive("beta_slow", 1);
    // null is false to transformers, which looks in the wrong place where there are several ropes.
    scaling.truncates = !rope_.is_null("truncate") && rope_.flag("truncate", true);
    if (is_by_layer_ && !scaling.truncates) {
      rope_.fail("truncate", "true where layers have rotary positions of their own");
    }
    const auto scale_of = [&](double weight) {
      return scaling.factor <= 1 ? 1 : 0.1 * weight * std::log(scaling.factor) + 1;
    };
    const double mscale = rope_.number("mscale", 0);
    const double mscale_all_dim = rope_.number("mscale_all_dim", 0);
    const double suggested = mscale != 0 && mscale_all_dim != 0
                                 ? scale_of(mscale) / scale_of(mscale_all_dim)
                                 : scale_of(1);
    scaling.attention_factor = rope_.positive("attention_factor", suggested);
    if (config.theta <= 1) {
      rope_.fail(absl::StrCat("rope_theta is ", config.theta, "; expected more than 1 for yarn"));
    }
    if (!rope_.failed() && !(std::isfinite(suggested) && suggested > 0)) {
      rope_.fail("mscale and mscale_all_dim give no attention factor above 0");
    }
    return scaling;
  }

  Llama3Rope llama3() const {
    Llama3Rope scaling;
    scaling.factor = rope_.positive("factor");
    scaling.low_frequency_factor = rope_.positive("low_freq_factor");
    scaling.high_frequency_factor = rope_.positive("high_freq_factor");
    scaling.original_max_positions = original_max_positions();
    if (!rope_.failed() && scaling.high_frequency_factor <= scaling.low_frequency_factor) {
      rope_.fail(absl::StrCat("high_freq_factor is ", scaling.high_frequency_factor,
                              "; expected more than low_freq_factor, ",
                              scaling.low_frequency_factor));
    }
    return scaling;
  }

  LongRope longrope(const RopeConfig& config) const {
    LongRope scaling;
    const auto pairs = static_cast<size_t>(config.pairs());
    scaling.short_factors = rope_.positives("short_factor", pairs);
    scaling.long_factors = rope_.positives("long_factor", pairs);
    scaling.original_max_positions = original_max_positions();
    const auto original = static_cast<double>(scaling.original_max_positions);
    const double stretch = rope_.positive("factor", static_cast<double>(most_positions_) / original);
    // The paper's suggestion, sqrt(1 + ln s / ln L), to keep the entropy of attention.
    const double suggested =
        stretch > 1 ? std::sqrt(1 + std::log(stretch) / std::log(original)) : 1;
    scaling.attention_factor = rope_.positive("attention_factor", suggested);
    if (!rope_.failed() && !std::isfinite(scaling.attention_factor)) {
      rope_.fail("original_max_position_embeddings is 1; expected 2 or more");
    }
    return scaling;
  }

  const ConfigReader& top_;
  const ConfigReader& rope_;
  int64_t most_positions_;
  const RopeDefaults& defaults_;
  bool is_by_layer_;
};

int64_t read_rotated_width(const ConfigReader& top, const ConfigReader& rope, int64_t head_width,
                           const RopeDefaults& defaults) {
  constexpr const char* kInRope = "partial_rotary_factor";
  const char* key = defaults.fraction_key == nullptr ? kInRope : defaults.fraction_key;
  const double fraction =
      rope.has(kInRope) ? rope.positive(kInRope) : top.positive(key, defaults.fraction);
  if (fraction != 1 && defaults.fraction_key == nullptr) {
    top.fail(absl::StrCat("partial_rotary_factor is ", fraction,
                          "; expected 1: this model_type rotates whole heads"));
    return 2;
  }
  const auto width = static_cast<int64_t>(static_cast<double>(head_width) * std::min(fraction, 2.0));
  const bool is_odd = width % 2 != 0;
  if (width < (defaults.takes_odd_widths ? 1 : 2) || width + is_odd > head_width ||
      (is_odd && !defaults.takes_odd_widths)) {
    top.fail(absl::StrCat(key, " ", fraction, " of a head's width of ", head_width,
                          " (head_dim, or hidden_size / num_attention_heads) rotates ", width,
                          " dimensions; expected an even number from 2 to ", head_width));
    return 2;
  }
  return width;
}

// A non-empty rope_scaling goes first, as in transformers.
ConfigReader rope_object(const ConfigReader& config) {
  const ConfigReader old_style = config.object("rope_scaling");
  return old_style.empty() ? config.object("rope_parameters") : old_style;
}

}  // namespace

RopeConfig read_rope(const ConfigReader& config, int64_t head_width, int64_t most_positions,
                     const RopeDefaults& defaults) {
  const ConfigReader rope = rope_object(config);
  RopeConfig result;
  if (const std::string nested = rope.nested(); !nested.empty()) {
    rope.fail(absl::StrCat("parameters of their own for ", nested,
                           "; expected the same parameters for all layers"));
    return result;
  }
  result.theta =
      rope.positive("rope_theta", config.positive(defaults.theta_key, defaults.theta));
  result.rotated_width = read_rotated_width(config, rope, head_width, defaults);
  ScalingReader(config, rope, most_positions, defaults, /*is_by_layer=*/false).read(result);
  return result;
}

RopeByLayer read_rope_by_layer(const ConfigReader& config, int64_t head_width,
                               int64_t most_positions, double full_theta, double sliding_theta,
                               const char* sliding_theta_key) {
  const ConfigReader parameters = config.object("rope_parameters");
  const ConfigReader scaling = config.object("rope_scaling");
  if (!parameters.empty() && parameters.nested().empty()) {
    parameters.fail(
        "the same for all layers; expected parameters for full_attention and for "
        "sliding_attention");
  }
  if (!parameters.empty() && !scaling.empty()) {
    config.fail("rope_scaling stands beside rope_parameters; expected one of them");
  }
  if (!scaling.empty() && !scaling.has("rope_type")) {
    scaling.fail("rope_type is missing; transformers would pass over the rest");
  }
  RopeDefaults defaults;
  const auto read = [&](const ConfigReader& rope, const char* theta_key, double theta) {
    RopeConfig result;
    const double otherwise = theta_key == nullptr ? theta : config.positive(theta_key, theta);
    result.theta = rope.positive("rope_theta", otherwise);
    result.rotated_width = read_rotated_width(config, rope, head_width, defaults);
    ScalingReader(config, rope, most_positions, defaults, /*is_by_layer=*/true).read(result);
    return result;
  };
  const ConfigReader full = parameters.object("full_attention");
  return {read(scaling.empty() ? full : scaling, "rope_theta", full_theta),
          read(parameters.object("sliding_attention"), sliding_theta_key, sliding_theta)};
}

}  // namespace eif
