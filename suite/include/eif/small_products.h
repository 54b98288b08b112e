// Products of matrices that are small or slim, which libraries of linear algebra are slow at.
//
//   eif::set_to_product({nodes, width, keys}, {query, width}, {keys_transposed, keys}, {scores,
//   keys});
//
// The product of 105 × 12 and 12 × 576 numbers runs at half the speed of large ones in MKL, and
// less where it is slim the other way, and each call has work of its own before the first
// multiplication. This one begins at once, on the thread that calls it.
#pragma once

#include <cstdint>

namespace eif {

// A matrix in memory, each row of which lies side by side, and which lie evenly far apart.
template <typename Number>
struct Rows {
  Number* first = nullptr;
  int64_t stride = 0;  // from one row to the next
  Number* operator[](int64_t row) const { return first + row * stride; }
};

// A matrix that may lie transposed, as the first factor of a product.
template <typename Number>
struct FirstFactor {
  FirstFactor(const Number* numbers, int64_t from_row_to_row, int64_t from_term_to_term = 1)
      : first(numbers), row_stride(from_row_to_row), term_stride(from_term_to_term) {}
  FirstFactor(Rows<const Number> rows) : FirstFactor(rows.first, rows.stride) {}

  const Number* first;
  int64_t row_stride, term_stride;
};

// The rows are the columns of what lies in memory.
template <typename Number>
FirstFactor<Number> transposed(Rows<const Number> rows) {
  return {rows.first, 1, rows.stride};
}

// a: (rows, terms), b: (terms, columns), c: (rows, columns)
struct ProductShape {
  int64_t rows = 0, terms = 0, columns = 0;
};

// c = a · b and c += a · b. c overlaps neither of them. Each number of c is summed over the terms
// one after the other, whatever the shape: it has the same bits in a larger product.
void set_to_product(const ProductShape& shape, FirstFactor<float> a, Rows<const float> b,
                    Rows<float> c);
void set_to_product(const ProductShape& shape, FirstFactor<double> a, Rows<const double> b,
                    Rows<double> c);
void add_product(const ProductShape& shape, FirstFactor<float> a, Rows<const float> b,
                 Rows<float> c);
void add_product(const ProductShape& shape, FirstFactor<double> a, Rows<const double> b,
                 Rows<double> c);

// c += a · bᵀ, where b has `columns` rows, each with as many terms as the rows of a: few rows that
// are long. Some thousand terms are summed at a time, and such sums in float64. Bits depend on the
// terms alone.
void add_inner_products(const ProductShape& shape, Rows<const float> a, Rows<const float> b,
                        Rows<double> c);
void add_inner_products(const ProductShape& shape, Rows<const double> a, Rows<const double> b,
                        Rows<double> c);

}  // namespace eif
