// Every model backend through every exact engine, against dense in float64.
#include <gmock/gmock.h>

#include <cmath>
#include <memory>

#include "suite/engine/curvature.h"
#include "suite/engine/dense.h"
#include "suite/engine/noise_floor.h"
#include "suite/engine/replay.h"
#include "tests/conformance/models_for_test.h"

namespace eif {
namespace {

class EveryModel : public ::testing::TestWithParam<ModelUnderTest> {};

TEST_P(EveryModel, ReplayIsDense) {
  const std::unique_ptr<Model> model = GetParam().load();
  for (const Training& training : trainings()) {
    const Matrix dense = measure(DenseEngine(), *model, GetParam().samples, training.options);
    ASSERT_GT(largest(dense.values()), 0);
    const Matrix replay = measure(ReplayEngine(), *model, GetParam().samples, training.options);
    EXPECT_LE(gap(replay, dense), kExact) << training.name;
    EXPECT_LE(std::abs(replay.base()[0] - dense.base()[0]), kExact);
  }
}

TEST_P(EveryModel, HowManyRowsAreReplayedAtOnceDoesNotMatter) {
  const std::unique_ptr<Model> model = GetParam().load();
  const TrainingOptions options = trainings()[2].options;
  const Matrix all = measure(ReplayEngine({.rows = 100}), *model, GetParam().samples, options);
  for (const int64_t rows : {1, 2, 3}) {
    const Matrix some = measure(ReplayEngine({.rows = rows}), *model, GetParam().samples, options);
    EXPECT_LE(gap(some, all), kExact) << rows;
  }
}

TEST_P(EveryModel, WithoutALearningRateReplayGivesExactlyZero) {
  const std::unique_ptr<Model> model = GetParam().load();
  const Matrix matrix = measure(ReplayEngine(), *model, GetParam().samples, {.learning_rate = 0});
  EXPECT_THAT(matrix.values(), ::testing::Each(0.0));
}

TEST_P(EveryModel, ALossIsTheSameInBatchesOfEveryShape) {
  const std::unique_ptr<Model> model = GetParam().load();
  const absl::StatusOr<double> floor = noise_floor(*model, GetParam().samples);
  ASSERT_TRUE(floor.ok()) << floor.status();
  EXPECT_LT(*floor, kExact);  // losses are of the order of 1
}

TEST_P(EveryModel, SelfInfluencesAtEachRateAreDense) {
  const std::unique_ptr<Model> model = GetParam().load();
  std::vector<Sample> samples;
  for (const Sample& sample : GetParam().samples) {
    if (sample.statements.size() == 1) samples.push_back(sample);
  }
  const double rates[] = {0.02, 0.01};
  const absl::StatusOr<at::Tensor> found = self_influences_at(*model, samples, {}, rates);
  ASSERT_TRUE(found.ok()) << found.status();
  for (int64_t rate = 0; rate < 2; ++rate) {
    const Matrix oracle = measure(DenseEngine(), *model, samples, {.learning_rate = rates[rate]});
    for (size_t i = 0; i < samples.size(); ++i) {
      EXPECT_NEAR((*found)[rate][static_cast<int64_t>(i)].item<double>(), oracle.at(i, i),
                  kExact * largest(oracle.values()));
    }
  }
}

TEST_P(EveryModel, ReplayRefusesAStepThatIsNotLinear) {
  const std::unique_ptr<Model> model = GetParam().load();
  const absl::Status refused =
      ReplayEngine()
          .influence(*model, GetParam().samples, GetParam().samples,
                     {.optimizer = Optimizer::kAdamW, .learning_rate = 0.02}, {})
          .status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(refused.message()), ::testing::HasSubstr("use --engine dense"));
}

INSTANTIATE_TEST_SUITE_P(All, EveryModel, ::testing::ValuesIn(models()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace eif
