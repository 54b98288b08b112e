// Products in bfloat16 with sums and results in float32: for factors that are small beside what the
// product is added to, so that their rounding is small beside it, too (difference_products.h).
//
//   const NarrowWeight weight = narrowed(w);  // w: (O, I)
//   const at::Tensor d = narrowed_differences(x, /*base_rows=*/1, of_row, weight);  // (R, N, I')
//   plus_narrow_product(start, of_row, d, weight, /*added=*/{}, y);
//
// On x86 CPUs with bfloat16 instructions (AMX, AVX512-BF16) this is oneDNN's kernel for small
// blocks, which libtorch hands out. It writes float32 and adds to what is there, so that all sums
// of a block of results are taken while it is in the cache; libtorch's own product would round its
// results to bfloat16 and need more passes over them. The weight is rounded, and laid out as the
// kernel reads it, a few outputs at a time, which stay in the cache while all positions are
// multiplied with them: a copy of all weights would be as much memory to touch for the first time,
// and to read. Other CPUs multiply the rounded factors in float32, which is right and gains
// nothing; GPUs have a product of this kind.
//
// Letters: R rows, N positions, I in, O out; K rows that the products are added to.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <span>

#include "suite/engine/row_products.h"

namespace eif {

// A matrix for products with rounded factors.
struct NarrowWeight {
  bool is_for_kernel = false;
  // (O, I) bfloat16 or, for the kernel, float32 that is not rounded yet.
  at::Tensor values;
};

// Whether products on this device take the kernel.
bool has_narrow_kernel(at::Device device);

// weight: (O, I), of any type.
NarrowWeight narrowed(const at::Tensor& weight);
// The same, for the kernel or not whatever the device has.
NarrowWeight narrowed(const at::Tensor& weight, bool for_kernel);

// Bytes that narrowed() allocates for a weight.
int64_t narrowed_bytes(const at::Tensor& weight);

// Differences of rows from base rows in front of them, rounded to what products with `weight` take:
// x[K + r] − x[base_of_row[r]]. x: (K + R, N, I) float32 → (R, N, I), or (R, N, I') for the kernel,
// where I' is I, rounded up to a multiple of 32
at::Tensor narrowed_differences(const at::Tensor& x, int64_t base_rows,
                                std::span<const int64_t> base_of_row, const NarrowWeight& weight);

// y[r] = start[start_of_row[r]] + d[r] · weightᵀ, and what rows add, which is multiplied in float32.
// start: (K, N, O), d: (R, N, I') from narrowed_differences(), y: (R, N, O); start and y are float32 and
// contiguous. The sums of a position do not depend on the others, nor on the number of threads.
void plus_narrow_product(const at::Tensor& start, std::span<const int64_t> start_of_row,
                         const at::Tensor& d, const NarrowWeight& weight,
                         std::span<const RowProducts> added, const at::Tensor& y);

}  // namespace eif
