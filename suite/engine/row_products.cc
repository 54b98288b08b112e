#include "suite/engine/row_products.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <vector>

#include "eif/parallel.h"
#include "eif/small_products.h"

namespace eif {
namespace {

// Positions of a row that one thread takes, and multiplications that are worth another thread.
constexpr int64_t kPositionsAtOnce = 96;
constexpr int64_t kGrain = int64_t{1} << 18;
// Rows of inner products that one thread takes.
constexpr int64_t kRowsAtOnce = 4;

bool needs_gradient(const at::Tensor& x) { return at::GradMode::is_enabled() && x.requires_grad(); }

// Slim products are what rows are made of, and what libraries are slow at (eif/small_products.h).
bool are_small_products(const at::Tensor& a, const at::Tensor& b) {
  const at::ScalarType type = a.scalar_type();
  return a.is_cpu() && b.is_cpu() && (type == at::kFloat || type == at::kDouble) &&
         b.scalar_type() == type && !needs_gradient(a) && !needs_gradient(b);
}

at::Tensor with_rows_in_order(const at::Tensor& x) { return x.stride(2) == 1 ? x : x.contiguous(); }

// The positions of a row, from one on.
template <typename Number>
Rows<const Number> positions_from(const at::Tensor& x, int64_t row, int64_t position) {
  return {x.const_data_ptr<Number>() + row * x.stride(0) + position * x.stride(1), x.stride(1)};
}
template <typename Number>
Rows<Number> writable_positions_from(const at::Tensor& x, int64_t row, int64_t position) {
  return {x.mutable_data_ptr<Number>() + row * x.stride(0) + position * x.stride(1), x.stride(1)};
}
template <typename Number>
FirstFactor<Number> factor_from(const at::Tensor& x, int64_t row, int64_t position) {
  return {positions_from<Number>(x, row, position).first, x.stride(1), x.stride(2)};
}

// Calls work(a number of the type).
template <typename Work>
void for_type_of(const at::Tensor& x, Work work) {
  if (x.scalar_type() == at::kDouble) {
    work(double{});
  } else {
    work(float{});
  }
}

// y[r] += a[r] · b[r] or, where it does not add, y[r] = a[r] · b[r].
// a: (R', N, T), b: (R', T, O), y: (R', N, O)
void multiply_rows(const at::Tensor& a, const at::Tensor& b_of_rows, const at::Tensor& y,
                   bool adds) {
  const at::Tensor b = with_rows_in_order(b_of_rows);
  const int64_t positions = a.size(1), terms = a.size(2), columns = b.size(2);
  const int64_t blocks = (positions + kPositionsAtOnce - 1) / kPositionsAtOnce;
  const int64_t of_block = std::min(positions, kPositionsAtOnce) * terms * columns;
  const int64_t grain = std::max<int64_t>(1, kGrain / std::max<int64_t>(1, of_block));
  for_type_of(y, [&]<typename Number>(Number) {
    in_parallel(0, a.size(0) * blocks, grain, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        const int64_t row = i / blocks, first = i % blocks * kPositionsAtOnce;
        const ProductShape shape = {std::min(kPositionsAtOnce, positions - first), terms, columns};
        const auto of_a = factor_from<Number>(a, row, first);
        const auto of_b = positions_from<Number>(b, row, 0);
        const auto of_y = writable_positions_from<Number>(y, row, first);
        adds ? add_product(shape, of_a, of_b, of_y) : set_to_product(shape, of_a, of_b, of_y);
      }
    });
  });
}

}  // namespace

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

at::Tensor scaled_dot_products(const at::Tensor& a, const at::Tensor& b, const at::Tensor& scale) {
  const at::Tensor transposed = b.transpose(1, 2), factor = scale.view({-1, 1, 1});
  if (!are_small_products(a, b)) return at::bmm(a, transposed) * factor;
  at::Tensor y = at::empty({a.size(0), a.size(1), b.size(1)}, a.options());
  multiply_rows(a, transposed * factor, y, /*adds=*/false);
  return y;
}

void set_to_products(const at::Tensor& a, const at::Tensor& b, const at::Tensor& y) {
  multiply_rows(a, b, y, /*adds=*/false);
}

at::Tensor inner_products_of_rows(const at::Tensor& a, const at::Tensor& b) {
  const at::Tensor first = a.flatten(1).contiguous(), second = b.flatten(1).contiguous();
  const bool are_same = a.is_same(b);
  const int64_t rows = first.size(0), columns = second.size(0), terms = first.size(1);
  at::Tensor sums = at::zeros({rows, columns}, first.options().dtype(at::kDouble));
  const int64_t grain =
      std::max<int64_t>(1, kGrain / std::max<int64_t>(1, kRowsAtOnce * columns * terms));
  for_type_of(first, [&]<typename Number>(Number) {
    in_parallel(0, (rows + kRowsAtOnce - 1) / kRowsAtOnce, grain, [&](int64_t begin, int64_t end) {
      for (int64_t row = begin * kRowsAtOnce; row < std::min(rows, end * kRowsAtOnce);
           row += kRowsAtOnce) {
        const int64_t count = std::min(kRowsAtOnce, rows - row);
        // Of a table that is symmetric, up to the diagonal.
        add_inner_products({count, terms, are_same ? row + count : columns},
                           {first.const_data_ptr<Number>() + row * terms, terms},
                           {second.const_data_ptr<Number>(), terms},
                           {sums.mutable_data_ptr<double>() + row * columns, columns});
      }
    });
  });
  return are_same ? sums.tril() + sums.tril(-1).t() : sums;
}

at::Tensor plus_products(const at::Tensor& y, const RowProducts& products, int64_t rows) {
  const int64_t count = products.a.size(0);
  if (!needs_gradient(y) && are_small_products(products.a, products.b)) {
    at::Tensor result = writable_rows(y, rows);
    if (result.stride(2) == 1) {
      multiply_rows(products.a, products.b, rows_of(result, products.first_row, count),
                    /*adds=*/true);
      return result;
    }
  }
  if (count == rows && (y.size(0) != rows || at::GradMode::is_enabled())) {
    return at::baddbmm(rows_of(y, 0, rows), products.a, products.b);
  }
  at::Tensor result = writable_rows(y, rows);
  rows_of(result, products.first_row, count).baddbmm_(products.a, products.b);
  return result;
}

}  // namespace eif
