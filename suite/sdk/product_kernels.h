// What stands behind eif/small_products.h, of which its tests see all and not only what is fastest
// here.
#pragma once

#include <vector>

#include "eif/small_products.h"

namespace eif {

// c = a · b or, where it adds, c += a · b.
template <typename Number>
struct Product {
  ProductShape shape;
  Rows<const Number> a, b;
  Rows<Number> c;
  bool adds = false;
};

template <typename Number>
using MultiplyFunction = void(const Product<Number>& product);

// Those that this processor can carry out, the fastest first.
template <typename Number>
std::vector<MultiplyFunction<Number>*> product_kernels();

}  // namespace eif
