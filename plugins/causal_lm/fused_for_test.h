// What the tests of loops share: each loop is compared with the same of libtorch's operators.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace eif {

at::Tensor random_numbers(std::vector<int64_t> shape, at::ScalarType type = at::kDouble);

// (rows, queries, keys) of 0 and −∞, where each query sees itself, and any key by chance.
at::Tensor random_mask(int64_t rows, int64_t queries, int64_t keys, at::ScalarType type);

// Up to sums of less than some hundred numbers around 1 in another order.
void expect_near(const at::Tensor& found, const at::Tensor& expected, const std::string& of);

using TestedFunction = std::function<at::Tensor(const std::vector<at::Tensor>&)>;
using TestedView = std::function<at::Tensor(const at::Tensor&)>;

at::Tensor as_it_is(const at::Tensor& x);
// Columns of a matrix twice as wide: the rows are further apart than they are long.
at::Tensor half_of_columns(const at::Tensor& x);

// Values, and gradients of a sum with random weights, of a function and its composition of
// operators; `view` hands what it is given to both of them in another layout. has_loop: whether the
// loop takes such arguments, without which it would not be tested.
void expect_same(const std::vector<at::Tensor>& arguments, const TestedFunction& fused,
                 const TestedFunction& composed, const TestedView& view,
                 const std::function<bool(const std::vector<at::Tensor>&)>& has_loop);

}  // namespace eif
