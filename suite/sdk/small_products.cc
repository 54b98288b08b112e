#include "eif/small_products.h"

#include <algorithm>
#include <vector>

#include "eif/vector_loops.h"
#include "suite/sdk/product_kernels.h"

namespace eif {
namespace {

// ---- Tiles -------------------------------------------------------------------------------------

// What a kind of processor has: bytes of a vector, and vectors that sums can be kept in, beside
// those that the factors need.
template <int bytes, int sums, int widest>
struct Processor {
  static constexpr int kBytes = bytes;
  static constexpr int kSums = sums;
  static constexpr int kWidest = widest;  // vectors of a tile side by side
};

// Rows of a tile that is so many vectors wide. More would only make the code longer.
template <typename Has>
constexpr int kRowsOfTile(int vectors) {
  return std::min(12, Has::kSums / vectors);
}

// Terms that are summed before the next ones are read, so that a tile's part of b stays in a cache.
constexpr int64_t kTermsAtOnce = 256;
// Numbers of b that all rows are multiplied with before the next ones: they stay in a core's first
// cache.
constexpr int64_t kNumbersAtOnce = 8192;

// Parts of a product.
template <typename Number>
EIF_INLINE Product<Number> from_row(const Product<Number>& whole, int64_t row) {
  Product<Number> rest = whole;
  rest.shape.rows -= row;
  rest.a.first += row * whole.a.row_stride;
  rest.c.first = whole.c[row];
  return rest;
}
template <typename Number>
EIF_INLINE Product<Number> columns_of(const Product<Number>& whole, int64_t first, int64_t count) {
  Product<Number> some = whole;
  some.shape.columns = count;
  some.b.first += first;
  some.c.first += first;
  return some;
}
template <typename Number>
EIF_INLINE Product<Number> terms_of(const Product<Number>& whole, int64_t first, int64_t count) {
  Product<Number> some = whole;
  some.shape.terms = count;
  some.a.first += first * whole.a.term_stride;
  some.b.first = whole.b[first];
  some.adds = whole.adds || first > 0;
  return some;
}

template <typename Number, int bytes>
struct VectorOf {
  using Type [[gnu::vector_size(bytes)]] = Number;
  // In memory, at any address.
  using Stored [[gnu::vector_size(bytes), gnu::aligned(alignof(Number)), gnu::may_alias]] = Number;
  static constexpr int64_t kNumbers = bytes / static_cast<int>(sizeof(Number));
};

// `rows` rows of c, `vectors` vectors wide. The sums stay in registers.
template <typename Has, int rows, int vectors, typename Number>
EIF_INLINE void multiply_tile(const Product<Number>& product) {
  using Vectors = VectorOf<Number, Has::kBytes>;
  using Stored = typename Vectors::Stored;
  typename Vectors::Type sums[rows][vectors];
#pragma GCC unroll 12
  for (int row = 0; row < rows; ++row) {
#pragma GCC unroll 4
    for (int i = 0; i < vectors; ++i) {
      const Number* const place = product.c[row] + i * Vectors::kNumbers;
      sums[row][i] = product.adds ? *reinterpret_cast<const Stored*>(place) : Stored{};
    }
  }
  for (int64_t term = 0; term < product.shape.terms; ++term) {
    typename Vectors::Type b[vectors];
#pragma GCC unroll 4
    for (int i = 0; i < vectors; ++i) {
      b[i] = *reinterpret_cast<const Stored*>(product.b[term] + i * Vectors::kNumbers);
    }
#pragma GCC unroll 12
    for (int row = 0; row < rows; ++row) {
      const Number a = product.a.first[row * product.a.row_stride + term * product.a.term_stride];
#pragma GCC unroll 4
      for (int i = 0; i < vectors; ++i) sums[row][i] += a * b[i];
    }
  }
#pragma GCC unroll 12
  for (int row = 0; row < rows; ++row) {
#pragma GCC unroll 4
    for (int i = 0; i < vectors; ++i) {
      *reinterpret_cast<Stored*>(product.c[row] + i * Vectors::kNumbers) = sums[row][i];
    }
  }
}

// ---- Products of tiles -------------------------------------------------------------------------

// Columns that are a multiple of a tile's width, all rows: those that are left over by tiles of so
// many rows by tiles of half as many.
template <typename Has, int rows, int vectors, typename Number>
EIF_INLINE void multiply_tiles(Product<Number> product) {
  constexpr int64_t kWidth = vectors * VectorOf<Number, Has::kBytes>::kNumbers;
  for (; product.shape.rows >= rows; product = from_row(product, rows)) {
    for (int64_t first = 0; first < product.shape.columns; first += kWidth) {
      multiply_tile<Has, rows, vectors>(columns_of(product, first, kWidth));
    }
  }
  if constexpr (rows > 1) {
    if (product.shape.rows > 0) multiply_tiles<Has, rows / 2, vectors>(product);
  }
}

// Fewer columns than a vector has numbers, by way of a copy that is as wide.
template <typename Has, typename Number>
EIF_INLINE void multiply_last_columns(const Product<Number>& product) {
  constexpr int64_t kWidth = VectorOf<Number, Has::kBytes>::kNumbers;
  constexpr int64_t kRows = 4 * kRowsOfTile<Has>(1);
  Number b[kTermsAtOnce * kWidth] = {}, c[kRows * kWidth] = {};
  const int64_t columns = product.shape.columns;
  for (int64_t term = 0; term < product.shape.terms; ++term) {
    for (int64_t i = 0; i < columns; ++i) b[term * kWidth + i] = product.b[term][i];
  }
  for (int64_t first = 0; first < product.shape.rows; first += kRows) {
    Product<Number> some = from_row(product, first);
    some.shape.rows = std::min(kRows, some.shape.rows);
    const Rows<Number> result = some.c;
    some.b = {b, kWidth};
    some.c = {c, kWidth};
    some.shape.columns = kWidth;
    for (int64_t row = 0; some.adds && row < some.shape.rows; ++row) {
      for (int64_t i = 0; i < columns; ++i) some.c[row][i] = result[row][i];
    }
    multiply_tiles<Has, kRowsOfTile<Has>(1), 1>(some);
    for (int64_t row = 0; row < some.shape.rows; ++row) {
      for (int64_t i = 0; i < columns; ++i) result[row][i] = some.c[row][i];
    }
  }
}

// Columns from `first` on by tiles that are so many vectors wide, and what is left over by narrower
// ones.
template <typename Has, int vectors, typename Number>
EIF_INLINE void multiply_columns(const Product<Number>& product, int64_t first) {
  constexpr int64_t kWidth = vectors * VectorOf<Number, Has::kBytes>::kNumbers;
  const int64_t end = first + (product.shape.columns - first) / kWidth * kWidth;
  const int64_t at_once =
      std::max<int64_t>(1, kNumbersAtOnce / kWidth / std::max<int64_t>(1, product.shape.terms)) *
      kWidth;
  for (; first < end; first += at_once) {
    const int64_t count = std::min(at_once, end - first);
    multiply_tiles<Has, kRowsOfTile<Has>(vectors), vectors>(columns_of(product, first, count));
  }
  if constexpr (vectors > 1) {
    multiply_columns<Has, vectors / 2>(product, end);
  } else if (end < product.shape.columns) {
    multiply_last_columns<Has>(columns_of(product, end, product.shape.columns - end));
  }
}

template <typename Has, typename Number>
EIF_INLINE void multiply(const Product<Number>& product) {
  const ProductShape& shape = product.shape;
  for (int64_t first = 0; first < shape.terms; first += kTermsAtOnce) {
    const int64_t count = std::min(kTermsAtOnce, shape.terms - first);
    multiply_columns<Has, Has::kWidest>(terms_of(product, first, count), 0);
  }
  if (shape.terms > 0 || product.adds) return;
  for (int64_t row = 0; row < shape.rows; ++row)
    std::fill_n(product.c[row], shape.columns, Number{0});
}

// ---- Inner products ----------------------------------------------------------------------------

// Terms that are summed at a time: rows of a tile stay in a core's second cache, and few enough
// numbers of float32 are added to each lane that rounding does not grow.
constexpr int64_t kTermsOfSum = 4096;

template <int rows, int columns, typename Vectors, typename Number>
EIF_INLINE void add_tile_of_inner_products(const InnerProducts<Number>& products, int64_t row,
                                           int64_t column, int64_t first, int64_t count) {
  using Stored = typename Vectors::Stored;
  typename Vectors::Type sums[rows][columns] = {};
  const int64_t end = first + count, last_vector = end - Vectors::kNumbers;
  int64_t term = first;
  for (; term <= last_vector; term += Vectors::kNumbers) {
    typename Vectors::Type b[columns];
#pragma GCC unroll 4
    for (int j = 0; j < columns; ++j) {
      b[j] = *reinterpret_cast<const Stored*>(products.b[column + j] + term);
    }
#pragma GCC unroll 4
    for (int i = 0; i < rows; ++i) {
      const typename Vectors::Type a = *reinterpret_cast<const Stored*>(products.a[row + i] + term);
#pragma GCC unroll 4
      for (int j = 0; j < columns; ++j) sums[i][j] += a * b[j];
    }
  }
#pragma GCC unroll 4
  for (int i = 0; i < rows; ++i) {
#pragma GCC unroll 4
    for (int j = 0; j < columns; ++j) {
      Number sum = 0;
      for (int lane = 0; lane < Vectors::kNumbers; ++lane) sum += sums[i][j][lane];
      for (int64_t k = term; k < end; ++k)
        sum += products.a[row + i][k] * products.b[column + j][k];
      products.c[row + i][column + j] += static_cast<double>(sum);
    }
  }
}

// Some rows with all columns.
template <typename Has, int rows, typename Number>
EIF_INLINE void add_rows_of_inner_products(const InnerProducts<Number>& products, int64_t row,
                                           int64_t first, int64_t count) {
  using Vectors = VectorOf<Number, Has::kBytes>;
  constexpr int kColumns = 4;
  int64_t column = 0;
  for (; column + kColumns <= products.shape.columns; column += kColumns) {
    add_tile_of_inner_products<rows, kColumns, Vectors>(products, row, column, first, count);
  }
  for (; column < products.shape.columns; ++column) {
    add_tile_of_inner_products<rows, 1, Vectors>(products, row, column, first, count);
  }
}

template <typename Has, typename Number>
EIF_INLINE void add_all_inner_products(const InnerProducts<Number>& products) {
  constexpr int kRows = Has::kSums / 6;
  const ProductShape& shape = products.shape;
  for (int64_t first = 0; first < shape.terms; first += kTermsOfSum) {
    const int64_t count = std::min(kTermsOfSum, shape.terms - first);
    int64_t row = 0;
    for (; row + kRows <= shape.rows; row += kRows) {
      add_rows_of_inner_products<Has, kRows>(products, row, first, count);
    }
    for (; row < shape.rows; ++row) add_rows_of_inner_products<Has, 1>(products, row, first, count);
  }
}

// ---- Processors --------------------------------------------------------------------------------

// Vectors of 16 bytes are what all processors have.
using AnyProcessor = Processor<16, 12, 2>;

template <typename Number>
void multiply_by_16_bytes(const Product<Number>& product) {
  multiply<AnyProcessor>(product);
}
template <typename Number>
void add_inner_products_by_16_bytes(const InnerProducts<Number>& products) {
  add_all_inner_products<AnyProcessor>(products);
}

#if defined(__x86_64__) && defined(__GNUC__)

#define EIF_FOR_AVX2 __attribute__((target("avx2,fma")))
#define EIF_FOR_AVX512 __attribute__((target("avx512f,avx512vl,fma")))
using Avx2 = Processor<32, 12, 2>;
using Avx512 = Processor<64, 24, 4>;

template <typename Number>
EIF_FOR_AVX2 void multiply_by_32_bytes(const Product<Number>& product) {
  multiply<Avx2>(product);
}
template <typename Number>
EIF_FOR_AVX2 void add_inner_products_by_32_bytes(const InnerProducts<Number>& products) {
  add_all_inner_products<Avx2>(products);
}
template <typename Number>
EIF_FOR_AVX512 void multiply_by_64_bytes(const Product<Number>& product) {
  multiply<Avx512>(product);
}
template <typename Number>
EIF_FOR_AVX512 void add_inner_products_by_64_bytes(const InnerProducts<Number>& products) {
  add_all_inner_products<Avx512>(products);
}

#endif

template <typename Number>
const ProductKernels<Number>& fastest() {
  static const ProductKernels<Number> kernels = product_kernels<Number>().front();
  return kernels;
}

}  // namespace

template <typename Number>
std::vector<ProductKernels<Number>> product_kernels() {
  std::vector<ProductKernels<Number>> kernels;
#if defined(__x86_64__) && defined(__GNUC__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")) {
    kernels.push_back({multiply_by_64_bytes<Number>, add_inner_products_by_64_bytes<Number>});
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    kernels.push_back({multiply_by_32_bytes<Number>, add_inner_products_by_32_bytes<Number>});
  }
#endif
  kernels.push_back({multiply_by_16_bytes<Number>, add_inner_products_by_16_bytes<Number>});
  return kernels;
}

