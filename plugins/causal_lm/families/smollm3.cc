// SmolLM3: Llama with layers that have no positions, and maybe windows.
#include "absl/strings/str_cat.h"
#include "plugins/causal_lm/family.h"

namespace eif {
namespace {

// Which layers have rotary positions: all but every no_rope_layer_interval-th, where no_rope_layers
// does not list them (with 1 for those that have).
std::vector<bool> rotated_layers(const ConfigReader& config, int64_t layers) {
  const int64_t interval = config.integer("no_rope_layer_interval", 4);
  std::vector<bool> result;
  for (int64_t i = 0; i < layers; ++i) result.push_back((i + 1) % interval != 0);
  if (!config.has("no_rope_layers")) return result;
  const std::vector<int64_t> listed =
      config.integers("no_rope_layers", static_cast<size_t>(layers));
  for (size_t i = 0; i < listed.size(); ++i) result[i] = listed[i] != 0;
  return result;
}

DecoderParts smollm3(const ConfigReader& config) {
  const Sizes sizes = read_sizes(
      config, {.vocabulary = 128256, .width = 2048, .inner_width = 11008, .layers = 36, .heads = 16,
               .key_value_heads = 4, .most_positions = 32768});
  const double epsilon = config.positive("rms_norm_eps", 1e-6);
  const bool attention_bias = config.flag("attention_bias", false);
  const bool mlp_bias = config.flag("mlp_bias", false);
  const Activation activation = read_activation(config, "hidden_act", "silu");
  const std::vector<bool> is_rotated = rotated_layers(config, sizes.layers);
  const int64_t window = config.optional_integer("sliding_window", {}).value_or(0);
  const bool use_window = config.flag("use_sliding_window", false) && window > 0;
  std::vector<bool> otherwise;
  for (const bool rotated : is_rotated) otherwise.push_back(use_window && !rotated);
  const std::vector<bool> has_window = read_layer_types(config, sizes.layers, otherwise);

  DecoderParts decoder = start_decoder(config, sizes, "model.");
  decoder.padding = read_padding(config, sizes.vocabulary, 128004);
  decoder.ropes = {
      read_rope(config, sizes.head_width, sizes.most_positions, {.theta = 2000000})};
  ParameterList& parameters = decoder.parameters;
  for (int64_t i = 0; i < sizes.layers; ++i) {
    const std::string name = absl::StrCat("model.layers.", i, ".");
    const auto index = static_cast<size_t>(i);
    Layer layer;
    layer.attention_in = rms_norm(parameters, name + "input_layernorm", sizes.width, epsilon);
    layer.attention = separate_attention(parameters, name + "self_attn", sizes,
                                         {attention_bias, attention_bias});
    if (!is_rotated[index]) layer.attention.rope = Attention::kNoRope;
    if (has_window[index]) layer.attention.window = window;
    if (has_window[index] && window == 0) {
      config.fail("layer_types has sliding_attention; expected a sliding_window to go with it");
    }
    layer.mlp_in = rms_norm(parameters, name + "post_attention_layernorm", sizes.width, epsilon);
    layer.mlp = gated_mlp(parameters, name + "mlp", sizes, mlp_bias, activation);
    decoder.layers.push_back(layer);
  }
  decoder.final_norm = rms_norm(parameters, "model.norm", sizes.width, epsilon);
  add_head(decoder, config, /*tied_otherwise=*/true);
  return decoder;
}

const RegisteredFamily registered("smollm3", smollm3);

}  // namespace
}  // namespace eif
