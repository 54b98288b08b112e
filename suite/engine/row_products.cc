#include "suite/engine/row_products.h"

#include <ATen/core/grad_mode.h>

#include <vector>

namespace eif {

at::Tensor rows_of(const at::Tensor& values, int64_t first, int64_t count) {
  if (values.size(0) > 1) return values.narrow(0, first, count);
  std::vector<int64_t> shape = values.sizes().vec();
  shape[0] = count;
  return values.expand(shape);
}

at::Tensor writable_rows(const at::Tensor& y, int64_t rows) {
  const bool is_needed = y.size(0) != rows || at::GradMode::is_enabled();
  return is_needed ? rows_of(y, 0, rows).clone() : y;
}

at::Tensor plus_products(const at::Tensor& y, const RowProducts& products, int64_t rows) {
  const int64_t count = products.a.size(0);
  if (count == rows && (y.size(0) != rows || at::GradMode::is_enabled())) {
    return at::baddbmm(rows_of(y, 0, rows), products.a, products.b);
  }
  at::Tensor result = writable_rows(y, rows);
  rows_of(result, products.first_row, count).baddbmm_(products.a, products.b);
  return result;
}

}  // namespace eif
