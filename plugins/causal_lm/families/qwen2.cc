// Qwen2 and Qwen2.5: Llama with biases on query, key and value, and windows in some layers.
#include "absl/strings/str_cat.h"
#include "plugins/causal_lm/family.h"

namespace eif {
namespace {

DecoderParts qwen2(const ConfigReader& config) {
  const Sizes sizes = read_sizes(
      config, {.vocabulary = 151936, .width = 4096, .inner_width = 22016, .layers = 32, .heads = 32,
               .key_value_heads = 32, .most_positions = 32768});
  const double epsilon = config.positive("rms_norm_eps", 1e-6);
  const Activation activation = read_activation(config, "hidden_act", "silu");
  const std::vector<int64_t> windows = read_windows_of_upper_layers(config, sizes.layers);

  DecoderParts decoder = start_decoder(config, sizes, "model.");
  decoder.padding = read_padding(config, sizes.vocabulary);
  decoder.ropes = {read_rope(config, sizes.head_width, sizes.most_positions)};
  ParameterList& parameters = decoder.parameters;
  for (int64_t i = 0; i < sizes.layers; ++i) {
    const std::string name = absl::StrCat("model.layers.", i, ".");
    Layer layer;
    layer.attention_in = rms_norm(parameters, name + "input_layernorm", sizes.width, epsilon);
    layer.attention = separate_attention(parameters, name + "self_attn", sizes,
                                         {.query_key_value = true, .output = false});
    layer.attention.window = windows[static_cast<size_t>(i)];
    layer.mlp_in = rms_norm(parameters, name + "post_attention_layernorm", sizes.width, epsilon);
    layer.mlp = gated_mlp(parameters, name + "mlp", sizes, /*bias=*/false, activation);
    decoder.layers.push_back(layer);
  }
  decoder.final_norm = rms_norm(parameters, "model.norm", sizes.width, epsilon);
  add_head(decoder, config, /*tied_otherwise=*/false);
  return decoder;
}

const RegisteredFamily registered("qwen2", qwen2);

}  // namespace
}  // namespace eif
