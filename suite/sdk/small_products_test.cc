#include "eif/small_products.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

#include "suite/sdk/product_kernels.h"

namespace eif {
namespace {

// A matrix with numbers between its rows, which are not to be touched.
template <typename Number>
class TestMatrix {
 public:
  static constexpr Number kBetweenRows = Number{12345};

  // Numbers in (−1, 1), others for another seed.
  TestMatrix(int64_t rows, int64_t columns, int seed)
      : columns_(columns), stride_(columns + 3), numbers_(static_cast<size_t>(rows * stride_)) {
    for (size_t i = 0; i < numbers_.size(); ++i) {
      const auto column = static_cast<int64_t>(i) % stride_;
      numbers_[i] =
          column < columns
              ? static_cast<Number>(std::sin(1.0 + 7.7 * seed + 1.3 * static_cast<double>(i)))
              : kBetweenRows;
    }
  }

  Rows<const Number> rows() const { return {numbers_.data(), stride_}; }
  Rows<Number> writable_rows() { return {numbers_.data(), stride_}; }
  Number at(int64_t row, int64_t column) const { return rows()[row][column]; }
  void set(int64_t row, int64_t column, Number value) { writable_rows()[row][column] = value; }

  bool is_untouched_between_rows() const {
    for (size_t i = 0; i < numbers_.size(); ++i) {
      if (static_cast<int64_t>(i) % stride_ >= columns_ && numbers_[i] != kBetweenRows)
        return false;
    }
    return true;
  }

