#include "reports/continued_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "suite/formats/test_files.h"

namespace eif {
namespace {

using ::testing::SizeIs;

DesideratumResult result_of(const std::string& id, std::vector<uint64_t> seeds) {
  return {.key = {.model = "m", .desideratum = id}, .seeds = std::move(seeds)};
}

MatrixRecord record_of(const std::string& id, uint64_t seed) {
  return {{"m", id, seed, Condition::kFineTuning, "words"}, id + "/seed" + std::to_string(seed), ""};
}

RunResult first_run() {
  RunResult run{.end = RunEnd::kComplete,
                .results = {result_of("a", {0}), result_of("b", {0})},
                .matrices = {record_of("a", 0), record_of("b", 0)}};
  run.context.models = {{.name = "m", .seeds = {0}}};
  return run;
}

// Of a matrix that was measured once.
class OneMatrix final : public RunMatrices {
 public:
  absl::StatusOr<MeasuredMatrix> read(const MatrixRecord& record) const override {
    MeasuredMatrix measured{.key = record.key, .domain = "words"};
    measured.trained = measured.evaluated = {{"s", {"a text"}}};
    measured.matrix = Matrix({"s"}, {"s"});
    measured.matrix.at(0, 0) = 0.5;
    ++reads;
    return measured;
  }
  absl::StatusOr<Explanation> read_explanation(const MatrixRecord&) const override {
    const Matrix influence({"s"}, {"s"});
    return Explanation{.first_order = influence,
                       .layers = {{"layer 0", influence}},
                       .token_influence = Matrix({"s"}, {})};
  }
  mutable int reads = 0;
};

TEST(ContinuedRun, TakesWhatIsThereOfItsDesiderataAndKeepsACopy) {
  const RunResult first = first_run();
  const OneMatrix matrices;
  const TemporaryFolder files;
  auto folder = RunFolder::open(files.path() / "run", {}, {}, {});
  ASSERT_TRUE(folder.ok()) << folder.status();
  ContinuedRun store(**folder, {first, matrices}, {"b"});
  ASSERT_THAT(store.earlier()->results, SizeIs(1));
  ASSERT_THAT(store.earlier()->matrices, SizeIs(1));
  EXPECT_EQ(store.earlier()->results[0].key.desideratum, "b");
  const auto read = store.read(store.earlier()->matrices[0]);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(matrices.reads, 1);
  RunResult run = first;
  ASSERT_TRUE(store.write(run).ok());
  ASSERT_THAT(run.matrices, SizeIs(1));
  const auto copied = (*folder)->read(run.matrices[0]);
  ASSERT_TRUE(copied.ok()) << copied.status();
  EXPECT_EQ(copied->matrix.at(0, 0), 0.5);
}

TEST(ContinuedRun, WhatWasExplainedIsCopied) {
  RunResult first = first_run();
  first.matrices[1].explanation = "explanations/b/seed0.json";
  const OneMatrix matrices;
  const TemporaryFolder files;
  auto folder = RunFolder::open(files.path() / "run", {}, {}, {});
  ASSERT_TRUE(folder.ok()) << folder.status();
  ContinuedRun store(**folder, {first, matrices}, {"b"});
  ASSERT_TRUE(store.read(store.earlier()->matrices[0]).ok());
  RunResult run = first;
  ASSERT_TRUE(store.write(run).ok());
  const auto copied = (*folder)->read_explanation(run.matrices[0]);
  ASSERT_TRUE(copied.ok()) << copied.status();
  ASSERT_THAT(copied->layers, SizeIs(1));
  EXPECT_EQ(copied->layers[0].name, "layer 0");
}

TEST(WithMoreSeeds, PutsThemInThePlaceOfThoseThatWereThere) {
  RunResult more{.end = RunEnd::kInterrupted,
                 .problems = {"the disk is full"},
                 .results = {result_of("b", {0, 1})},
                 .matrices = {record_of("b", 0), record_of("b", 1)}};
  more.request.desiderata = {"b"};
  const RunResult run = with_more_seeds(first_run(), more, "more");
  EXPECT_THAT(run.results[0].seeds, SizeIs(1));
  EXPECT_THAT(run.results[1].seeds, SizeIs(2));
  ASSERT_THAT(run.matrices, SizeIs(3));
  EXPECT_EQ(run.matrices[0].path, "a/seed0");
  EXPECT_EQ(run.matrices[2].path, "more/b/seed1");
  EXPECT_EQ(run.end, RunEnd::kInterrupted);
  EXPECT_THAT(run.problems, SizeIs(1));
}

}  // namespace
}  // namespace eif
