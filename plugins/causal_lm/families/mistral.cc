// Mistral and Ministral: Llama without biases, with one sliding window for all layers, or for those that
// layer_types names; transformers reads a Mistral that has them as a Ministral.
#include "absl/strings/str_cat.h"
#include "plugins/causal_lm/family.h"

namespace eif {
namespace {

DecoderParts mistral(const ConfigReader& config) {
  const Sizes sizes = read_sizes(
      config, {.vocabulary = 32000, .width = 4096, .inner_width = 14336, .layers = 32, .heads = 32,
               .key_value_heads = 8, .most_positions = 131072});
  const double epsilon = config.positive("rms_norm_eps", 1e-6);
  const Activation activation = read_activation(config, "hidden_act", "silu");
  const int64_t window = config.optional_integer("sliding_window", 4096).value_or(0);
  const std::vector<bool> has_window = read_layer_types(
      config, sizes.layers, std::vector<bool>(static_cast<size_t>(sizes.layers), window > 0));

  DecoderParts decoder = start_decoder(config, sizes, "model.");
  decoder.padding = read_padding(config, sizes.vocabulary);
  decoder.ropes = {read_rope(config, sizes.head_width, sizes.most_positions)};
  ParameterList& parameters = decoder.parameters;
  for (int64_t i = 0; i < sizes.layers; ++i) {
    const std::string name = absl::StrCat("model.layers.", i, ".");
    Layer layer;
    layer.attention_in = rms_norm(parameters, name + "input_layernorm", sizes.width, epsilon);
    layer.attention = separate_attention(parameters, name + "self_attn", sizes, {});
    if (has_window[static_cast<size_t>(i)]) layer.attention.window = window;
    layer.mlp_in = rms_norm(parameters, name + "post_attention_layernorm", sizes.width, epsilon);
    layer.mlp = gated_mlp(parameters, name + "mlp", sizes, /*bias=*/false, activation);
    decoder.layers.push_back(layer);
  }
  decoder.final_norm = rms_norm(parameters, "model.norm", sizes.width, epsilon);
  add_head(decoder, config, /*tied_otherwise=*/false);
  return decoder;
}

const RegisteredFamily registered_mistral("mistral", mistral);
const RegisteredFamily registered_ministral("ministral", mistral);

}  // namespace
}  // namespace eif
