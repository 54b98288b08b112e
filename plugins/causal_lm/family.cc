#include "plugins/causal_lm/family.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace eif {
namespace {

constexpr int64_t kMostLayers = 10000;

std::map<std::string, MakeDecoder>& families() {
  static auto* const all = new std::map<std::string, MakeDecoder>();
  return *all;
}

// ---- What no family does -----------------------------------------------------------------------

// Where there is no family: what else config.json says of the model, for the message.
std::string kind_of_model(const ConfigReader& config) {
  for (const char* name : {"num_local_experts", "num_experts", "n_routed_experts"}) {
    if (config.has(name)) return ". This is a mixture of experts, which is not supported";
  }
  if (config.has("text_config")) {
    return ". This is a model of several modalities; save its language model by itself";
  }
  if (config.has("auto_map")) {
    return ". This model comes with code of its own (auto_map), which is never run";
  }
  return "";
}

std::string read_model_type(const ConfigReader& config) {
  std::string model_type = config.text("model_type");
  if (!config.failed() && !families().contains(model_type)) {
    config.fail(absl::StrCat("model_type is \"", model_type,
                             "\"; supported: ", absl::StrJoin(model_types(), ", "),
                             kind_of_model(config)));
  }
  return model_type;
}

// What changes the forward pass of any family in a way that none of them does.
void refuse_other_models(const ConfigReader& config) {
  if (config.has("quantization_config")) {
    config.fail(
        "the checkpoint is quantised (quantization_config); expected the original weights in "
        "bfloat16, float16, float32 or float64");
  }
  if (config.has("per_layer_config")) {
    config.fail("per_layer_config", "the same sizes in all layers, which is no per_layer_config");
  }
  // null is false to transformers.
  if (config.is_null("is_causal") || !config.flag("is_causal", true)) {
    config.fail("is_causal", "true: only causal language models are supported");
  }
  for (const char* name :
       {"use_bidirectional_attention", "is_encoder_decoder", "add_cross_attention"}) {
    if (config.flag(name, false)) {
      config.fail(name, "false: only causal language models are supported");
    }
  }
  const std::string head = config.first_text("architectures");
  if (absl::StrContains(head, "For") && !absl::StrContains(head, "ForCausalLM")) {
    config.fail("architectures",
                "a language model (…ForCausalLM): this checkpoint has another head");
  }
}

}  // namespace

// ---- All families ------------------------------------------------------------------------------

RegisteredFamily::RegisteredFamily(const char* model_type, MakeDecoder make) {
  families().emplace(model_type, make);
}

std::vector<std::string> model_types() {
  std::vector<std::string> names;
  for (const auto& [name, make] : families()) names.push_back(name);
  return names;
}

absl::Status check_model_type(const std::string& json_text, const std::string& subject) {
  const absl::StatusOr<ConfigDocument> document = ConfigDocument::parse(json_text, subject);
  if (!document.ok()) return document.status();
  read_model_type(document->root());
  return document->status();
}

absl::StatusOr<DecoderParts> parse_config(const std::string& json_text,
                                          const std::string& subject) {
  const absl::StatusOr<ConfigDocument> document = ConfigDocument::parse(json_text, subject);
  if (!document.ok()) return document.status();
  const ConfigReader config = document->root();
  const std::string model_type = read_model_type(config);
  refuse_other_models(config);
  if (!document->status().ok()) return document->status();
  DecoderParts decoder = families().at(model_type)(config);
  if (!document->status().ok()) return document->status();
  decoder.architecture = model_type;
  return decoder;
}

// ---- What most families read -------------------------------------------------------------------

Sizes read_sizes(const ConfigReader& config, const Sizes& defaults, bool head_dim_counts) {
  Sizes sizes;
  sizes.vocabulary = config.integer("vocab_size", defaults.vocabulary);
  sizes.width = config.integer("hidden_size", defaults.width);
  sizes.inner_width = config.integer("intermediate_size", defaults.inner_width);
  sizes.layers = config.integer("num_hidden_layers", defaults.layers, 1, kMostLayers);
  sizes.heads = config.integer("num_attention_heads", defaults.heads);
  sizes.most_positions = config.integer("max_position_embeddings", defaults.most_positions);
  // null is as many as heads, whatever the default.
  const std::optional<int64_t> key_value_heads = config.optional_integer(
      "num_key_value_heads",
      defaults.key_value_heads == 0 ? std::nullopt : std::optional(defaults.key_value_heads));
  sizes.key_value_heads = key_value_heads.value_or(sizes.heads);
  if (config.failed()) return sizes;
  if (sizes.heads % sizes.key_value_heads != 0) {
    config.fail(absl::StrCat("num_key_value_heads is ", sizes.key_value_heads,
                             "; expected a divisor of num_attention_heads, ", sizes.heads));
  }
  const int64_t implied = sizes.width / sizes.heads;
  const bool has_head_width = config.has("head_dim") || defaults.head_width != 0;
  if ((!has_head_width || !head_dim_counts) && sizes.width % sizes.heads != 0) {
    config.fail(absl::StrCat("hidden_size is ", sizes.width,
                             "; expected a multiple of num_attention_heads, ", sizes.heads,
                             head_dim_counts ? ", or a head_dim" : ""));
  }
  sizes.head_width =
      config.integer("head_dim", defaults.head_width != 0 ? defaults.head_width
                                                          : std::max<int64_t>(1, implied));
  if (!head_dim_counts && sizes.head_width != implied) {
    config.fail("head_dim", absl::StrCat(implied, ", hidden_size / num_attention_heads"));
  }
  return sizes;
}

