// Gemma 2: norms on both sides of attention and MLP, windows in every other layer, soft caps.
#include "plugins/causal_lm/families/gemma_layers.h"

namespace eif {
namespace {

DecoderParts gemma2(const ConfigReader& config) {
  const Sizes sizes = read_sizes(
      config, {.vocabulary = 256000, .width = 2304, .inner_width = 9216, .layers = 26, .heads = 8,
               .key_value_heads = 4, .head_width = 256, .most_positions = 8192});
  const GemmaKind kind{.norms_results = true,
                  .scale = read_query_scale(config),
                  .softcap = config.optional_positive("attn_logit_softcapping", 50).value_or(0),
                  .has_window = read_gemma_windows(config, sizes.layers, 2),
                  .window = config.optional_integer("sliding_window", 4096).value_or(0)};
  DecoderParts decoder =
      make_gemma(config, sizes, kind, {read_rope(config, sizes.head_width, sizes.most_positions)},
                 read_activation(config, "hidden_activation", "gelu_pytorch_tanh"));
  decoder.logit_softcap = config.optional_positive("final_logit_softcapping", 30).value_or(0);
  return decoder;
}

const RegisteredFamily registered("gemma2", gemma2);

}  // namespace
}  // namespace eif
