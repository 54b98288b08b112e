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
  FirstFactor<Number> a;
  Rows<const Number> b;
  Rows<Number> c;
  bool adds = false;
};

// c += a · bᵀ
template <typename Number>
struct InnerProducts {
  ProductShape shape;
  Rows<const Number> a, b;
  Rows<double> c;
};

template <typename Number>
struct ProductKernels {
  void (*multiply)(const Product<Number>& product);
  void (*add_inner_products)(const InnerProducts<Number>& products);
};

// Those that this processor can carry out, the fastest first.
template <typename Number>
std::vector<ProductKernels<Number>> product_kernels();

}  // namespace eif