Activation read_activation(const ConfigReader& config, const char* name, const char* otherwise) {
  const std::string word = config.text(name, otherwise);
  const Activation activation = find_activation(word);
  if (activation == nullptr) {
    config.fail(absl::StrCat(name, " is \"", word, "\"; supported: ", activation_names()));
  }
  return activation;
}

std::optional<int64_t> read_padding(const ConfigReader& config, int64_t vocabulary,
                                    std::optional<int64_t> otherwise) {
  const std::optional<int64_t> id = config.optional_integer("pad_token_id", otherwise, -vocabulary);
  if (!id.has_value()) return id;
  if (*id >= vocabulary) {
    config.fail(absl::StrCat("pad_token_id is ", *id,
                             config.has("pad_token_id") ? "" : " where the file does not say",
                             "; expected an id below vocab_size, ", vocabulary, ", or null"));
  }
  return *id < 0 ? *id + vocabulary : *id;
}

std::vector<bool> read_layer_types(const ConfigReader& config, int64_t layers,
                                   const std::vector<bool>& otherwise) {
  if (!config.has("layer_types")) return otherwise;
  std::vector<bool> has_window;
  for (const std::string& type : config.choices("layer_types", static_cast<size_t>(layers),
                                                {"full_attention", "sliding_attention"})) {
    has_window.push_back(type == "sliding_attention");
  }
  return has_window.empty() ? otherwise : has_window;
}

std::vector<int64_t> read_windows_of_upper_layers(const ConfigReader& config, int64_t layers) {
  const int64_t window = config.flag("use_sliding_window", false)
                             ? config.optional_integer("sliding_window", 4096).value_or(0)
                             : 0;
  const int64_t first = config.integer("max_window_layers", 28, /*min=*/0);
  std::vector<bool> otherwise;
  for (int64_t i = 0; i < layers; ++i) otherwise.push_back(window > 0 && i >= first);
  std::vector<int64_t> windows;
  for (const bool has_window : read_layer_types(config, layers, otherwise)) {
    if (has_window && window == 0) {
      config.fail(
          "layer_types has sliding_attention; expected use_sliding_window and sliding_window to "
          "go with it");
    }
    windows.push_back(has_window ? window : 0);
  }
  return windows;
}

// ---- What most families are made of ------------------------------------------------------------

DecoderParts start_decoder(const ConfigReader& config, const Sizes& sizes, const std::string& prefix,
                           const std::string& embedding) {
  DecoderParts decoder;
  decoder.prefix = prefix;
  decoder.vocabulary = sizes.vocabulary;
  decoder.width = sizes.width;
  decoder.most_positions = sizes.most_positions;
  if (config.has("bos_token_id")) {
    decoder.beginning_of_sequence = config.integer("bos_token_id", {}, /*min=*/0);
  }
  decoder.embedding = decoder.parameters.add(absl::StrCat(prefix, embedding, ".weight"),
                                             {sizes.vocabulary, sizes.width});
  return decoder;
}

void add_head(DecoderParts& decoder, const ConfigReader& config, bool tied_otherwise,
              const std::string& name, bool bias) {
  decoder.head_name = name;
  decoder.head.weight = decoder.embedding;
  if (!config.flag("tie_word_embeddings", tied_otherwise)) decoder.untie_head();
  if (bias) {
    decoder.head.bias = decoder.parameters.add(absl::StrCat(name, ".bias"), {decoder.vocabulary});
  }
}

Attention plain_attention(const Sizes& sizes) {
  Attention attention;
  attention.heads = sizes.heads;
  attention.key_value_heads = sizes.key_value_heads;
  attention.head_width = sizes.head_width;
  attention.scale = 1 / std::sqrt(static_cast<double>(sizes.head_width));
  return attention;
}

Attention separate_attention(ParameterList& parameters, const std::string& name, const Sizes& sizes,
                             AttentionBiases biases, const std::string& output) {
  Attention attention = plain_attention(sizes);
  const int64_t query_width = sizes.heads * sizes.head_width;
  const int64_t key_width = sizes.key_value_heads * sizes.head_width;
  const auto projection = [&](const char* part, int64_t out) {
    return parameters.linear(absl::StrCat(name, ".", part), out, sizes.width,
                             biases.query_key_value);
  };
  attention.query_key_value = {projection("q_proj", query_width), projection("k_proj", key_width),
                               projection("v_proj", key_width)};
  attention.output = parameters.linear(absl::StrCat(name, ".", output), sizes.width, query_width,
                                       biases.output);
  return attention;
}

Mlp gated_mlp(ParameterList& parameters, const std::string& name, const Sizes& sizes, bool bias,
              Activation activation) {
  const auto inner = [&](const char* part) {
    return parameters.linear(absl::StrCat(name, ".", part), sizes.inner_width, sizes.width, bias);
  };
  Mlp mlp;
  mlp.activation = activation;
  mlp.inner_width = sizes.inner_width;
  mlp.inputs = {inner("gate_proj"), inner("up_proj")};
  mlp.output = parameters.linear(absl::StrCat(name, ".down_proj"), sizes.width, sizes.inner_width,
                                 bias);
  return mlp;
}

}  // namespace eif
