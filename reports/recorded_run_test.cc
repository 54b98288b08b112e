#include "reports/recorded_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "reports/example_run_for_test.h"
#include "reports/json.h"
#include "suite/formats/test_files.h"

namespace eif {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class RecordedRunTest : public ::testing::Test {
 protected:
  // The run of the reports' tests, with something in it replaced.
  absl::StatusOr<RecordedRun> read_with(const std::string& pointer, const Json& value) const {
    Json document = Json::parse(json_report(example_run()));
    document[Json::json_pointer(pointer)] = value;
    return read_recorded_run(folder_.file("run.json", document.dump()));
  }

  void expect_refused(const std::string& pointer, const Json& value, const std::string& reason) {
    const absl::StatusOr<RecordedRun> run = read_with(pointer, value);
    EXPECT_EQ(run.status().code(), absl::StatusCode::kInvalidArgument) << pointer;
    EXPECT_THAT(message_of(run),
                AllOf(HasSubstr("run.json is not the run.json of a run"), HasSubstr(reason)));
  }

  const TemporaryFolder folder_;
};

TEST_F(RecordedRunTest, IsWhatTheReportSaid) {
  folder_.file("run.json", json_report(example_run()));
  const absl::StatusOr<RecordedRun> run = read_recorded_run(folder_.path());
  ASSERT_TRUE(run.ok()) << run.status();
  EXPECT_EQ(run->path, folder_.path() / "run.json");
  EXPECT_EQ(run->started_at, "2024-02-29T12:34:56Z");
  ASSERT_THAT(run->models, SizeIs(2));
  EXPECT_EQ(run->models[1].name, "phi3");
  EXPECT_EQ(run->models[1].fingerprint, "fedcba9876543210");
  EXPECT_EQ(run->models[1].learning_rate, "0.01");
  EXPECT_EQ(run->draws.at("claims"), "a file");
  EXPECT_EQ(run->draws.at("reject_dictionary"), "null");
  EXPECT_EQ(run->circumstances.at("claims"), "\"mine.txt\"");
  EXPECT_EQ(run->draws.at("control"), "null");
  EXPECT_EQ(run->circumstances.at("dtype"), "\"float32\"");
  ASSERT_THAT(run->results, SizeIs(6));
  const RecordedResult& symmetry = run->results.front();
  EXPECT_EQ(symmetry.model, "cnn");
  EXPECT_EQ(symmetry.desideratum, "symmetry");
  EXPECT_EQ(symmetry.version, "1.1");
  EXPECT_EQ(symmetry.verdict, Verdict::kHolds);
  EXPECT_THAT(symmetry.seeds, ElementsAre(0, 1));
  ASSERT_THAT(symmetry.expectations, SizeIs(2));
  EXPECT_EQ(symmetry.expectations[0].id, "mutual_influence");
  EXPECT_EQ(symmetry.expectations[0].kind, ExpectationKind::kInvariance);
  EXPECT_TRUE(symmetry.expectations[0].primary);
  EXPECT_THAT(symmetry.expectations[0].per_seed, ElementsAre(0.03125, 0.0625));
  EXPECT_EQ(symmetry.expectations[1].kind, ExpectationKind::kDirection);
  EXPECT_FALSE(symmetry.expectations[1].primary);
}

TEST_F(RecordedRunTest, ANumberThatIsMissingIsNoNumber) {
  const auto run = read_recorded_run(folder_.file("a.json", json_report(example_run())));
  ASSERT_TRUE(run.ok()) << run.status();
  EXPECT_TRUE(std::isnan(run->results[3].expectations[0].per_seed[1]));
  EXPECT_EQ(run->results[4].verdict, Verdict::kNotMeasured);
  EXPECT_THAT(run->results[4].seeds, SizeIs(0));
}

TEST_F(RecordedRunTest, WhatIsNoRunIsRefused) {
  expect_refused("/schema", 2, "it has schema 2, and this program reads 1");
  expect_refused("/results/0/verdict", "perfect", "\"perfect\" is no verdict");
  expect_refused("/results/0/expectations/0/kind", "ODD", "\"ODD\" is no kind of expectation");
  expect_refused("/results/0/seeds", Json::array({0}),
                 "mutual_influence has 2 numbers for 1 seeds");
  expect_refused("/results/0/model", "gpt", "it has results of the model gpt alone");
  expect_refused("/results/0/expectations/0/per_seed/0", "high", "must be number");
  expect_refused("/context", Json::object(), "key 'started_at' not found");
  expect_refused("/results", Json(nullptr), "\"results\" is no list");
}

TEST_F(RecordedRunTest, WhatCannotBeReadIsNamed) {
  EXPECT_EQ(read_recorded_run(folder_.path()).status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(message_of(read_recorded_run(folder_.path())),
              HasSubstr((folder_.path() / "run.json").string()));
  EXPECT_THAT(message_of(read_recorded_run(folder_.file("x.json", "{"))), HasSubstr("x.json"));
}

}  // namespace
}  // namespace eif
