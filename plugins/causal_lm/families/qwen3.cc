// Qwen3: Qwen2 with a norm on each query and key in place of the biases, and heads of a width of
// their own.
#include "absl/strings/str_cat.h"
#include "plugins/causal_lm/family.h"

namespace eif {
namespace {

DecoderParts qwen3(const ConfigReader& config) {
  const Sizes sizes = read_sizes(
      config, {.vocabulary = 151936, .width = 4096, .inner_width = 22016, .layers = 32, .heads = 32,
               .key_value_heads = 32, .head_width = 128, .most_positions = 32768});
  const double epsilon = config.positive("rms_norm_eps", 1e-6);
  const Activation activation = read_activation(config, "hidden_act", "silu");
  const bool bias = config.flag("attention_bias", false);
  const std::vector<int64_t> windows = read_windows_of_upper_layers(config, sizes.layers);

  DecoderParts decoder = start_decoder(config, sizes, "model.");
  decoder.padding = read_padding(config, sizes.vocabulary);
  decoder.ropes = {read_rope(config, sizes.head_width, sizes.most_positions)};
  ParameterList& parameters = decoder.parameters;
  for (int64_t i = 0; i < sizes.layers; ++i) {
    const std::string name = absl::StrCat("model.layers.", i, ".");
    const auto head_norm = [&](const char* part) -> Attention::HeadNorm {
      return {{rms_norm(parameters, absl::StrCat(name, "self_attn.", part), sizes.head_width,
                        epsilon)}};
    };
    Layer layer;
    layer.attention_in = rms_norm(parameters, name + "input_layernorm", sizes.width, epsilon);
    layer.attention = separate_attention(parameters, name + "self_attn", sizes, {bias, bias});
    layer.attention.query_norm = head_norm("q_norm");
    layer.attention.key_norm = head_norm("k_norm");
    layer.attention.window = windows[static_cast<size_t>(i)];
    layer.mlp_in = rms_norm(parameters, name + "post_attention_layernorm", sizes.width, epsilon);
    layer.mlp = gated_mlp(parameters, name + "mlp", sizes, /*bias=*/false, activation);
    decoder.layers.push_back(layer);
  }
  decoder.final_norm = rms_norm(parameters, "model.norm", sizes.width, epsilon);
  add_head(decoder, config, /*tied_otherwise=*/false);
  return decoder;
}

const RegisteredFamily registered("qwen3", qwen3);

}  // namespace
}  // namespace eif
