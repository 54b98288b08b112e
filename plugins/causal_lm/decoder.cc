#include "plugins/causal_lm/decoder.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "eif/losses.h"

// Letters of the shapes: R rows, N nodes, D width of the residual stream, K key/value heads, G
// query heads for each of them, W width of a head, S scored nodes, V vocabulary. Every tensor that
// depends on the batch alone or on the weights alone may have R = 1 and is broadcast.

namespace eif {
namespace {

// The type that sums are taken in, which is never one of 16 bits.
at::ScalarType wide(const at::Tensor& x) {
  return x.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
}

// Takes the heads apart: (R, N, K·G·W) → (R, K, G, N, W)
at::Tensor split_heads(const at::Tensor& x, int64_t key_value_heads, int64_t head_width) {
  return x.unflatten(-1, {key_value_heads, -1, head_width}).permute({0, 2, 3, 1, 4});
}

// Makes what is added to attention scores, so that what is not visible gets no share: visible:
// (R, N, N) bool → (R, G·N, N)
at::Tensor additive_mask(const at::Tensor& visible, int64_t groups, at::ScalarType dtype) {
  const at::Tensor mask =
      at::zeros(visible.sizes(), visible.options().dtype(dtype))
          .masked_fill_(visible.logical_not(), -std::numeric_limits<double>::infinity());
  return mask.repeat({1, groups, 1});
}

// Picks the states at some nodes. x: (R, N, D), nodes: (R, S) → (R, S, D)
at::Tensor at_nodes(const at::Tensor& x, const at::Tensor& nodes) {
  if (nodes.size(0) == 1) return x.index_select(1, nodes[0]);
  const int64_t rows = nodes.size(0), width = x.size(2);
  return x.expand({rows, -1, -1}).gather(1, nodes.unsqueeze(-1).expand({-1, -1, width}));
}

}  // namespace

// ---- Parameters --------------------------------------------------------------------------------

Decoder::Decoder(DecoderConfig config) : config_(std::move(config)), rope_(config_.rope) {
  embedding_ = add("model.embed_tokens.weight", {config_.vocabulary, config_.width});
  for (int64_t i = 0; i < config_.layers; ++i) layers_.push_back(add_layer(i));
  final_norm_ = add("model.norm.weight", {config_.width});
  head_ =
      config_.tied_head ? embedding_ : add("lm_head.weight", {config_.vocabulary, config_.width});
}

ParameterId Decoder::add(std::string name, std::vector<int64_t> shape) {
  parameters_.push_back({std::move(name), std::move(shape)});
  return parameters_.size() - 1;
}

Decoder::Linear Decoder::add_linear(const std::string& name, int64_t out, int64_t in, bool bias) {
  Linear linear{add(absl::StrCat(name, ".weight"), {out, in}), std::nullopt};
  if (bias) linear.bias = add(absl::StrCat(name, ".bias"), {out});
  return linear;
}

Decoder::Layer Decoder::add_layer(int64_t index) {
  const DecoderConfig& c = config_;
  const std::string prefix = absl::StrCat("model.layers.", index, ".");
  const int64_t query_width = c.heads * c.head_width;
  const int64_t key_width = c.key_value_heads * c.head_width;
  const auto linear = [&](const char* name, int64_t out, int64_t in, bool bias) {
    return add_linear(prefix + name, out, in, bias);
  };

  Layer layer;
  layer.has_window = c.has_window[static_cast<size_t>(index)];
  layer.attention_norm = add(prefix + "input_layernorm.weight", {c.width});
  if (c.fused_projections) {
    layer.query_key_value = {
        linear("self_attn.qkv_proj", query_width + 2 * key_width, c.width, c.query_key_value_bias)};
  } else {
    layer.query_key_value = {
        linear("self_attn.q_proj", query_width, c.width, c.query_key_value_bias),
        linear("self_attn.k_proj", key_width, c.width, c.query_key_value_bias),
        linear("self_attn.v_proj", key_width, c.width, c.query_key_value_bias)};
  }
  layer.attention_output =
      linear("self_attn.o_proj", c.width, query_width, c.attention_output_bias);
  layer.mlp_norm = add(prefix + "post_attention_layernorm.weight", {c.width});
  if (c.fused_projections) {
    layer.gate_up = {linear("mlp.gate_up_proj", 2 * c.intermediate_width, c.width, c.mlp_bias)};
  } else {
    layer.gate_up = {linear("mlp.gate_proj", c.intermediate_width, c.width, c.mlp_bias),
                     linear("mlp.up_proj", c.intermediate_width, c.width, c.mlp_bias)};
  }
  layer.mlp_output = linear("mlp.down_proj", c.width, c.intermediate_width, c.mlp_bias);
  return layer;
}

// ---- Forward pass ------------------------------------------------------------------------------

at::Tensor Decoder::apply(Weights& weights, const Linear& linear, const at::Tensor& x) {
  const at::Tensor y = weights.linear(x, linear.weight);
  return linear.bias.has_value() ? weights.bias(y, *linear.bias) : y;
}

std::vector<at::Tensor> Decoder::apply_all(Weights& weights, const std::vector<Linear>& linears,
                                           const at::Tensor& x,
                                           const std::vector<int64_t>& widths) {
  if (linears.size() == 1) return apply(weights, linears[0], x).split_with_sizes(widths, -1);
  std::vector<at::Tensor> results;
  for (const Linear& linear : linears) results.push_back(apply(weights, linear, x));
  return results;
}

Decoder::Positions Decoder::positions(const TokenBatch& batch, at::ScalarType dtype) const {
  const int64_t groups = config_.heads / config_.key_value_heads;
  Positions result;
  result.rotation = rope_.rotation(batch.positions, batch.length_class, dtype);
  result.mask = additive_mask(batch.visible, groups, dtype);
  if (config_.sliding_window > 0) {
    const at::Tensor distance = batch.positions.unsqueeze(2) - batch.positions.unsqueeze(1);
    result.window_mask =
        additive_mask(batch.visible.logical_and(distance < config_.sliding_window), groups, dtype);
  }
  return result;
}

at::Tensor Decoder::norm(Weights& weights, const at::Tensor& x, ParameterId gain) const {
  const at::Tensor wide_x = x.to(wide(x));
  const at::Tensor mean_square = wide_x.pow(2).mean(-1, /*keepdim=*/true);
  return weights.gain((wide_x * at::rsqrt(mean_square + config_.norm_epsilon)).to(x.scalar_type()),
                      gain);
}

at::Tensor Decoder::attention(Weights& weights, const Layer& layer, const at::Tensor& x,
                              const Positions& positions) const {
  const int64_t key_value_heads = config_.key_value_heads, head_width = config_.head_width;
  const int64_t key_width = key_value_heads * head_width;
  const std::vector<at::Tensor> projected = apply_all(
      weights, layer.query_key_value, x, {config_.heads * head_width, key_width, key_width});
  // The queries that share a key/value head stand below each other as if they were more tokens, so
  // that keys and values need no copies.
  const at::Tensor query =
      rotate(split_heads(projected[0], key_value_heads, head_width), positions.rotation)
          .flatten(2, 3);  // (R, K, G·N, W)
  const at::Tensor key =
      rotate(split_heads(projected[1], key_value_heads, head_width), positions.rotation)
          .flatten(2, 3);  // (R, K, N, W)
  const at::Tensor value = split_heads(projected[2], key_value_heads, head_width).flatten(2, 3);

  const at::Tensor& mask = layer.has_window ? positions.window_mask : positions.mask;
  const double scale = 1 / std::sqrt(static_cast<double>(head_width));
  const at::Tensor scores = at::matmul(query * scale, key.transpose(2, 3)).add_(mask.unsqueeze(1));
  const at::Tensor shares = at::softmax(scores, -1, wide(scores)).to(x.scalar_type());
  const at::Tensor mixed = at::matmul(shares, value)  // (R, K, G·N, W)
                               .unflatten(2, {-1, x.size(1)})
                               .permute({0, 3, 1, 2, 4})
                               .flatten(2, 4);  // (R, N, K·G·W)
  return apply(weights, layer.attention_output, mixed);
}

at::Tensor Decoder::mlp(Weights& weights, const Layer& layer, const at::Tensor& x) const {
  const int64_t width = config_.intermediate_width;
  const std::vector<at::Tensor> gate_up = apply_all(weights, layer.gate_up, x, {width, width});
  return apply(weights, layer.mlp_output, at::silu(gate_up[0]) * gate_up[1]);
}

at::Tensor Decoder::hidden_states(Weights& weights, const TokenBatch& batch) const {
  at::Tensor x =
      weights.embedding(batch.ids, embedding_, config_.padding.value_or(Weights::kNoPadding));
  const Positions shared = positions(batch, x.scalar_type());
  for (const Layer& layer : layers_) {
    x = x + attention(weights, layer, norm(weights, x, layer.attention_norm), shared);
    x = x + mlp(weights, layer, norm(weights, x, layer.mlp_norm));
  }
  return x;
}

at::Tensor Decoder::head(Weights& weights, const at::Tensor& x) const {
  return weights.linear(norm(weights, x, final_norm_), head_);
}

Losses Decoder::loss(Weights& weights, const TokenBatch& batch) const {
  const at::Tensor x = hidden_states(weights, batch);
  // The head is the largest matrix of a small model: only scored nodes go through it, each once.
  return token_losses(
      at_nodes(x, batch.scored_nodes), config_.vocabulary,
      [&](const at::Tensor& at_some) { return head(weights, at_some); }, batch);
}

at::Tensor Decoder::features(Weights& weights, const TokenBatch& batch) const {
  return mean_by_statement(norm(weights, hidden_states(weights, batch), final_norm_), batch);
}

}  // namespace eif
