#include "suite/cli/matrix_size.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace eif {
namespace {

TEST(MatrixSize, CountsSamplesAndStatements) {
  const std::vector<Sample> trained = {{"a", {"one"}}, {"b", {"two", "three"}}};
  const MatrixSize size = size_of(trained, {{"c", {"four"}}});
  EXPECT_EQ(size.rows, 2u);
  EXPECT_EQ(size.columns, 1u);
  EXPECT_EQ(size.row_statements, 3u);
  EXPECT_EQ(size.column_statements, 1u);
}

TEST(MatrixSize, CellsAreKeptAndWritten) {
  EXPECT_EQ(bytes_of({.rows = 10, .columns = 5, .reader = Reader::kBinary}), 50u * (8 + 8));
  EXPECT_EQ(bytes_of({.rows = 10, .columns = 5, .reader = Reader::kProgram}), 50u * (8 + 56));
  EXPECT_EQ(bytes_of({.rows = 10, .columns = 5, .reader = Reader::kBinary, .matrices = 2}),
            50u * (16 + 8));
  EXPECT_EQ(bytes_of({.rows = 10,
                      .columns = 5,
                      .row_statements = 20,
                      .column_statements = 7,
                      .has_products = true,
                      .reader = Reader::kBinary}),
            50u * (8 + 8) + 140u * 8);
}

TEST(CheckMatrixFits, WhatDoesNotFitIsRefusedWithItsSize) {
  MatrixSize size{.rows = 90'000,
                  .columns = 45'000,
                  .row_statements = 90'000,
                  .column_statements = 50'000,
                  .reader = Reader::kProgram};
  const absl::Status status = check_matrix_fits(size, 12'000'000'000);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(),
            "a matrix of 90000 × 45000 samples (90000 × 50000 statements) would take 259 GB with "
            "what is written, and 12 GB may be taken (--memory, or half of what is free); take "
            "fewer samples, or -o FILE.npy");
  size.reader = Reader::kBinary;
  EXPECT_THAT(std::string(check_matrix_fits(size, 12'000'000'000).message()),
              testing::EndsWith("; take fewer samples"));
  EXPECT_TRUE(check_matrix_fits({.rows = 100, .columns = 100}, 1'040'000).ok());
  EXPECT_EQ(check_matrix_fits({.rows = 100, .columns = 100}, 1'039'999).code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace eif
