// Products that rows of fine-tuned weights add to what they share with the base weights.
//
// Letters: as in step_gradients.h.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>

namespace eif {

// Takes the rows first … first + count − 1 of `values`, which has all rows, or one that stands for
// all of them and is then expanded.
at::Tensor rows_of(const at::Tensor& values, int64_t first, int64_t count);

// Gives all `rows` of y as a tensor that may be written into: y itself where it has them and nobody
// else needs it as it is.
at::Tensor writable_rows(const at::Tensor& y, int64_t rows);

// a · bᵀ, times a number of each row. a: (R', N, I), b: (R', T, I), scale: (R') → (R', N, T)
at::Tensor scaled_dot_products(const at::Tensor& a, const at::Tensor& b, const at::Tensor& scale);

// y[r] = a[r] · b[r], float32 or wider on a CPU. a: (R, N, T), b: (R, T, O), y: (R, N, O),
// contiguous.
void set_to_products(const at::Tensor& a, const at::Tensor& b, const at::Tensor& y);

// Sums a ∘ b over all dimensions but the first, of few rows that are long, on a CPU: (R, …) and
// (R', …) → (R, R') float64
at::Tensor inner_products_of_rows(const at::Tensor& a, const at::Tensor& b);

// a · b, of the rows first_row … first_row + R' − 1.
struct RowProducts {
  int64_t first_row = 0;
  at::Tensor a;  // (R', N, T)
  at::Tensor b;  // (R', T, O)
};

// Adds them to y: (rows | 1, N, O) → (rows, N, O), which may be y itself.
at::Tensor plus_products(const at::Tensor& y, const RowProducts& products, int64_t rows);

}  // namespace eif
