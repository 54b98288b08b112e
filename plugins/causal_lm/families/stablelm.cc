// StableLM: Llama with layer norms, a quarter of each head rotated, and maybe a norm of its own for
// each head of queries and keys.
#include "absl/strings/str_cat.h"
#include "plugins/causal_lm/family.h"

namespace eif {
namespace {

DecoderParts stablelm(const ConfigReader& config) {
  const Sizes sizes =
      read_sizes(config,
                 {.vocabulary = 50304, .width = 2560, .inner_width = 6912, .layers = 32,
                  .heads = 32, .key_value_heads = 32, .most_positions = 4096},
                 /*head_dim_counts=*/false);
  const double epsilon = config.positive("layer_norm_eps", 1e-5);
  const bool bias = config.flag("use_qkv_bias", false);
  const bool norms_heads = config.flag("qk_layernorm", false);
  const bool parallel = config.flag("use_parallel_residual", false);
  const Activation activation = read_activation(config, "hidden_act", "silu");

  DecoderParts decoder = start_decoder(config, sizes, "model.");
  decoder.padding = read_padding(config, sizes.vocabulary);
  decoder.ropes = {read_rope(config, sizes.head_width, sizes.most_positions,
                             {.fraction = 0.25, .fraction_key = "partial_rotary_factor"})};
  ParameterList& parameters = decoder.parameters;
  for (int64_t i = 0; i < sizes.layers; ++i) {
    const std::string name = absl::StrCat("model.layers.", i, ".");
    const auto head_norms = [&](const char* part, int64_t heads) {
      Attention::HeadNorm result;
      for (int64_t head = 0; head < heads; ++head) {
        result.norms.push_back(layer_norm(parameters, absl::StrCat(name, part, ".norms.", head),
                                          sizes.head_width, epsilon, /*bias=*/false));
      }
      return result;
    };
    Layer layer;
    layer.parallel = parallel;
    layer.attention_in = layer_norm(parameters, name + "input_layernorm", sizes.width, epsilon);
    layer.attention = separate_attention(parameters, name + "self_attn", sizes, {bias});
    if (norms_heads) {
      layer.attention.query_norm = head_norms("self_attn.q_layernorm", sizes.heads);
      layer.attention.key_norm = head_norms("self_attn.k_layernorm", sizes.key_value_heads);
    }
    if (!parallel) {
      layer.mlp_in =
          layer_norm(parameters, name + "post_attention_layernorm", sizes.width, epsilon);
    }
    layer.mlp = gated_mlp(parameters, name + "mlp", sizes, /*bias=*/false, activation);
    decoder.layers.push_back(layer);
  }
  decoder.final_norm = layer_norm(parameters, "model.norm", sizes.width, epsilon);
  add_head(decoder, config, /*tied_otherwise=*/false);
  return decoder;
}

const RegisteredFamily registered("stablelm", stablelm);

}  // namespace
}  // namespace eif
