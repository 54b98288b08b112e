#include "suite/cli/matrix_size.h"

#include <gtest/gtest.h>

#include <string>

namespace eif {
namespace {

TEST(MatrixSize, CountsSamplesAndStatements) {
  const MatrixSize size = size_of({{"a", {"one"}}, {"b", {"two", "three"}}});
  EXPECT_EQ(size.samples, 2u);
  EXPECT_EQ(size.statements, 3u);
}

TEST(MatrixSize, CellsAreKeptAndWritten) {
  EXPECT_EQ(bytes_of({.samples = 10, .reader = Reader::kBinary}), 100u * (8 + 8));
  EXPECT_EQ(bytes_of({.samples = 10, .reader = Reader::kProgram}), 100u * (8 + 56));
  EXPECT_EQ(bytes_of({.samples = 10, .reader = Reader::kBinary, .matrices = 2}), 100u * (16 + 8));
  EXPECT_EQ(
      bytes_of({.samples = 10, .statements = 20, .has_products = true, .reader = Reader::kBinary}),
      100u * (8 + 8) + 400u * 8);
}

TEST(CheckMatrixFits, WhatDoesNotFitIsRefusedWithItsSize) {
  const MatrixSize size{.samples = 90'000, .statements = 90'000, .reader = Reader::kProgram};
  const absl::Status status = check_matrix_fits(size, 12'000'000'000);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(),
            "a matrix of 90000 × 90000 samples (90000 statements) would take 518 GB with what is "
            "written, and 12 GB may be taken (--memory, or half of what is free); take fewer "
            "samples, or -o FILE.npy");
  EXPECT_TRUE(check_matrix_fits({.samples = 100}, 1'040'000).ok());
  EXPECT_EQ(check_matrix_fits({.samples = 100}, 1'039'999).code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace eif
