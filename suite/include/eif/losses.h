// What a model's logits cost: from logits to the Losses of eif/backend.h.
//
//   at::Tensor logits = weights.bias(weights.linear(x, kWeight), kBias);  // (R, B, classes)
//   return eif::label_losses(logits, images);
//
//   return eif::token_losses(
//       states, vocabulary, [&](const at::Tensor& x) { return weights.linear(x, kHead); }, batch);
//
// A backend may use these functions or compute its losses itself. Letters of the shapes: R rows, B
// statements, N nodes, S scored nodes, P predictions, D width, V vocabulary, F features.
#pragma once

#include "absl/functional/function_ref.h"
#include "eif/backend.h"

namespace eif {

// ---- Images ------------------------------------------------------------------------------------

// logits: (R, B, classes)
Losses label_losses(const at::Tensor& logits, const ImageBatch& batch);

// ---- Text --------------------------------------------------------------------------------------

// logits: (R, S, V), those of batch.scored_nodes
Losses token_losses(const at::Tensor& logits, const TokenBatch& batch);

// The same from what the head reads, x: (R, S, D). head: (R, s, D) → (R, s, V), called for a few
// scored nodes at a time. Logits are the largest thing in a forward pass by far: where no gradient is
// asked for, there are only so many of them at a time as a processor works well with.
Losses token_losses(const at::Tensor& x, int64_t vocabulary,
                    absl::FunctionRef<at::Tensor(const at::Tensor&)> head, const TokenBatch& batch);

// The mean over the nodes that predict of each statement. x: (R, N, F), what a model makes of each
// node → (R, B, F), float32 or wider
at::Tensor mean_by_statement(const at::Tensor& x, const TokenBatch& batch);

}  // namespace eif
