// The products of fine-tuned rows by their differences from the base model.
//
//   W x_r = W x_0 + W d_r,  d_r = x_r − x_0
//
// x_0 is the base model's activation at the same node, for which rows of the base model ride along in
// the batch: rows 0 … K−1 of every x. W x_0 is needed once for each of them, in float32. The differences
// are small, and their products, where the time goes, lose no more than 2⁻⁹ of the change when their
// factors are rounded to bfloat16; products of the activations themselves would lose 2⁻⁹ of the
// activation, which is more than a small step changes.
//
// What is exact in it does not depend on which base row a row refers to: any x_0 gives W x_r. Only the
// rounding is small where the two are alike.
//
// Letters: as in eif/backend.h; K base rows, N positions.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "suite/engine/base_products.h"
#include "suite/engine/weight_copies.h"

namespace eif {

// The rows of the base model that ride along with others.
struct BaseRows {
  int64_t count = 0;             // K; 0: none
  std::vector<int64_t> of_row;   // of each other row, in [0, K): the one with the same nodes
};

// How many nodes of other rows a node of a base row costs: float32 products take about twice as
// long as 16-bit ones on processors with AVX512-BF16, and eight times and more on those with AMX
// and on GPUs. What lies between is a few percent off for each of them.
inline constexpr double kBaseRowCost = 6;

enum class Differences {
  kRounded,  // multiplied in bfloat16, with float32 sums
  kWide,     // multiplied as wide as everything else: the oracle
};

// For float32 and 16-bit weights where they are rounded. Cannot be differentiated.
class DifferenceProducts final : public BaseProducts {
 public:
  DifferenceProducts(WeightCopies& copies, BaseRows rows, Differences differences)
      : copies_(copies), rows_(std::move(rows)), differences_(differences) {}

  // x: (K + R, …, I), or (1, …, I) for all rows. Nothing is added to base rows.
  at::Tensor multiply(const at::Tensor& x, ParameterId weight, int64_t rows,
                      std::span<const RowProducts> added) override;

 private:
  // d: (R, N, I) of x: (K + R, N, I)
  at::Tensor differences(const at::Tensor& x) const;
  // The same, rounded. Matrices that share an x share it.
  const at::Tensor& rounded_differences(const at::Tensor& x, const at::Tensor& by_position,
                                        const NarrowWeight& weight);

  // The same, numbered from the first row that is not one of the base model.
  std::vector<RowProducts> behind_base_rows(std::span<const RowProducts> added) const;

  WeightCopies& copies_;
  BaseRows rows_;
  Differences differences_;
  // What multiply() was given, how often it had been changed in place, and its differences.
  at::Tensor latest_x_;
  int64_t latest_version_ = 0;
  at::Tensor latest_differences_;
};

}  // namespace eif