template std::vector<ProductKernels<float>> product_kernels<float>();
template std::vector<ProductKernels<double>> product_kernels<double>();

void set_to_product(const ProductShape& shape, FirstFactor<float> a, Rows<const float> b,
                    Rows<float> c) {
  fastest<float>().multiply({shape, a, b, c, /*adds=*/false});
}
void set_to_product(const ProductShape& shape, FirstFactor<double> a, Rows<const double> b,
                    Rows<double> c) {
  fastest<double>().multiply({shape, a, b, c, /*adds=*/false});
}
void add_product(const ProductShape& shape, FirstFactor<float> a, Rows<const float> b,
                 Rows<float> c) {
  fastest<float>().multiply({shape, a, b, c, /*adds=*/true});
}
void add_product(const ProductShape& shape, FirstFactor<double> a, Rows<const double> b,
                 Rows<double> c) {
  fastest<double>().multiply({shape, a, b, c, /*adds=*/true});
}

void add_inner_products(const ProductShape& shape, Rows<const float> a, Rows<const float> b,
                        Rows<double> c) {
  fastest<float>().add_inner_products({shape, a, b, c});
}
void add_inner_products(const ProductShape& shape, Rows<const double> a, Rows<const double> b,
                        Rows<double> c) {
  fastest<double>().add_inner_products({shape, a, b, c});
}

}  // namespace eif
