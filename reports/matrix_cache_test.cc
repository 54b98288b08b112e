#include "reports/matrix_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>

#include "suite/formats/test_files.h"

namespace eif {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<MeasuredMatrix> example() {
  MeasuredMatrix read{.key = {.model = "m",
                              .desideratum = "d",
                              .seed = 3,
                              .condition = Condition::kInContext,
                              .request = "r",
                              .control = "random-weights"},
                      .domain = "words",
                      .trained = {{"fact", {"a is\nb"}}, {"other", {PromptedText{"a", " b"}}}},
                      .evaluated = {{"fact", {"a is\nb"}}}};
  read.matrix = Matrix({"fact", "other"}, {"fact"});
  read.matrix.at(0, 0) = 1.0 / 3;
  read.matrix.base() = {0.1};
  read.matrix.row_errors()[1] = "it cannot be read";
  MeasuredMatrix learned = read;
  learned.key.condition = Condition::kFineTuning;
  learned.key.dose = "0.9";
  learned.key.passes = 4;
  learned.cells = Cells::kDistance;
  learned.learned = {{4, {2.5}, {0.1}}, {4, {std::nan("")}, {1e-300}}};
  return {read, learned};
}

class MatrixCacheTest : public testing::Test {
 protected:
  std::vector<MeasuredMatrix> found(const FileMatrixCache& cache, const std::string& name) {
    const auto matrices = cache.find(name);
    return matrices.ok() ? *matrices : std::vector<MeasuredMatrix>();
  }

  const TemporaryFolder folder_;
  FileMatrixCache cache_{folder_.path() / "deep", "down", {}};
};

TEST_F(MatrixCacheTest, GivesBackEveryBitAndNotWhoseItIs) {
  ASSERT_TRUE(cache_.keep("name", example()).ok());
  const std::vector<MeasuredMatrix> matrices = found(cache_, "name");
  ASSERT_THAT(matrices, SizeIs(2));
  const MeasuredMatrix& read = matrices[0];
  EXPECT_EQ(read.key, (MatrixKey{.condition = Condition::kInContext, .request = "r"}));
  EXPECT_EQ(read.domain, "words");
  EXPECT_EQ(std::get<PromptedText>(read.trained[1].statements[0]).completion, " b");
  EXPECT_EQ(read.matrix.at(0, 0), 1.0 / 3);
  EXPECT_TRUE(std::isnan(read.matrix.at(1, 0)));
  EXPECT_EQ(read.matrix.base()[0], 0.1);
  EXPECT_EQ(read.matrix.row_errors()[1], "it cannot be read");
  const MeasuredMatrix& learned = matrices[1];
  EXPECT_EQ(learned.key, (MatrixKey{.request = "r", .dose = "0.9", .passes = 4}));
  EXPECT_EQ(learned.cells, Cells::kDistance);
  ASSERT_THAT(learned.learned, SizeIs(2));
  EXPECT_EQ(learned.learned[0].before[0], 2.5);
  EXPECT_TRUE(std::isnan(learned.learned[1].before[0]));
  EXPECT_EQ(learned.learned[1].after[0], 1e-300);
}

TEST_F(MatrixCacheTest, WhatWasNotKeptOrWasDamagedIsNotThere) {
  EXPECT_EQ(cache_.find("name").status().code(), absl::StatusCode::kNotFound);
  ASSERT_TRUE(cache_.keep("name", example()).ok());
  const std::string whole = bytes_of(folder_.path() / "deep/down/name.json");
  for (const size_t at : {size_t{3}, whole.find("0.1"), whole.size() - 3}) {
    std::string damaged = whole;
    damaged[at] ^= 1;
    folder_.file("deep/down/name.json", damaged);
    EXPECT_EQ(cache_.find("name").status().code(), absl::StatusCode::kDataLoss) << at;
  }
  folder_.file("deep/down/name.json", "");
  EXPECT_FALSE(cache_.find("name").ok());
  folder_.file("deep/down/name.json", whole);
  EXPECT_THAT(found(cache_, "name"), SizeIs(2));
}

TEST_F(MatrixCacheTest, AFreshOneFindsNothingAndKeepsWhatIsNew) {
  ASSERT_TRUE(cache_.keep("name", example()).ok());
  FileMatrixCache fresh(folder_.path() / "deep", "down", {.fresh = true});
  EXPECT_THAT(found(fresh, "name"), IsEmpty());
  ASSERT_TRUE(fresh.keep("name", {example()[0]}).ok());
  EXPECT_THAT(found(cache_, "name"), SizeIs(1));
}

TEST_F(MatrixCacheTest, OfBuildsThatAreNoLongerUsedNothingStays) {
  const std::filesystem::path builds = folder_.path() / "builds";
  const auto month_ago =
      std::filesystem::file_time_type::clock::now() - std::chrono::hours(24 * 31);
  for (const char* build : {"old", "mine", "other"}) {
    ASSERT_TRUE(FileMatrixCache(builds, build, {}).keep("name", example()).ok());
  }
  std::filesystem::last_write_time(builds / "old", month_ago);
  std::filesystem::last_write_time(builds / "mine", month_ago);
  const FileMatrixCache mine(builds, "mine", {});
  EXPECT_THAT(found(mine, "name"), SizeIs(2));
  EXPECT_THAT(found(FileMatrixCache(builds, "other", {}), "name"), SizeIs(2));
  EXPECT_FALSE(std::filesystem::exists(builds / "old"));
}

}  // namespace
}  // namespace eif
