#include "suite/engine/base_products.h"

#include <vector>

#include "suite/engine/matrix_product.h"
#include "suite/engine/step_gradients.h"

namespace eif {

at::Tensor wide_product_of_rows(const at::Tensor& x, const at::Tensor& weight, int64_t rows,
                                std::span<const RowProducts> added) {
  const at::Tensor folded = product(x, weight);
  if (added.empty()) return folded;
  std::vector<int64_t> shape = folded.sizes().vec();
  at::Tensor y = by_position(folded);
  for (const RowProducts& products : added) y = plus_products(y, products, rows);
  shape[0] = y.size(0);
  return y.view(shape);
}

at::Tensor WideProducts::multiply(const at::Tensor& x, ParameterId weight, int64_t rows,
                                  std::span<const RowProducts> added) {
  return wide_product_of_rows(x, copies_.wide(weight), rows, added);
}

}  // namespace eif
