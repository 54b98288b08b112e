#include "plugins/causal_lm/families/gemma_layers.h"

#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"

namespace eif {
namespace {

constexpr Norm::Kind kNorm = Norm::Kind::kRmsPlusOne;

Layer make_layer(ParameterList& parameters, const std::string& name, const Sizes& sizes,
                 const ConfigReader& config, const GemmaKind& kind, double epsilon,
                 Activation activation) {
  const bool bias = config.flag("attention_bias", false);
  const auto norm = [&](const char* part, int64_t width) {
    return rms_norm(parameters, name + part, width, epsilon, kNorm);
  };
  Layer layer;
  layer.attention_in = norm("input_layernorm", sizes.width);
  layer.attention = separate_attention(parameters, name + "self_attn", sizes, {bias, bias});
  layer.attention.scale = kind.scale;
  layer.attention.softcap = kind.softcap;
  if (kind.norms_heads) {
    layer.attention.query_norm.norms = {norm("self_attn.q_norm", sizes.head_width)};
    layer.attention.key_norm.norms = {norm("self_attn.k_norm", sizes.head_width)};
  }
  if (kind.norms_results) {
    layer.attention_out = norm("post_attention_layernorm", sizes.width);
    layer.mlp_in = norm("pre_feedforward_layernorm", sizes.width);
    layer.mlp_out = norm("post_feedforward_layernorm", sizes.width);
  } else {
    layer.mlp_in = norm("post_attention_layernorm", sizes.width);
  }
  layer.mlp = gated_mlp(parameters, name + "mlp", sizes, /*bias=*/false, activation);
  return layer;
}

}  // namespace

DecoderParts make_gemma(const ConfigReader& config, const Sizes& sizes, const GemmaKind& kind,
                        std::vector<RopeConfig> ropes, Activation activation) {
  const double epsilon = config.positive("rms_norm_eps", 1e-6);
  DecoderParts decoder = start_decoder(config, sizes, "model.");
  decoder.padding = read_padding(config, sizes.vocabulary, 0);
  decoder.embedding_scale = std::sqrt(static_cast<double>(sizes.width));
  decoder.rounds_embedding_scale = true;
  decoder.ropes = std::move(ropes);
  for (int64_t i = 0; i < sizes.layers; ++i) {
    Layer layer = make_layer(decoder.parameters, absl::StrCat("model.layers.", i, "."), sizes,
                             config, kind, epsilon, activation);
    if (!kind.has_window.empty() && kind.has_window[static_cast<size_t>(i)]) {
      layer.attention.window = kind.window;
      layer.attention.rope = kind.sliding_rope;
    }
    decoder.layers.push_back(layer);
  }
  decoder.final_norm = rms_norm(decoder.parameters, "model.norm", sizes.width, epsilon, kNorm);
  add_head(decoder, config, /*tied_otherwise=*/true);
  return decoder;
}

std::vector<bool> read_gemma_windows(const ConfigReader& config, int64_t layers, int64_t period) {
  std::vector<bool> otherwise;
  for (int64_t i = 0; i < layers; ++i) otherwise.push_back((i + 1) % period != 0);
  return read_layer_types(config, layers, otherwise);
}

double read_query_scale(const ConfigReader& config) {
  return 1 / std::sqrt(static_cast<double>(config.integer("query_pre_attn_scalar", 256)));
}

}  // namespace eif
