#include "suite/host/run_estimate.h"

#include "suite/host/suite_run_for_test.h"

namespace eif {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class RunEstimate : public SuiteRun {
 protected:
  absl::StatusOr<ModelEstimate> estimate() {
    return estimate_model(plan_, backend_, plan_.models[0].second, monitor_);
  }
  std::string refusal() { return std::string(estimate().status().message()); }
};

// Two images on two in each of two seeds.
TEST_F(RunEstimate, CountsTheRowsOfAllSeedsAndKeepsNothing) {
  add_desideratum("a");
  const absl::StatusOr<ModelEstimate> found = estimate();
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->name, "cnn");
  EXPECT_EQ(found->seeds, 2u);
  EXPECT_EQ(found->rows, 4u);
  EXPECT_EQ(found->tokens, 2 * 2 * (1 + 2));
  EXPECT_EQ(found->rate_seconds, 0);  // it was given
  EXPECT_GT(found->seeds_seconds, 0);
  EXPECT_GT(found->peak_bytes, 0);
  EXPECT_FALSE(found->is_upper_bound);
  EXPECT_THAT(store_.written, IsEmpty());
  EXPECT_THAT(store_.matrices, IsEmpty());
}

TEST_F(RunEstimate, CountsWhatStandsBesideTheModel) {
  add_desideratum("a");
  plan_.request.beside = "random-weights";
  const absl::StatusOr<ModelEstimate> found = estimate();
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->rows, 2 * 4u);
}

TEST_F(RunEstimate, RowsAreThoseThatTheRunCounts) {
  add_desideratum("a");
  add_desideratum("b").on_plan = [](const Draw& draw) { return request_for({2, 3}, draw.seed()); };
  const absl::StatusOr<ModelEstimate> found = estimate();
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->rows, run().context.models[0].rows);
}

TEST_F(RunEstimate, ErrorsAreThoseOfWhatWasTried) {
  add_desideratum("a");
  engine_->before = [] { return absl::InternalError("it broke"); };
  EXPECT_EQ(refusal(), "it broke");
  engine_->before = nullptr;
  backend_.on_load = [](const std::string&) { return absl::NotFoundError("no weights"); };
  EXPECT_EQ(refusal(), "no weights");
}

TEST_F(RunEstimate, WhatARunRefusesIsRefused) {
  add_desideratum("a");
  plan_.request.control = "shuffled-names";
  EXPECT_EQ(estimate().status().code(), absl::StatusCode::kInvalidArgument);
  plan_.request.control = "none";
  plan_.request.doses = {"0.5"};
  EXPECT_THAT(refusal(), HasSubstr("--dose with a share needs a model of texts"));
}

}  // namespace
}  // namespace eif
