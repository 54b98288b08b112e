#include "reports/run_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "reports/run_json.h"
#include "suite/core/example_run_for_test.h"
#include "suite/formats/test_files.h"

namespace eif {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsNull;
using ::testing::NotNull;
using ::testing::SizeIs;

MeasuredMatrix matrix_of(const std::string& request, uint64_t seed, double value) {
  MeasuredMatrix measured{
      .key = {.model = "cnn", .desideratum = "symmetry", .seed = seed, .request = request},
      .domain = "words",
      .trained = {{"a", {"text"}}},
      .evaluated = {{"a", {"text"}}},
      .matrix = Matrix({"a"}, {"a"})};
  measured.matrix.at(0, 0) = value;
  return measured;
}

class RunFolderTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<RunFolder>> open(bool fresh = false) {
    return RunFolder::open(path_, run_.request, run_.context, {.fresh = fresh});
  }
  static std::string message_of(const absl::StatusOr<std::unique_ptr<RunFolder>>& folder) {
    return std::string(folder.status().message());
  }

  // A run with one matrix, written down.
  void write(double value = 1) {
    auto folder = open();
    ASSERT_TRUE(folder.ok()) << folder.status();
    ASSERT_TRUE((*folder)->keep(matrix_of("digits", 0, value)).ok());
    ASSERT_TRUE((*folder)->write(run_).ok());
  }

  const TemporaryFolder root_;
  const fs::path path_ = root_.path() / "out";
  RunResult run_ = example_run();
};

TEST_F(RunFolderTest, ARunThatIsGivenAgainGoesOn) {
  write(0.25);
  const auto folder = open();
  ASSERT_TRUE(folder.ok()) << folder.status();
  ASSERT_THAT((*folder)->earlier(), NotNull());
  EXPECT_EQ((*folder)->earlier()->context.started_at, run_.context.started_at);
  ASSERT_THAT((*folder)->earlier()->matrices, SizeIs(1));
  const auto matrix = (*folder)->read((*folder)->earlier()->matrices[0]);
  ASSERT_TRUE(matrix.ok()) << matrix.status();
  EXPECT_EQ(matrix->matrix.at(0, 0), 0.25);
}

TEST_F(RunFolderTest, AnExplanationIsAFileThatTheRecordNames) {
  MeasuredMatrix measured = matrix_of("digits", 0, 0.25);
  measured.explanation.emplace();
  measured.explanation->first_order = measured.matrix;
  measured.explanation->kinds = {{"conv1.weight", measured.matrix}};
  {
    const auto folder = open();
    ASSERT_TRUE((*folder)->keep(measured).ok());
    ASSERT_TRUE((*folder)->keep(matrix_of("other", 0, 1)).ok());
    ASSERT_TRUE((*folder)->write(run_).ok());
  }
  const auto recorded = RecordedRun::open(path_);
  ASSERT_TRUE(recorded.ok()) << recorded.status();
  ASSERT_THAT((*recorded)->run().matrices, SizeIs(2));
  EXPECT_EQ((*recorded)->run().matrices[1].explanation, "");
  const std::string path = (*recorded)->run().matrices[0].explanation;
  EXPECT_EQ(path, "explanations/cnn/symmetry/seed0_digits.json");
  const auto json = nlohmann::json::parse(bytes_of(path_ / path));
  EXPECT_EQ(json["request"], "digits");
  EXPECT_EQ(json["trained"], nlohmann::json({"a"}));
  EXPECT_EQ(json["kinds"][0]["influence"], nlohmann::json::parse("[[0.25]]"));
  // It goes with the run.
  const auto fresh = open(/*fresh=*/true);
  ASSERT_TRUE((*fresh)->keep(matrix_of("third", 0, 1)).ok());
  EXPECT_FALSE(fs::exists(path_ / path));
}

TEST_F(RunFolderTest, MoreSeedsAreTheSameRunAndFewerAreNot) {
  write();
  run_.request.seeds = {0, 1, 2};
  EXPECT_TRUE(open().ok());
  run_.request.seeds = {0};
  EXPECT_THAT(message_of(open()), HasSubstr("it has seed 1 of cnn, which is not asked for"));
}

TEST_F(RunFolderTest, AControlBesideARunThatHadNoneIsTheSameRun) {
  write();
  run_.request.beside = "random-weights";
  EXPECT_TRUE(open().ok());
  write();
  run_.request.beside = "none";
  EXPECT_THAT(message_of(open()), HasSubstr("beside was random-weights, is none"));
}

