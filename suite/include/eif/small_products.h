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

// a: (rows, terms), b: (terms, columns), c: (rows, columns)
struct ProductShape {
  int64_t rows = 0, terms = 0, columns = 0;
};

// c = a · b and c += a · b. c overlaps neither of them. Each number of c is summed over the terms
// one after the other, whatever the shape: it has the same bits in a larger product.
void set_to_product(const ProductShape& shape, Rows<const float> a, Rows<const float> b,
                    Rows<float> c);
void set_to_product(const ProductShape& shape, Rows<const double> a, Rows<const double> b,
                    Rows<double> c);
void add_product(const ProductShape& shape, Rows<const float> a, Rows<const float> b,
                 Rows<float> c);
void add_product(const ProductShape& shape, Rows<const double> a, Rows<const double> b,
                 Rows<double> c);

}  // namespace eif
