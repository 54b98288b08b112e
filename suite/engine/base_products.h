// Products with the base model's matrices, which is what the fine-tuned copies share and where the
// time goes.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <span>

#include "eif/backend.h"
#include "suite/engine/row_products.h"
#include "suite/engine/weight_copies.h"

namespace eif {

class BaseProducts {
 public:
  virtual ~BaseProducts() = default;
  // x · Wᵀ, and what rows add to it. x: (rows | 1, …, I), W: (O, I) → (rows, …, O), or (1, …, O) where
  // x has one row and nothing is added, in the wide type of W; a tensor that nobody else has.
  virtual at::Tensor multiply(const at::Tensor& x, ParameterId weight, int64_t rows,
                              std::span<const RowProducts> added) = 0;
};

// Products in the wide type. Can be differentiated by x and by what is added.
class WideProducts final : public BaseProducts {
 public:
  explicit WideProducts(WeightCopies& copies) : copies_(copies) {}
  at::Tensor multiply(const at::Tensor& x, ParameterId weight, int64_t rows,
                      std::span<const RowProducts> added) override;

 private:
  WeightCopies& copies_;
};

// The same with a weight as it is: (O, I).
at::Tensor wide_product_of_rows(const at::Tensor& x, const at::Tensor& weight, int64_t rows,
                                std::span<const RowProducts> added);

}  // namespace eif
