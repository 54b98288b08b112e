#include "eif/small_products.h"

#include <algorithm>
#include <vector>

#include "suite/sdk/product_kernels.h"

// What is to become part of a function that is compiled for some processor, and so for that one.
#define EIF_INLINE [[gnu::always_inline]] inline

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
  rest.a.first = whole.a[row];
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
  some.a.first += first;
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
      const Number a = product.a[row][term];
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

// ---- Processors --------------------------------------------------------------------------------

// Vectors of 16 bytes are what all processors have.
template <typename Number>
void multiply_by_16_bytes(const Product<Number>& product) {
  multiply<Processor<16, 12, 2>>(product);
}

#if defined(__x86_64__) && defined(__GNUC__)

template <typename Number>
__attribute__((target("avx2,fma"))) void multiply_by_32_bytes(const Product<Number>& product) {
  multiply<Processor<32, 12, 2>>(product);
}
template <typename Number>
__attribute__((target("avx512f,avx512vl,fma"))) void multiply_by_64_bytes(
    const Product<Number>& product) {
  multiply<Processor<64, 24, 4>>(product);
}

#endif

template <typename Number>
void multiply_here(const Product<Number>& product) {
  static const MultiplyFunction<Number>* const fastest = product_kernels<Number>().front();
  fastest(product);
}

}  // namespace

template <typename Number>
std::vector<MultiplyFunction<Number>*> product_kernels() {
  std::vector<MultiplyFunction<Number>*> kernels;
#if defined(__x86_64__) && defined(__GNUC__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")) {
    kernels.push_back(multiply_by_64_bytes<Number>);
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    kernels.push_back(multiply_by_32_bytes<Number>);
  }
#endif
  kernels.push_back(multiply_by_16_bytes<Number>);
  return kernels;
}

template std::vector<MultiplyFunction<float>*> product_kernels<float>();
template std::vector<MultiplyFunction<double>*> product_kernels<double>();

void set_to_product(const ProductShape& shape, Rows<const float> a, Rows<const float> b,
                    Rows<float> c) {
  multiply_here<float>({shape, a, b, c, /*adds=*/false});
}
void set_to_product(const ProductShape& shape, Rows<const double> a, Rows<const double> b,
                    Rows<double> c) {
  multiply_here<double>({shape, a, b, c, /*adds=*/false});
}
void add_product(const ProductShape& shape, Rows<const float> a, Rows<const float> b,
                 Rows<float> c) {
  multiply_here<float>({shape, a, b, c, /*adds=*/true});
}
void add_product(const ProductShape& shape, Rows<const double> a, Rows<const double> b,
                 Rows<double> c) {
  multiply_here<double>({shape, a, b, c, /*adds=*/true});
}

}  // namespace eif
