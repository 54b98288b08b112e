#include "reports/matrix_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "suite/formats/npy.h"
#include "suite/formats/test_files.h"

namespace eif {
namespace {

using ::testing::HasSubstr;

Matrix filled(std::vector<std::string> trained, std::vector<std::string> evaluated,
              const std::vector<double>& base, const std::vector<double>& cells) {
  Matrix matrix(std::move(trained), std::move(evaluated));
  matrix.base() = base;
  for (size_t i = 0; i < cells.size(); ++i) {
    matrix.at(i / matrix.columns(), i % matrix.columns()) = cells[i];
  }
  return matrix;
}

TEST(MatrixCsv, HasIdsThenBaseLossesThenARowForEachTrainedSample) {
  const Matrix matrix = filled({"i", "ii"}, {"a", "b", "c"}, {1, 2, 3}, {0.5, -0.5, 4, 5, 6, 7});
  EXPECT_EQ(matrix_csv(matrix),
            "trained,a,b,c\n"
            "base_loss,1,2,3\n"
            "i,0.5,-0.5,4\n"
            "ii,5,6,7\n");
}

TEST(MatrixCsv, IdsAreQuotedWhereTheyMustBe) {
  const Matrix matrix =
      filled({"a,b"}, {"say \"x\"", "two\nlines", "plain text"}, {1, 1, 1}, {1, 2, 3});
  EXPECT_EQ(matrix_csv(matrix),
            "trained,\"say \"\"x\"\"\",\"two\nlines\",plain text\n"
            "base_loss,1,1,1\n"
            "\"a,b\",1,2,3\n");
}

TEST(MatrixCsv, CellsThatCouldNotBeMeasuredAreEmpty) {
  const double infinity = std::numeric_limits<double>::infinity();
  const Matrix matrix = filled({"i"}, {"a", "b", "c", "d"}, {Matrix::kUnmeasured, 1, infinity, 2},
                               {Matrix::kUnmeasured, 0.5, infinity, -infinity});
  EXPECT_EQ(matrix_csv(matrix),
            "trained,a,b,c,d\n"
            "base_loss,,1,,2\n"
            "i,,0.5,,\n");
}

TEST(MatrixCsv, NumbersComeBackToTheLastBit) {
  const std::vector<double> numbers = {0.1,
                                       1.0 / 3.0,
                                       std::numeric_limits<double>::denorm_min(),
                                       std::numeric_limits<double>::max(),
                                       -1.0000000000000002,
                                       -0.0};
  const Matrix matrix = filled({"i"}, {"a", "b", "c", "d", "e", "f"}, {0, 0, 0, 0, 0, 0}, numbers);
  const std::string csv = matrix_csv(matrix);
  const std::vector<std::string> lines = absl::StrSplit(csv, '\n');
  const std::vector<std::string> fields = absl::StrSplit(lines[2], ',');
  std::vector<double> read;
  for (size_t i = 1; i < fields.size(); ++i)
    read.push_back(std::strtod(fields[i].c_str(), nullptr));
  EXPECT_EQ(read, numbers);
  EXPECT_TRUE(std::signbit(read.back()));
}

TEST(WriteMatrixFiles, WritesTheSameMatrixForPeopleAndForNumpy) {
  const TemporaryFolder folder;
  const Matrix matrix = filled({"i"}, {"a", "b"}, {1, 2}, {0.5, Matrix::kUnmeasured});
  const absl::Status status = write_matrix_files(folder.path() / "new" / "seed0_digits", matrix);
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(bytes_of(folder.path() / "new" / "seed0_digits.csv"), matrix_csv(matrix));
  EXPECT_EQ(bytes_of(folder.path() / "new" / "seed0_digits.npy"), npy_bytes(1, 2, matrix.values()));
}

TEST(WriteMatrixFiles, ADotInTheNameIsKept) {
  const TemporaryFolder folder;
  const Matrix matrix = filled({"i"}, {"a"}, {1}, {0.5});
  ASSERT_TRUE(write_matrix_files(folder.path() / "noisy_0.25_to_clean", matrix).ok());
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "noisy_0.25_to_clean.npy"));
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "noisy_0.25_to_clean.csv"));
}

TEST(WriteMatrixFiles, AFileWhereTheFolderShouldBeIsNamed) {
  const TemporaryFolder folder;
  folder.file("taken", "");
  const absl::Status status =
      write_matrix_files(folder.path() / "taken" / "m", filled({"i"}, {"a"}, {1}, {2}));
  EXPECT_THAT(message_of(status), HasSubstr((folder.path() / "taken").string()));
  EXPECT_THAT(message_of(status), HasSubstr("Not a directory"));
}

}  // namespace
}  // namespace eif
