// Granite 3: Llama with multipliers of embeddings, attention scores, residuals and logits.
#include "absl/strings/str_cat.h"
#include "plugins/causal_lm/family.h"

namespace eif {
namespace {

DecoderParts granite(const ConfigReader& config) {
  const Sizes sizes = read_sizes(config, {.vocabulary = 32000, .width = 4096, .inner_width = 11008,
                                          .layers = 32, .heads = 32, .most_positions = 2048});
  const double epsilon = config.positive("rms_norm_eps", 1e-6);
  const bool attention_bias = config.flag("attention_bias", false);
  const bool mlp_bias = config.flag("mlp_bias", false);
  const Activation activation = read_activation(config, "hidden_act", "silu");

  DecoderParts decoder = start_decoder(config, sizes, "model.");
  decoder.padding = read_padding(config, sizes.vocabulary);
  decoder.embedding_scale = config.number("embedding_multiplier", 1);
  decoder.logit_scale = 1 / config.positive("logits_scaling", 1);
  decoder.ropes = {read_rope(config, sizes.head_width, sizes.most_positions)};
  ParameterList& parameters = decoder.parameters;
  for (int64_t i = 0; i < sizes.layers; ++i) {
    const std::string name = absl::StrCat("model.layers.", i, ".");
    Layer layer;
    layer.residual_scale = config.number("residual_multiplier", 1);
    layer.attention_in = rms_norm(parameters, name + "input_layernorm", sizes.width, epsilon);
    layer.attention = separate_attention(parameters, name + "self_attn", sizes,
                                         {attention_bias, attention_bias});
    layer.attention.scale = config.number("attention_multiplier", 1);
    layer.mlp_in = rms_norm(parameters, name + "post_attention_layernorm", sizes.width, epsilon);
    layer.mlp = gated_mlp(parameters, name + "mlp", sizes, mlp_bias, activation);
    decoder.layers.push_back(layer);
  }
  decoder.final_norm = rms_norm(parameters, "model.norm", sizes.width, epsilon);
  add_head(decoder, config, /*tied_otherwise=*/false);
  return decoder;
}

const RegisteredFamily registered("granite", granite);

}  // namespace
}  // namespace eif
