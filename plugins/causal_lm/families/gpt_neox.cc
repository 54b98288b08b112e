// GPT-NeoX and Pythia: layer norms, attention and MLP in parallel, the query, key and value of a head
// side by side, and a quarter of each head rotated.
#include "absl/strings/str_cat.h"
#include "plugins/causal_lm/family.h"

namespace eif {
namespace {

DecoderParts gpt_neox(const ConfigReader& config) {
  const Sizes sizes = read_sizes(config,
                                 {.vocabulary = 50432, .width = 6144, .inner_width = 24576,
                                  .layers = 44, .heads = 64, .most_positions = 2048},
                                 /*head_dim_counts=*/false);
  const double epsilon = config.positive("layer_norm_eps", 1e-5);
  const bool bias = config.flag("attention_bias", true);
  const bool parallel = config.flag("use_parallel_residual", true);
  const Activation activation = read_activation(config, "hidden_act", "gelu");
  const int64_t width = sizes.width;

  DecoderParts decoder = start_decoder(config, sizes, "gpt_neox.", "embed_in");
  // Masks and tables that follow from the sizes, in files of older versions.
  decoder.unused_tensors = {".attention.bias", ".attention.masked_bias",
                            ".attention.rotary_emb.inv_freq"};
  decoder.ropes = {read_rope(config, sizes.head_width, sizes.most_positions,
                             {.theta_key = "rotary_emb_base",
                              .fraction = 0.25,
                              .fraction_key = "rotary_pct",
                              .takes_odd_widths = true})};
  ParameterList& parameters = decoder.parameters;
  for (int64_t i = 0; i < sizes.layers; ++i) {
    const std::string name = absl::StrCat("gpt_neox.layers.", i, ".");
    Layer layer;
    layer.parallel = parallel;
    layer.attention_in = layer_norm(parameters, name + "input_layernorm", width, epsilon);
    layer.mlp_in = layer_norm(parameters, name + "post_attention_layernorm", width, epsilon);
    layer.attention = plain_attention(sizes);
    layer.attention.key_value_heads = sizes.heads;
    layer.attention.interleaved = true;
    layer.attention.query_key_value = {
        parameters.linear(name + "attention.query_key_value", 3 * width, width, bias)};
    layer.attention.output = parameters.linear(name + "attention.dense", width, width, bias);
    layer.mlp.activation = activation;
    layer.mlp.gated = false;
    layer.mlp.inputs = {parameters.linear(name + "mlp.dense_h_to_4h", sizes.inner_width, width, true)};
    layer.mlp.output = parameters.linear(name + "mlp.dense_4h_to_h", width, sizes.inner_width, true);
    decoder.layers.push_back(layer);
  }
  decoder.final_norm = layer_norm(parameters, "gpt_neox.final_layer_norm", width, epsilon);
  decoder.older_head_name = "embed_out";
  add_head(decoder, config, /*tied_otherwise=*/false);
  return decoder;
}

const RegisteredFamily registered("gpt_neox", gpt_neox);

}  // namespace
}  // namespace eif
