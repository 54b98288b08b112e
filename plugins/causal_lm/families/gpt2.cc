// GPT-2 and DistilGPT-2: learned positions, layer norms, and matrices that files have transposed.
#include "absl/strings/str_cat.h"
#include "plugins/causal_lm/family.h"

namespace eif {
namespace {

Sizes read_gpt2_sizes(ConfigReader config) {
  config.read_as("hidden_size", "n_embd");
  config.read_as("num_hidden_layers", "n_layer");
  config.read_as("num_attention_heads", "n_head");
  config.read_as("max_position_embeddings", "n_positions");
  Sizes sizes = read_sizes(config,
                           {.vocabulary = 50257, .width = 768, .inner_width = 3072, .layers = 12,
                            .heads = 12, .most_positions = 1024},
                           /*head_dim_counts=*/false);
  sizes.inner_width = config.optional_integer("n_inner", {}).value_or(4 * sizes.width);
  sizes.key_value_heads = sizes.heads;
  return sizes;
}

DecoderParts gpt2(const ConfigReader& config) {
  const Sizes sizes = read_gpt2_sizes(config);
  const double epsilon = config.positive("layer_norm_epsilon", 1e-5);
  const Activation activation = read_activation(config, "activation_function", "gelu_new");
  const bool scales = config.flag("scale_attn_weights", true);
  const bool scales_by_layer = config.flag("scale_attn_by_inverse_layer_idx", false);
  const int64_t width = sizes.width;

  DecoderParts decoder = start_decoder(config, sizes, "transformer.", "wte");
  // Masks that follow from the sizes, in files of older versions.
  decoder.unused_tensors = {".attn.bias", ".attn.masked_bias"};
  ParameterList& parameters = decoder.parameters;
  decoder.learned_positions =
      parameters.add("transformer.wpe.weight", {sizes.most_positions, width});
  for (int64_t i = 0; i < sizes.layers; ++i) {
    const std::string name = absl::StrCat("transformer.h.", i, ".");
    Layer layer;
    layer.attention_in = layer_norm(parameters, name + "ln_1", width, epsilon);
    layer.attention = plain_attention(sizes);
    if (!scales) layer.attention.scale = 1;
    if (scales_by_layer) layer.attention.scale /= static_cast<double>(i + 1);
    layer.attention.rope = Attention::kNoRope;
    layer.attention.query_key_value = {
        parameters.transposed_linear(name + "attn.c_attn", 3 * width, width)};
    layer.attention.output = parameters.transposed_linear(name + "attn.c_proj", width, width);
    layer.mlp_in = layer_norm(parameters, name + "ln_2", width, epsilon);
    layer.mlp.activation = activation;
    layer.mlp.gated = false;
    layer.mlp.inputs = {parameters.transposed_linear(name + "mlp.c_fc", sizes.inner_width, width)};
    layer.mlp.output = parameters.transposed_linear(name + "mlp.c_proj", width, sizes.inner_width);
    decoder.layers.push_back(layer);
  }
  decoder.final_norm = layer_norm(parameters, "transformer.ln_f", width, epsilon);
  add_head(decoder, config, /*tied_otherwise=*/true);
  return decoder;
}

const RegisteredFamily registered("gpt2", gpt2);

}  // namespace
}  // namespace eif
