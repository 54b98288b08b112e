// OLMo: layer norms without parameters, and queries, keys and values that may be cut.
#include "absl/strings/str_cat.h"
#include "plugins/causal_lm/family.h"

namespace eif {
namespace {

DecoderParts olmo(const ConfigReader& config) {
  const Sizes sizes = read_sizes(config, {.vocabulary = 50304, .width = 4096, .inner_width = 11008,
                                          .layers = 32, .heads = 32, .most_positions = 2048});
  const bool bias = config.flag("attention_bias", false);
  const Activation activation = read_activation(config, "hidden_act", "silu");
  const Norm norm = bare_layer_norm(1e-5);

  DecoderParts decoder = start_decoder(config, sizes, "model.");
  decoder.padding = read_padding(config, sizes.vocabulary, 1);
  decoder.ropes = {read_rope(config, sizes.head_width, sizes.most_positions)};
  ParameterList& parameters = decoder.parameters;
  for (int64_t i = 0; i < sizes.layers; ++i) {
    const std::string name = absl::StrCat("model.layers.", i, ".");
    Layer layer;
    layer.attention_in = layer.mlp_in = norm;
    layer.attention = separate_attention(parameters, name + "self_attn", sizes, {bias, bias});
    layer.attention.clip = config.optional_positive("clip_qkv", {}).value_or(0);
    layer.mlp = gated_mlp(parameters, name + "mlp", sizes, /*bias=*/false, activation);
    decoder.layers.push_back(layer);
  }
  decoder.final_norm = norm;
  add_head(decoder, config, /*tied_otherwise=*/false);
  return decoder;
}

const RegisteredFamily registered("olmo", olmo);

}  // namespace
}  // namespace eif
