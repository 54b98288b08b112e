// Gemma 1.
#include <cmath>

#include "plugins/causal_lm/families/gemma_layers.h"

namespace eif {
namespace {

DecoderParts gemma(const ConfigReader& config) {
  const Sizes sizes = read_sizes(
      config, {.vocabulary = 256000, .width = 3072, .inner_width = 24576, .layers = 28, .heads = 16,
               .key_value_heads = 16, .head_width = 256, .most_positions = 8192});
  // The first files say "gelu" and mean its approximation by tanh, as transformers knows.
  Activation activation = read_activation(config, "hidden_act", "gelu_pytorch_tanh");
  if (config.text("hidden_act", "") == "gelu") activation = find_activation("gelu_pytorch_tanh");
  const GemmaKind kind{.scale = 1 / std::sqrt(static_cast<double>(sizes.head_width))};
  return make_gemma(config, sizes, kind,
                    {read_rope(config, sizes.head_width, sizes.most_positions)}, activation);
}

const RegisteredFamily registered("gemma", gemma);

}  // namespace
}  // namespace eif