 private:
  int64_t columns_, stride_;
  std::vector<Number> numbers_;
};

// Tiles and what they leave over, in all three directions, of all widths of vectors; more terms and
// more columns than are taken at once; nothing.
const std::vector<ProductShape> kShapes = {
    {1, 1, 1},    {3, 0, 5},      {0, 4, 4},    {4, 4, 0},      {1, 7, 64},
    {5, 12, 17},  {12, 3, 16},    {13, 64, 37}, {23, 5, 65},    {6, 300, 64},
    {7, 600, 33}, {105, 12, 576}, {2, 1, 9000}, {49, 257, 129}, {11, 256, 15},
};

template <typename Number>
class SmallProductsTest : public ::testing::Test {};
using Numbers = ::testing::Types<float, double>;
TYPED_TEST_SUITE(SmallProductsTest, Numbers);

template <typename Number>
void expect_product(const ProductKernels<Number>& kernels, const ProductShape& shape, bool adds) {
  const TestMatrix<Number> a(shape.rows, shape.terms, 1), b(shape.terms, shape.columns, 2);
  TestMatrix<Number> c(shape.rows, shape.columns, 3);
  const TestMatrix<Number> before = c;
  kernels.multiply({shape, a.rows(), b.rows(), c.writable_rows(), adds});
  for (int64_t i = 0; i < shape.rows; ++i) {
    for (int64_t j = 0; j < shape.columns; ++j) {
      double sum = adds ? static_cast<double>(before.at(i, j)) : 0, sizes = std::abs(sum);
      for (int64_t k = 0; k < shape.terms; ++k) {
        const double term = static_cast<double>(a.at(i, k)) * static_cast<double>(b.at(k, j));
        sum += term;
        sizes += std::abs(term);
      }
      // Each addition rounds once, and a product that is not fused with it once more.
      const double rounding =
          static_cast<double>(shape.terms + 1) * std::numeric_limits<Number>::epsilon() * sizes;
      ASSERT_NEAR(static_cast<double>(c.at(i, j)), sum, rounding)
          << shape.rows << " × " << shape.terms << " × " << shape.columns << " at " << i << ", "
          << j;
    }
  }
  EXPECT_TRUE(c.is_untouched_between_rows());
}

TYPED_TEST(SmallProductsTest, EachKernelGivesTheSums) {
  for (const ProductKernels<TypeParam>& kernels : product_kernels<TypeParam>()) {
    for (const ProductShape& shape : kShapes) {
      expect_product<TypeParam>(kernels, shape, /*adds=*/false);
      expect_product<TypeParam>(kernels, shape, /*adds=*/true);
    }
  }
}

TYPED_TEST(SmallProductsTest, WithoutTermsTheProductIsZero) {
  TestMatrix<TypeParam> c(2, 70, 1);
  set_to_product({2, 0, 70}, Rows<const TypeParam>{}, Rows<const TypeParam>{}, c.writable_rows());
  for (int64_t i = 0; i < 70; ++i) EXPECT_EQ(c.at(1, i), 0);
}

TYPED_TEST(SmallProductsTest, TheFirstFactorMayLieTransposed) {
  const TestMatrix<TypeParam> a(300, 29, 1), b(300, 70, 2);
  TestMatrix<TypeParam> found(29, 70, 3), expected(29, 70, 4), copy(29, 300, 5);
  for (int64_t i = 0; i < 29; ++i) {
    for (int64_t k = 0; k < 300; ++k) copy.set(i, k, a.at(k, i));
  }
  for (const ProductKernels<TypeParam>& kernels : product_kernels<TypeParam>()) {
    kernels.multiply({{29, 300, 70}, transposed(a.rows()), b.rows(), found.writable_rows()});
    kernels.multiply(
        {{29, 300, 70}, std::as_const(copy).rows(), b.rows(), expected.writable_rows()});
    for (int64_t i = 0; i < 29; ++i) {
      for (int64_t j = 0; j < 70; ++j) EXPECT_EQ(found.at(i, j), expected.at(i, j));
    }
  }
}

// What replay relies on where rows are the same whatever others there are.
TYPED_TEST(SmallProductsTest, APartHasTheBitsOfTheWhole) {
  const TestMatrix<TypeParam> a(29, 300, 1), b(300, 110, 2);
  for (const ProductKernels<TypeParam>& kernels : product_kernels<TypeParam>()) {
    TestMatrix<TypeParam> whole(29, 110, 3), part(29, 110, 4);
    kernels.multiply({{29, 300, 110}, a.rows(), b.rows(), whole.writable_rows()});
    // The columns 37 … 60 of the rows 8 … 12.
    kernels.multiply({{5, 300, 24},
                      {a.rows()[8], a.rows().stride},
                      {b.rows().first + 37, b.rows().stride},
                      part.writable_rows()});
    for (int64_t i = 0; i < 5; ++i) {
      for (int64_t j = 0; j < 24; ++j) EXPECT_EQ(part.at(i, j), whole.at(8 + i, 37 + j));
    }
  }
}

TYPED_TEST(SmallProductsTest, WhatIsNotANumberStaysSoWhereItIs) {
  TestMatrix<TypeParam> a(13, 40, 1), c(13, 50, 3);
  const TestMatrix<TypeParam> b(40, 50, 2);
  a.set(12, 39, std::numeric_limits<TypeParam>::quiet_NaN());
  set_to_product({13, 40, 50}, a.rows(), b.rows(), c.writable_rows());
  for (int64_t j = 0; j < 50; ++j) {
    EXPECT_TRUE(std::isnan(c.at(12, j)));
    EXPECT_TRUE(std::isfinite(c.at(11, j)));
  }
}

TYPED_TEST(SmallProductsTest, TheFastestKernelIsTaken) {
  const TestMatrix<TypeParam> a(29, 300, 1), b(300, 110, 2);
  TestMatrix<TypeParam> sum(29, 110, 3), expected = sum;
  add_product({29, 300, 110}, a.rows(), b.rows(), sum.writable_rows());
  product_kernels<TypeParam>().front().multiply(
      {{29, 300, 110}, a.rows(), b.rows(), expected.writable_rows(), /*adds=*/true});
  for (int64_t i = 0; i < 29; ++i) {
    for (int64_t j = 0; j < 110; ++j) EXPECT_EQ(sum.at(i, j), expected.at(i, j));
  }
}

// Tiles and what they leave over, a vector and what it leaves over, more terms than are summed at
// once.
const std::vector<ProductShape> kLongRows = {
    {1, 1, 1}, {3, 40, 5}, {9, 4100, 6}, {4, 9000, 4}, {2, 0, 3}};

TYPED_TEST(SmallProductsTest, InnerProductsAreThoseOfRows) {
  for (const ProductKernels<TypeParam>& kernels : product_kernels<TypeParam>()) {
    for (const ProductShape& shape : kLongRows) {
      const TestMatrix<TypeParam> a(shape.rows, shape.terms, 1), b(shape.columns, shape.terms, 2);
      TestMatrix<double> c(shape.rows, shape.columns, 3);
      const TestMatrix<double> before = c;
      kernels.add_inner_products({shape, a.rows(), b.rows(), c.writable_rows()});
      for (int64_t i = 0; i < shape.rows; ++i) {
        for (int64_t j = 0; j < shape.columns; ++j) {
          double sum = before.at(i, j), sizes = std::abs(sum);
          for (int64_t k = 0; k < shape.terms; ++k) {
            const double term = static_cast<double>(a.at(i, k)) * static_cast<double>(b.at(j, k));
            sum += term;
            sizes += std::abs(term);
          }
          // No sum that is rounded to this type has more terms than this.
          constexpr double kTerms = 4096;
          ASSERT_NEAR(c.at(i, j), sum, kTerms * std::numeric_limits<TypeParam>::epsilon() * sizes);
        }
      }
      EXPECT_TRUE(c.is_untouched_between_rows());
    }
  }
}

}  // namespace
}  // namespace eif
