// OLMo 2: norms behind attention and MLP, and on queries and keys as a whole. OLMo 3 has windows,
// and rotary positions of their own for the layers that have them.
#include <utility>

#include "absl/strings/str_cat.h"
#include "plugins/causal_lm/family.h"

namespace eif {
namespace {

constexpr Norm::Kind kNorm = Norm::Kind::kRmsWide;

Sizes read_olmo_sizes(const ConfigReader& config) {
  return read_sizes(config, {.vocabulary = 50304, .width = 4096, .inner_width = 11008, .layers = 32,
                             .heads = 32, .most_positions = 2048});
}

Layer make_layer(ParameterList& parameters, const std::string& name, const Sizes& sizes,
                 const ConfigReader& config, double epsilon) {
  const bool bias = config.flag("attention_bias", false);
  const auto head_norm = [&](const char* part, int64_t heads) -> Attention::HeadNorm {
    return {{rms_norm(parameters, name + part, heads * sizes.head_width, epsilon, kNorm)},
            /*whole=*/true};
  };
  Layer layer;
  layer.attention = separate_attention(parameters, name + "self_attn", sizes, {bias, bias});
  layer.attention.query_norm = head_norm("self_attn.q_norm", sizes.heads);
  layer.attention.key_norm = head_norm("self_attn.k_norm", sizes.key_value_heads);
  layer.mlp = gated_mlp(parameters, name + "mlp", sizes, /*bias=*/false,
                        read_activation(config, "hidden_act", "silu"));
  layer.attention_out =
      rms_norm(parameters, name + "post_attention_layernorm", sizes.width, epsilon, kNorm);
  layer.mlp_out =
      rms_norm(parameters, name + "post_feedforward_layernorm", sizes.width, epsilon, kNorm);
  return layer;
}

// has_window: empty where no layer has one.
DecoderParts make_olmo(const ConfigReader& config, const Sizes& sizes, std::vector<RopeConfig> ropes,
                       const std::vector<bool>& has_window, int64_t window) {
  const double epsilon = config.positive("rms_norm_eps", 1e-5);
  DecoderParts decoder = start_decoder(config, sizes, "model.");
  decoder.padding = read_padding(config, sizes.vocabulary, 1);
  decoder.ropes = std::move(ropes);
  for (int64_t i = 0; i < sizes.layers; ++i) {
    Layer layer = make_layer(decoder.parameters, absl::StrCat("model.layers.", i, "."), sizes,
                             config, epsilon);
    if (!has_window.empty() && has_window[static_cast<size_t>(i)]) {
      layer.attention.window = window;
      layer.attention.rope = 1;
    }
    decoder.layers.push_back(layer);
  }
  decoder.final_norm = rms_norm(decoder.parameters, "model.norm", sizes.width, epsilon, kNorm);
  add_head(decoder, config, /*tied_otherwise=*/false);
  return decoder;
}

DecoderParts olmo2(const ConfigReader& config) {
  const Sizes sizes = read_olmo_sizes(config);
  return make_olmo(config, sizes, {read_rope(config, sizes.head_width, sizes.most_positions)}, {},
                   0);
}

DecoderParts olmo3(const ConfigReader& config) {
  const Sizes sizes = read_olmo_sizes(config);
  const RopeByLayer ropes =
      read_rope_by_layer(config, sizes.head_width, sizes.most_positions, /*full_theta=*/5e5,
                         /*sliding_theta=*/5e5, /*sliding_theta_key=*/nullptr);
  std::vector<bool> otherwise;
  for (int64_t i = 0; i < sizes.layers; ++i) otherwise.push_back((i + 1) % 4 != 0);
  return make_olmo(config, sizes, {ropes.full, ropes.sliding},
                   read_layer_types(config, sizes.layers, otherwise),
                   config.optional_integer("sliding_window", 4096).value_or(0));
}

const RegisteredFamily registered_olmo2("olmo2", olmo2);
const RegisteredFamily registered_olmo3("olmo3", olmo3);

}  // namespace
}  // namespace eif