TEST_F(RunFolderTest, AnotherRunIsRefusedAndNamed) {
  write();
  run_.request.training.max_gradient_norm = 1;
  run_.context.torch_version = "2.14.0";
  const auto folder = open();
  EXPECT_EQ(folder.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(
      message_of(folder),
      absl::StrCat(path_.string(),
                   " has another run (max_grad_norm was 2, is 1; the version of torch was "
                   "2.13.0, is 2.14.0): give --fresh to measure anew in its place, or another "
                   "folder with --out"));
}

TEST_F(RunFolderTest, WhatIsNoRunIsNotWrittenOver) {
  fs::create_directories(path_);
  std::ofstream(path_ / "run.json") << "mine";
  EXPECT_THAT(message_of(open()), AllOf(HasSubstr("run.json"), HasSubstr("--fresh")));
  EXPECT_EQ(bytes_of(path_ / "run.json"), "mine");
}

TEST_F(RunFolderTest, FreshLeavesTheOldRunWholeUntilASeedIsComplete) {
  write();
  const std::string before = bytes_of(path_ / "run.json");
  {
    const auto folder = open(/*fresh=*/true);
    ASSERT_TRUE(folder.ok()) << folder.status();
    EXPECT_THAT((*folder)->earlier(), IsNull());
    RunResult stopped{.request = run_.request, .context = run_.context};
    stopped.context.models.clear();
    ASSERT_TRUE((*folder)->write(stopped).ok());
    EXPECT_FALSE((*folder)->has_written());
  }
  EXPECT_EQ(bytes_of(path_ / "run.json"), before);
  EXPECT_TRUE(fs::exists(path_ / "matrices/cnn/symmetry/seed0_digits.npy"));
  const auto folder = open(/*fresh=*/true);
  ASSERT_TRUE((*folder)->keep(matrix_of("other", 0, 1)).ok());
  EXPECT_FALSE(fs::exists(path_ / "matrices/cnn/symmetry/seed0_digits.npy"));
  EXPECT_FALSE(fs::exists(path_ / "run.json"));
}

TEST_F(RunFolderTest, RequestsWhoseNamesBecomeTheSameFileHaveTwo) {
  const auto folder = open();
  ASSERT_TRUE((*folder)->keep(matrix_of("x/y", 0, 1)).ok());
  ASSERT_TRUE((*folder)->keep(matrix_of("x_y", 0, 2)).ok());
  ASSERT_TRUE((*folder)->write(run_).ok());
  ASSERT_THAT(run_.matrices, SizeIs(2));
  EXPECT_NE(run_.matrices[0].path, run_.matrices[1].path);
  for (const MatrixRecord& record : run_.matrices) {
    const auto matrix = (*folder)->read(record);
    ASSERT_TRUE(matrix.ok()) << matrix.status();
    EXPECT_EQ(matrix->matrix.at(0, 0), record.key.request == "x/y" ? 1 : 2);
  }
}

TEST_F(RunFolderTest, OneProcessWritesAtATime) {
  const auto first = open();
  ASSERT_TRUE(first.ok()) << first.status();
  const auto second = open();
  EXPECT_EQ(second.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(message_of(second), HasSubstr("another run is writing to"));
}

TEST_F(RunFolderTest, AFolderInWhichNothingWasWrittenIsGoneAgain) {
  ASSERT_TRUE(open().ok());
  EXPECT_FALSE(fs::exists(path_));
}

TEST_F(RunFolderTest, APlaceThatCannotBeWrittenToIsNoticedAtOnce) {
  root_.file("file", "x");
  const auto folder =
      RunFolder::open(root_.path() / "file" / "out", run_.request, run_.context, {});
  EXPECT_THAT(message_of(folder), HasSubstr("cannot make the folder"));
}

// ---- Default folders --------------------------------------------------------------------------

class DefaultFolders : public RunFolderTest {
 protected:
  absl::StatusOr<std::unique_ptr<RunFolder>> open_below(bool fresh = false) {
    return RunFolder::open_below(root_.path(), run_.request, run_.context, {.fresh = fresh});
  }
};

TEST_F(DefaultFolders, RunsOfOneSecondHaveOneEach) {
  const auto first = open_below(), second = open_below(), third = open_below();
  EXPECT_EQ((*first)->path().filename(), "20240229-123456");
  EXPECT_EQ((*second)->path().filename(), "20240229-123456-2");
  EXPECT_EQ((*third)->path().filename(), "20240229-123456-3");
}

TEST_F(DefaultFolders, ARunThatWasCutOffGoesOnAndOneThatWasCompleteDoesNot) {
  run_.end = RunEnd::kUnfinished;
  fs::path first;
  {
    const auto folder = open_below();
    ASSERT_TRUE((*folder)->write(run_).ok());
    first = (*folder)->path();
    // It is still under way.
    EXPECT_NE((*open_below())->path(), first);
  }
  EXPECT_EQ((*open_below())->path(), first);
  EXPECT_NE((*open_below(/*fresh=*/true))->path(), first);
  {
    const auto folder = open_below();
    run_.end = RunEnd::kComplete;
    ASSERT_TRUE((*folder)->write(run_).ok());
  }
  EXPECT_NE((*open_below())->path(), first);
}

// ---- Reading ----------------------------------------------------------------------------------

TEST_F(RunFolderTest, ARecordedRunIsReadFromItsFolderOrItsDocument) {
  write(0.5);
  for (const fs::path& path : {path_, path_ / "run.json"}) {
    const auto recorded = RecordedRun::open(path);
    ASSERT_TRUE(recorded.ok()) << recorded.status();
    EXPECT_EQ(run_json((*recorded)->run()), run_json(run_));
    const auto matrix = (*recorded)->read((*recorded)->run().matrices.at(0));
    ASSERT_TRUE(matrix.ok()) << matrix.status();
    EXPECT_EQ(matrix->matrix.at(0, 0), 0.5);
  }
  EXPECT_EQ(RecordedRun::open(root_.path() / "none").status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace eif
