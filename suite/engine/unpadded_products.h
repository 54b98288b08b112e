// Products that leave out padding.
//
// Statements of different lengths are recorded side by side, the shorter ones padded. Nothing that
// is computed at padding matters, and in a product it takes as long as the rest: a third of the
// positions of twelve statements.
//
//   UnpaddedProducts products(inner, examples);
//   … record gradients of these examples by `products` …
//   if (products.padding_was_read()) …  // record them again by `inner`
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <span>
#include <vector>

#include "eif/backend.h"
#include "suite/engine/base_products.h"

namespace eif {

// What is not (examples, nodes of the longest one, …) is passed on as it is.
class UnpaddedProducts final : public BaseProducts {
 public:
  // examples: the rows of what is multiplied, as make_row_batch() lays them out. On the CPU.
  UnpaddedProducts(BaseProducts& inner, const std::vector<const Example*>& examples);

  // Whether there is padding enough that leaving it out saves time.
  static bool pay_for(const std::vector<const Example*>& examples);

  // 1 at padding, and there is no gradient through it.
  at::Tensor multiply(const at::Tensor& x, ParameterId weight, int64_t rows,
                      std::span<const RowProducts> added) override;

  // Whether a loss that was differentiated depends on what a product is at padding. The shape alone
  // does not tell a model's nodes from something else of which there happen to be as many.
  bool padding_was_read() const { return padding_was_read_.item<bool>(); }

 private:
  bool is_padded(const at::Tensor& values) const;

  BaseProducts& inner_;
  int64_t rows_ = 0, positions_ = 0;
  at::Tensor places_, padding_;  // in (rows · positions)
  at::Tensor padding_was_read_;  // (1) bool
};

}  // namespace eif
