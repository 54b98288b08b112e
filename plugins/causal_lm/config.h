// What a Hugging Face config.json says about a decoder, checked and in one form for all families.
//
// config.json comes in two generations: `rope_theta` beside `rope_scaling`, and, from transformers
// 5 on, one `rope_parameters`. Both are read, with the defaults and the precedence of transformers.
// The file is untrusted: each value is checked, and what would change the forward pass in a way the
// decoder does not know is refused by name rather than ignored.
//
//   absl::StatusOr<eif::DecoderConfig> config = eif::parse_config(text, "smollm2/config.json");
//   config->key_value_heads;  // 3
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace eif {

// Takes the frequencies as they are.
struct DefaultRope {};

// Llama 3.1: long wavelengths are stretched by `factor`, short ones kept, with a ramp between.
struct Llama3Rope {
  double factor = 1;
  double low_frequency_factor = 1;
  double high_frequency_factor = 4;  // > low_frequency_factor
  int64_t original_max_positions = 0;
};

// Phi-3 with a long context: each frequency is divided by a factor of its own, from one list for
// sequences of up to original_max_positions tokens and from another for longer ones.
struct LongRope {
  std::vector<double> short_factors;  // one per pair of rotated dimensions
  std::vector<double> long_factors;
  int64_t original_max_positions = 0;
  double attention_factor = 1;  // multiplies every sine and cosine
};

// Rotary position embedding.
struct RopeConfig {
  double theta = 10000;
  int64_t rotated_width = 0;  // leading dimensions of a head that are rotated; even
  std::variant<DefaultRope, Llama3Rope, LongRope> scaling;
};

struct DecoderConfig {
  std::string architecture;  // model_type: "llama", "mistral", "phi3" or "qwen2"
  int64_t vocabulary = 0;
  int64_t width = 0;               // of the residual stream
  int64_t intermediate_width = 0;  // of the MLP
  int64_t layers = 0;
  int64_t heads = 0;
  int64_t key_value_heads = 0;  // divides heads
  int64_t head_width = 0;
  double norm_epsilon = 0;
  bool tied_head = false;          // the embedding is the output projection, too
  bool fused_projections = false;  // one matrix for query, key and value, one for gate and up
  bool query_key_value_bias = false;
  bool attention_output_bias = false;
  bool mlp_bias = false;
  int64_t most_positions = 0;    // tokens of a sequence that the model was made for
  int64_t sliding_window = 0;    // a token sees itself and sliding_window − 1 before it; 0: all
  std::vector<bool> has_window;  // per layer: whether sliding_window applies
  RopeConfig rope;
  std::optional<int64_t> beginning_of_sequence;  // token id, where the file names one
  // The token whose embedding learns nothing as an input, where there is one: transformers makes
  // the pad token its embedding's padding_idx.
  std::optional<int64_t> padding;
};

// A config.json larger than this is refused. No real one comes near it, and what is parsed of a
// file, forty times its size, stays bounded.
inline constexpr size_t kLargestConfig = size_t{1} << 20;

// Whether the model_type is one that this backend has a forward pass for; nothing else is read, so
// that parse_config() may still refuse the file. Errors as there.
absl::Status check_model_type(const std::string& json_text, const std::string& subject);

// `subject` names the file in error messages. All errors are kInvalidArgument.
absl::StatusOr<DecoderConfig> parse_config(const std::string& json_text,
                                           const std::string& subject);

}  // namespace eif
