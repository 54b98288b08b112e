// StarCoder2: layer norms, biases, a plain MLP, and one sliding window for all layers.
#include "absl/strings/str_cat.h"
#include "plugins/causal_lm/family.h"

namespace eif {
namespace {

DecoderParts starcoder2(const ConfigReader& config) {
  const Sizes sizes = read_sizes(
      config, {.vocabulary = 49152, .width = 3072, .inner_width = 12288, .layers = 30, .heads = 24,
               .key_value_heads = 2, .most_positions = 4096});
  const double epsilon = config.positive("norm_epsilon", 1e-5);
  const bool bias = config.flag("use_bias", true);
  const Activation activation = read_activation(config, "hidden_act", "gelu_pytorch_tanh");
  const int64_t window = config.optional_integer("sliding_window", {}).value_or(0);
  const int64_t width = sizes.width;

  DecoderParts decoder = start_decoder(config, sizes, "model.");
  decoder.padding = read_padding(config, sizes.vocabulary);
  decoder.ropes = {read_rope(config, sizes.head_width, sizes.most_positions)};
  ParameterList& parameters = decoder.parameters;
  for (int64_t i = 0; i < sizes.layers; ++i) {
    const std::string name = absl::StrCat("model.layers.", i, ".");
    Layer layer;
    layer.attention_in = layer_norm(parameters, name + "input_layernorm", width, epsilon);
    layer.attention = separate_attention(parameters, name + "self_attn", sizes, {bias, bias});
    layer.attention.window = window;
    layer.mlp_in = layer_norm(parameters, name + "post_attention_layernorm", width, epsilon);
    layer.mlp.activation = activation;
    layer.mlp.gated = false;
    layer.mlp.inputs = {parameters.linear(name + "mlp.c_fc", sizes.inner_width, width, bias)};
    layer.mlp.output = parameters.linear(name + "mlp.c_proj", width, sizes.inner_width, bias);
    decoder.layers.push_back(layer);
  }
  decoder.final_norm = layer_norm(parameters, "model.norm", width, epsilon);
  add_head(decoder, config, /*tied_otherwise=*/true);
  return decoder;
}

const RegisteredFamily registered("starcoder2", starcoder2);

}  // namespace
}  // namespace eif
