// The matrix product that nearly all time is spent in.
//
//   at::Tensor y = product(x, weight);  // x · weightᵀ
//
// It takes the fastest exact kernel there is: on x86 CPUs oneDNN's, which uses the widest vectors
// of any maker's processor (measured on AMD EPYCs: 2.3 times MKL's speed on a Zen 5, 1.05 times on
// a Zen 4), elsewhere libtorch's own choice.
#pragma once

#include <ATen/ATen.h>

namespace eif {

// The type that sums are kept in: float32, or float64 for float64 values.
inline at::ScalarType wide_type(const at::Tensor& values) {
  return values.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
}

// x: (…, I), weight: (O, I) → (…, O) in the wide type of `weight`, which is widened where it has 16
// bits: rounding x to them would lose what a small step changes. The product can be differentiated by
// x only.
at::Tensor product(const at::Tensor& x, const at::Tensor& weight);

// y[r] = a[r]ᵀ · b[r], the sums of outer products, of float32 or wider. a: (R, T, O), b: (R, T, I),
// y: (R, O, I), contiguous.
void sum_outer_products(const at::Tensor& a, const at::Tensor& b, at::Tensor y);

}  // namespace eif
