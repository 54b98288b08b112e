// Gemma 3 (text): Gemma 2 with norms on queries and keys, windows in five layers of six, and rotary
// positions of their own for these.
#include "plugins/causal_lm/families/gemma_layers.h"

namespace eif {
namespace {

// transformers reads attn_logit_softcapping of this kind and never uses it.
DecoderParts gemma3(const ConfigReader& config) {
  const Sizes sizes = read_sizes(
      config, {.vocabulary = 262208, .width = 2304, .inner_width = 9216, .layers = 26, .heads = 8,
               .key_value_heads = 4, .head_width = 256, .most_positions = 131072});
  const GemmaKind kind{.norms_results = true,
                  .norms_heads = true,
                  .scale = read_query_scale(config),
                  .has_window = read_gemma_windows(config, sizes.layers,
                                        config.integer("sliding_window_pattern", 6)),
                  .window = config.optional_integer("sliding_window", 4096).value_or(0),
                  .sliding_rope = 1};
  const RopeByLayer ropes =
      read_rope_by_layer(config, sizes.head_width, sizes.most_positions, /*full_theta=*/1e6,
                         /*sliding_theta=*/1e4, /*sliding_theta_key=*/"rope_local_base_freq");
  DecoderParts decoder =
      make_gemma(config, sizes, kind, {ropes.full, ropes.sliding},
                 read_activation(config, "hidden_activation", "gelu_pytorch_tanh"));
  decoder.logit_softcap = config.optional_positive("final_logit_softcapping", {}).value_or(0);
  return decoder;
}

const RegisteredFamily registered("gemma3_text", gemma3);

}  // namespace
}  // namespace eif
