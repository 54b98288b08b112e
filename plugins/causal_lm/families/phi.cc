// Phi-1, 1.5 and 2: attention and MLP in parallel behind one layer norm, biases everywhere, the head
// included, and half of each head rotated.
#include "absl/strings/str_cat.h"
#include "plugins/causal_lm/family.h"

namespace eif {
namespace {

DecoderParts phi(const ConfigReader& config) {
  const Sizes sizes = read_sizes(config, {.vocabulary = 51200, .width = 2048, .inner_width = 8192,
                                          .layers = 24, .heads = 32, .most_positions = 2048});
  const double epsilon = config.positive("layer_norm_eps", 1e-5);
  const bool norms_heads = config.flag("qk_layernorm", false);
  const Activation activation = read_activation(config, "hidden_act", "gelu_new");
  const int64_t width = sizes.width;

  DecoderParts decoder = start_decoder(config, sizes, "model.");
  decoder.padding = read_padding(config, sizes.vocabulary);
  decoder.ropes = {read_rope(config, sizes.head_width, sizes.most_positions,
                             {.fraction = 0.5, .fraction_key = "partial_rotary_factor"})};
  ParameterList& parameters = decoder.parameters;
  for (int64_t i = 0; i < sizes.layers; ++i) {
    const std::string name = absl::StrCat("model.layers.", i, ".");
    Layer layer;
    layer.parallel = true;
    layer.attention_in = layer_norm(parameters, name + "input_layernorm", width, epsilon);
    layer.attention =
        separate_attention(parameters, name + "self_attn", sizes, {true, true}, "dense");
    if (norms_heads && sizes.head_width != width / sizes.heads) {
      config.fail("head_dim", absl::StrCat(width / sizes.heads, ", hidden_size / num_attention_heads, ",
                                           "where qk_layernorm is true"));
    }
    if (norms_heads) {
      const auto head_norm = [&](const char* part) {
        return layer_norm(parameters, name + "self_attn." + part, width / sizes.heads, epsilon);
      };
      layer.attention.query_norm.norms = {head_norm("q_layernorm")};
      layer.attention.key_norm.norms = {head_norm("k_layernorm")};
    }
    layer.mlp.activation = activation;
    layer.mlp.gated = false;
    layer.mlp.inputs = {parameters.linear(name + "mlp.fc1", sizes.inner_width, width, true)};
    layer.mlp.output = parameters.linear(name + "mlp.fc2", width, sizes.inner_width, true);
    decoder.layers.push_back(layer);
  }
  decoder.final_norm = layer_norm(parameters, "model.final_layernorm", width, epsilon);
  add_head(decoder, config, /*tied_otherwise=*/false, "lm_head", /*bias=*/true);
  return decoder;
}

const RegisteredFamily registered("phi", phi);

}  // namespace
}  // namespace eif
