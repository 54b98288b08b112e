#include "plugins/causal_lm/decoder.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "eif/losses.h"

// Letters of the shapes: R rows, N nodes, D width of the residual stream, S scored nodes, V
// vocabulary. Every tensor that depends on the batch alone or on the weights alone may have R = 1 and
// is broadcast.

namespace eif {
namespace {

// Picks the states at some nodes. x: (R, N, D), nodes: (R, S) → (R, S, D)
at::Tensor at_nodes(const at::Tensor& x, const at::Tensor& nodes) {
  if (nodes.size(0) == 1) return x.index_select(1, nodes[0]);
  const int64_t rows = nodes.size(0), width = x.size(2);
  return x.expand({rows, -1, -1}).gather(1, nodes.unsqueeze(-1).expand({-1, -1, width}));
}

}  // namespace

void DecoderParts::untie_head() {
  head.weight = parameters.add(absl::StrCat(head_name, ".weight"), {vocabulary, width},
                               older_head_name.empty() ? "" : older_head_name + ".weight");
}

Decoder::Decoder(DecoderParts parts, at::ScalarType dtype) : parts_(std::move(parts)) {
  int64_t depending_on_length = 0;
  for (const RopeConfig& rope : parts_.ropes) {
    depending_on_length += ropes_.emplace_back(rope).depends_on_length();
  }
  classes_are_lengths_ = depending_on_length > 1;
  if (parts_.rounds_embedding_scale) {
    parts_.embedding_scale = at::scalar_tensor(parts_.embedding_scale, dtype).item<double>();
  }
}

int64_t Decoder::length_class(int64_t tokens) const {
  int64_t result = 0;
  for (const RotaryEmbedding& rope : ropes_) result = std::max(result, rope.length_class(tokens));
  return result == 0 || !classes_are_lengths_ ? result : tokens;
}

bool Decoder::takes_length(int64_t tokens) const {
  const auto takes_any = [](const RotaryEmbedding& rope) { return rope.takes_any_length(); };
  return tokens <= parts_.most_positions || std::any_of(ropes_.begin(), ropes_.end(), takes_any);
}

Positions Decoder::positions(const TokenBatch& batch, at::ScalarType dtype) const {
  Positions result;
  for (const RotaryEmbedding& rope : ropes_) {
    const int64_t length_class = classes_are_lengths_ ? rope.length_class(batch.length_class)
                                 : rope.depends_on_length() ? batch.length_class
                                                            : 0;
    result.rotations.push_back(rope.rotation(batch.positions, length_class, dtype));
  }
  const at::Tensor distance = batch.positions.unsqueeze(2) - batch.positions.unsqueeze(1);
  for (const Layer& layer : parts_.layers) {
    const Attention& attention = layer.attention;
    at::Tensor& mask = result.masks[attention.window];
    if (mask.defined()) continue;
    const at::Tensor visible = attention.window == 0
                                   ? batch.visible
                                   : batch.visible.logical_and(distance < attention.window);
    mask = additive_mask(visible, attention.heads / attention.key_value_heads, dtype);
  }
  return result;
}

at::Tensor Decoder::embedded(Weights& weights, const TokenBatch& batch) const {
  at::Tensor x = weights.embedding(batch.ids, parts_.embedding,
                                   parts_.padding.value_or(Weights::kNoPadding));
  if (parts_.embedding_scale != 1) x = x * parts_.embedding_scale;
  if (!parts_.learned_positions.has_value()) return x;
  return x + weights.embedding(batch.positions, *parts_.learned_positions);
}

at::Tensor Decoder::hidden_states(Weights& weights, const TokenBatch& batch) const {
  at::Tensor x = embedded(weights, batch);
  const Positions shared = positions(batch, x.scalar_type());
  for (const Layer& layer : parts_.layers) x = layer(weights, x, shared);
  return x;
}

at::Tensor Decoder::logits(Weights& weights, const at::Tensor& x) const {
  at::Tensor logits = parts_.head(weights, parts_.final_norm(weights, x));
  if (parts_.logit_scale != 1) logits = logits * parts_.logit_scale;
  if (parts_.logit_softcap == 0) return logits;
  return at::tanh(logits / parts_.logit_softcap) * parts_.logit_softcap;
}

Losses Decoder::loss(Weights& weights, const TokenBatch& batch) const {
  const at::Tensor x = hidden_states(weights, batch);
  // The head is the largest matrix of a small model: only scored nodes go through it, each once.
  return token_losses(
      at_nodes(x, batch.scored_nodes), parts_.vocabulary,
      [&](const at::Tensor& at_some) { return logits(weights, at_some); }, batch);
}

at::Tensor Decoder::features(Weights& weights, const TokenBatch& batch) const {
  return mean_by_statement(parts_.final_norm(weights, hidden_states(weights, batch)), batch);
}

}  // namespace eif
