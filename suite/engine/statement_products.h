// Inner products of the gradients of many statements, in blocks that fit into memory.
//
// What is recorded for a statement is large (SmolLM2: 1.2 MB a token), so not all recordings may
// fit at once. As many batches as fit stay in memory, and the others pass by, each recorded again
// for every such block:
//
//   evaluated →   1 2 3 4 5 6 7
//   trained 1     ■ ■ ■ ◂ ◂ ◂ ◂      block 1: 1, 2 and 3 stay, 7, 6, 5 and 4 pass by
//           2     · ■ ■ ◂ ◂ ◂ ◂
//           3     · · ■ ◂ ◂ ◂ ◂
//           4     · · · ■ ■ ■ ◂      block 2: 4 is still there
//           5     · · · · ■ ■ ◂      · the transposed cell
//           …
//
// n batches of which m stay take about n² / 2m recordings instead of n. The first that passes by is
// multiplied together with those that stay: what is formed of them (formed_products.h) is formed once
// for all these products.
//
// The same with both ends exchanged, where fewer statements are evaluated: a few queries stay, and
// thousands of statements that are trained on pass by, recorded once.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <functional>

#include "absl/status/statusor.h"
#include "eif/backend.h"
#include "suite/engine/batching.h"
#include "suite/engine/distinct_statements.h"
#include "suite/engine/gradient_products.h"

namespace eif {

struct ProductLimits {
  BatchLimits batch;
  int64_t resident_bytes = 0;  // of recordings that stay; one batch always does
  int64_t slice_bytes = 0;     // of gradients that are formed, a slice of a matrix at a time
};

// What is to be computed beside the products.
struct WantedProducts {
  bool norms = false;
  bool with_base = false;
  ProductParts parts = {};
};

// Everything is taken at the base weights, is float64 on the CPU, and is undefined where it was not
// wanted. There are K statements that are trained on, and L evaluated ones, in the order of
// DistinctStatements, and P parts.
struct StatementProducts {
  // ⟨what a step on k subtracts, ∂(mean over the scored tokens of l)/∂(parameters of the part)⟩
  at::Tensor products;   // (P, K, L)
  at::Tensor norms;      // (K): of the whole gradient that a step on k descends
  at::Tensor with_base;  // (P, L): ⟨base weights, ∂(mean over the scored tokens of l)⟩
  at::Tensor losses;     // (L): the mean over the scored tokens of l; NaN without training
  int64_t recorded = 0;  // statements, each as often as it was
};

// Calls done(share of the work that is finished) before each recording and before each product of
// two batches; it answers false to stop, and the result is then kCancelled.
absl::StatusOr<StatementProducts> statement_products(Model& model,
                                                     const DistinctStatements& statements,
                                                     const WantedProducts& wanted,
                                                     const ProductLimits& limits,
                                                     const std::function<bool(double)>& done);

}  // namespace eif
