#include "suite/engine/difference_products.h"

#include <utility>

#include "suite/engine/matrix_product.h"
#include "suite/engine/step_gradients.h"

namespace eif {

at::Tensor DifferenceProducts::differences(const at::Tensor& x) const {
  const at::Tensor others = x.narrow(0, rows_.count, x.size(0) - rows_.count);
  if (rows_.count == 1) return others - x.narrow(0, 0, 1);
  const at::Tensor index = at::tensor(rows_.of_row, at::kLong).to(x.device());
  return others - x.index_select(0, index);
}

const at::Tensor& DifferenceProducts::rounded_differences(const at::Tensor& x,
                                                          const at::Tensor& by_position,
                                                          const NarrowWeight& weight) {
  if (!latest_x_.is_same(x) || latest_version_ != x._version()) {
    latest_differences_ =
        narrowed_differences(by_position, rows_.count, rows_.of_row, weight);
    latest_x_ = x;
    latest_version_ = x._version();
  }
  return latest_differences_;
}

at::Tensor DifferenceProducts::multiply(const at::Tensor& x, ParameterId weight, int64_t rows,
                                        std::span<const RowProducts> added) {
  if (x.size(0) == 1) return wide_product_of_rows(x, copies_.wide(weight), rows, added);
  const at::Tensor z = by_position(x);
  const at::Tensor of_base = product(z.narrow(0, 0, rows_.count), copies_.wide(weight));
  at::Tensor y = at::empty({x.size(0), z.size(1), of_base.size(2)}, of_base.options());
  y.narrow(0, 0, rows_.count).copy_(of_base);
  const at::Tensor of_others = y.narrow(0, rows_.count, x.size(0) - rows_.count);
  if (differences_ == Differences::kRounded) {
    const NarrowWeight narrow = copies_.narrow(weight);
    plus_narrow_product(of_base, rows_.of_row, rounded_differences(x, z, narrow), narrow,
                        behind_base_rows(added), of_others);
  } else {
    const at::Tensor index = at::tensor(rows_.of_row, at::kLong).to(x.device());
    of_others.copy_(of_base.index_select(0, index) +
                    product(differences(z), copies_.wide(weight)));
    for (const RowProducts& products : added) y = plus_products(y, products, rows);
  }
  std::vector<int64_t> shape = x.sizes().vec();
  shape.back() = y.size(2);
  return y.view(shape);
}

std::vector<RowProducts> DifferenceProducts::behind_base_rows(
    std::span<const RowProducts> added) const {
  std::vector<RowProducts> behind(added.begin(), added.end());
  for (RowProducts& products : behind) products.first_row -= rows_.count;
  return behind;
}

}  // namespace eif
