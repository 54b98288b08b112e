// What a config.json says about rotary positions.
//
// config.json comes in two generations: `rope_theta` beside `rope_scaling`, and, from transformers
// 5 on, one `rope_parameters`. Both are read, with the defaults and the precedence of transformers.
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "plugins/shared/huggingface/config_reader.h"

namespace eif {

// Takes the frequencies as they are.
struct DefaultRope {};

// Divides all frequencies by `factor`.
struct LinearRope {
  double factor = 1;
};

// Raises theta for sequences of more than most_positions tokens, the more the longer they are.
struct DynamicRope {
  double factor = 1;
  int64_t most_positions = 0;
};

// YaRN (arXiv 2309.00071): low frequencies are divided by `factor`, high ones kept, with a ramp
// between the two that turn beta_slow and beta_fast times within original_max_positions.
struct YarnRope {
  double factor = 1;
  double beta_fast = 32;
  double beta_slow = 1;
  bool truncates = true;  // the ends of the ramp are whole numbers
  int64_t original_max_positions = 0;
  double attention_factor = 1;  // multiplies every sine and cosine
};

// Llama 3.1: long wavelengths are stretched by `factor`, short ones kept, with a ramp between.
struct Llama3Rope {
  double factor = 1;
  double low_frequency_factor = 1;
  double high_frequency_factor = 4;  // > low_frequency_factor
  int64_t original_max_positions = 0;
};

// LongRoPE (arXiv 2402.13753): each frequency is divided by a factor of its own, from one list for
// sequences of up to original_max_positions tokens and from another for longer ones.
struct LongRope {
  std::vector<double> short_factors;  // one per pair of rotated dimensions
  std::vector<double> long_factors;
  int64_t original_max_positions = 0;
  double attention_factor = 1;  // multiplies every sine and cosine
};

struct RopeConfig {
  double theta = 10000;
  // Leading dimensions of a head that are rotated, in pairs; frequency i is theta^(−2i / this).
  int64_t rotated_width = 0;
  std::variant<DefaultRope, LinearRope, DynamicRope, YarnRope, Llama3Rope, LongRope> scaling;

  int64_t pairs() const { return (rotated_width + 1) / 2; }
};

// What a family has, and takes where the file does not say.
struct RopeDefaults {
  double theta = 10000;
  const char* theta_key = "rope_theta";
  // The share of each head that is rotated; the key is nullptr where a family always rotates all.
  double fraction = 1;
  const char* fraction_key = nullptr;
  // An odd width is rounded up to pairs; otherwise it is an error, as in transformers.
  bool takes_odd_widths = false;
  bool is_phi3 = false;  // has its own names and its own default for the original positions
};

// `most_positions`: max_position_embeddings. Errors stick in `config`.
RopeConfig read_rope(const ConfigReader& config, int64_t head_width, int64_t most_positions,
                     const RopeDefaults& defaults = {});

// For families whose layers with a window have rotary positions of their own.
struct RopeByLayer {
  RopeConfig full;
  RopeConfig sliding;
};
// rope_scaling is that of the layers without a window. `sliding_theta_key`: what the older
// generation calls the theta of those with one; nullptr where it has no name for it.
RopeByLayer read_rope_by_layer(const ConfigReader& config, int64_t head_width,
                               int64_t most_positions, double full_theta, double sliding_theta,
                               const char* sliding_theta_key);

}  // namespace eif
