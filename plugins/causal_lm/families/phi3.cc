// Phi-3 and Phi-4: one matrix for query, key and value, one for gate and up, and LongRoPE.
#include "absl/strings/str_cat.h"
#include "plugins/causal_lm/family.h"

namespace eif {
namespace {

DecoderParts phi3(const ConfigReader& config) {
  const Sizes sizes = read_sizes(config, {.vocabulary = 32064, .width = 3072, .inner_width = 8192,
                                          .layers = 32, .heads = 32, .most_positions = 4096});
  const double epsilon = config.positive("rms_norm_eps", 1e-5);
  const Activation activation = read_activation(config, "hidden_act", "silu");
  const int64_t query_width = sizes.heads * sizes.head_width;
  const int64_t key_width = sizes.key_value_heads * sizes.head_width;

  DecoderParts decoder = start_decoder(config, sizes, "model.");
  decoder.padding = read_padding(config, sizes.vocabulary, 32000);
  decoder.ropes = {read_rope(config, sizes.head_width, sizes.most_positions,
                             {.fraction_key = "partial_rotary_factor",
                              .takes_odd_widths = true,
                              .is_phi3 = true})};
  ParameterList& parameters = decoder.parameters;
  for (int64_t i = 0; i < sizes.layers; ++i) {
    const std::string name = absl::StrCat("model.layers.", i, ".");
    Layer layer;
    layer.attention_in = rms_norm(parameters, name + "input_layernorm", sizes.width, epsilon);
    layer.attention = plain_attention(sizes);
    layer.attention.window = config.optional_integer("sliding_window", {}).value_or(0);
    layer.attention.query_key_value = {parameters.linear(
        name + "self_attn.qkv_proj", query_width + 2 * key_width, sizes.width, /*bias=*/false)};
    layer.attention.output =
        parameters.linear(name + "self_attn.o_proj", sizes.width, query_width, /*bias=*/false);
    layer.mlp_in = rms_norm(parameters, name + "post_attention_layernorm", sizes.width, epsilon);
    layer.mlp.activation = activation;
    layer.mlp.inner_width = sizes.inner_width;
    layer.mlp.inputs = {parameters.linear(name + "mlp.gate_up_proj", 2 * sizes.inner_width,
                                          sizes.width, /*bias=*/false)};
    layer.mlp.output =
        parameters.linear(name + "mlp.down_proj", sizes.width, sizes.inner_width, /*bias=*/false);
    decoder.layers.push_back(layer);
  }
  decoder.final_norm = rms_norm(parameters, "model.norm", sizes.width, epsilon);
  add_head(decoder, config, /*tied_otherwise=*/false);
  return decoder;
}

const RegisteredFamily registered("phi3", phi3);

}  // namespace
}  // namespace eif
