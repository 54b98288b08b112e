// Families of decoders: which model_type of a config.json is put together by whom.
//
// A family is one file in families/. It reads config.json with the defaults of transformers, puts a
// decoder together from blocks, and registers itself; docs/add-a-model.md shows a whole one.
//
//   DecoderParts my_family(const ConfigReader& config) { … }
//   const RegisteredFamily registered("my_family", my_family);
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "plugins/causal_lm/decoder.h"
#include "plugins/causal_lm/rope_config.h"
#include "plugins/shared/huggingface/config_reader.h"

namespace eif {

// ---- All families ------------------------------------------------------------------------------

// Puts a decoder together as config.json describes it. Errors stick in `config`; what is returned
// then does not matter.
using MakeDecoder = DecoderParts (*)(const ConfigReader& config);

class RegisteredFamily {
 public:
  RegisteredFamily(const char* model_type, MakeDecoder make);
};

// The model_types that have a family, in alphabetical order.
std::vector<std::string> model_types();

// Whether the model_type is one of them; nothing else is read, so that parse_config() may still
// refuse the file. Errors as there.
absl::Status check_model_type(const std::string& json_text, const std::string& subject);

// `subject` names the file in error messages. All errors are kInvalidArgument. What config.json
// says and the decoder would not do is refused by name rather than ignored.
absl::StatusOr<DecoderParts> parse_config(const std::string& json_text, const std::string& subject);

// ---- What most families read -------------------------------------------------------------------

// The sizes of a decoder. As defaults: what transformers takes where a file does not say.
struct Sizes {
  int64_t vocabulary = 0;
  int64_t width = 0;        // of the residual stream
  int64_t inner_width = 0;  // of the MLP
  int64_t layers = 0;
  int64_t heads = 0;
  int64_t key_value_heads = 0;  // default 0: as many as heads
  int64_t head_width = 0;       // default 0: width / heads
  int64_t most_positions = 0;
};
// head_dim counts where `head_dim_counts`; otherwise it may only say what follows from the others.
Sizes read_sizes(const ConfigReader& config, const Sizes& defaults, bool head_dim_counts = true);

Activation read_activation(const ConfigReader& config, const char* name, const char* otherwise);

// The pad_token_id, as torch counts: negative ids from the end of the vocabulary.
std::optional<int64_t> read_padding(const ConfigReader& config, int64_t vocabulary,
                                    std::optional<int64_t> otherwise = std::nullopt);

// Whether each layer has the sliding window: as layer_types says, or else as `otherwise` does.
std::vector<bool> read_layer_types(const ConfigReader& config, int64_t layers,
                                   const std::vector<bool>& otherwise);

// The window of each layer, 0 where it has none, for families in which use_sliding_window turns it on
// for the layers from max_window_layers on, or for those that layer_types names.
std::vector<int64_t> read_windows_of_upper_layers(const ConfigReader& config, int64_t layers);

// ---- What most families are made of ------------------------------------------------------------

// Starts a decoder: sizes, embedding, beginning of sequence. `prefix` as DecoderParts has it.
DecoderParts start_decoder(const ConfigReader& config, const Sizes& sizes, const std::string& prefix,
                           const std::string& embedding = "embed_tokens");
// Ends it. The head is the embedding's matrix where tie_word_embeddings says so.
void add_head(DecoderParts& decoder, const ConfigReader& config, bool tied_otherwise,
              const std::string& name = "lm_head", bool bias = false);

// Attention with the projections q_proj, k_proj, v_proj and `output` below `name`.
struct AttentionBiases {
  bool query_key_value = false;
  bool output = false;
};
Attention separate_attention(ParameterList& parameters, const std::string& name, const Sizes& sizes,
                             AttentionBiases biases, const std::string& output = "o_proj");
// Attention without projections: heads, and scores divided by the root of their width.
Attention plain_attention(const Sizes& sizes);

// An MLP of gate_proj, up_proj and down_proj below `name`.
Mlp gated_mlp(ParameterList& parameters, const std::string& name, const Sizes& sizes, bool bias,
              Activation activation);

}  // namespace eif
