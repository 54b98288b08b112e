#include "suite/host/learning_curves.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "suite/engine/adapters.h"
#include "suite/engine/dense.h"
#include "suite/engine/monitor_for_test.h"
#include "suite/engine/replay.h"
#include "suite/engine/test_models.h"
#include "suite/host/measurement.h"

namespace eif {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::map<std::string, Sample> by_content(const std::vector<Sample>& samples) {
  std::map<std::string, Sample> contents;
  for (const Sample& sample : samples) contents.emplace(content_hash(sample), sample);
  return contents;
}

Sample pair_of(const std::vector<Sample>& images) {
  return {"pair", {images[0].statements[0], images[1].statements[0]}};
}

LearningCurve curve_of(const Engine& engine, Model& model, const Sample& sample,
                       const TrainingOptions& options, const LearnedEnough& enough) {
  const absl::StatusOr<LearningCurves> curves =
      learning_curves(model, engine, by_content({sample}), options, enough, unwatched());
  EXPECT_TRUE(curves.ok()) << curves.status();
  return curves->at(content_hash(sample));
}

TEST(LearningCurves, AreTheLossesOfRunsOfThatManyEpochs) {
  LinearClassifier model(1);
  const std::vector<Sample> images = random_images(2, 2);
  const Sample pair = pair_of(images);
  const DenseEngine dense;
  const ReplayEngine replay;
  for (const Engine* engine : {static_cast<const Engine*>(&dense),
                               static_cast<const Engine*>(&replay)}) {
    const LearningCurve curve = curve_of(*engine, model, pair, {.learning_rate = 0.1},
                                         {.share = 0.999, .max_passes = 6});
    ASSERT_THAT(curve.after, SizeIs(6));
    for (int passes = 1; passes <= 6; ++passes) {
      const Matrix run = dense.influence(model, {pair}, images,
                                         {.learning_rate = 0.1, .epochs = passes}, unwatched())
                             .value();
      for (size_t i = 0; i < 2; ++i) {
        // Float64 sums of ten terms of order 1, and some passes of them.
        EXPECT_NEAR(curve.after[static_cast<size_t>(passes - 1)][i], run.base()[i] - run.at(0, i),
                    1e-12);
        EXPECT_DOUBLE_EQ(curve.before[i], run.base()[i]);
      }
    }
  }
}

TEST(LearningCurves, EndWhereEnoughIsLearned) {
  LinearClassifier model(1);
  const Sample pair = pair_of(random_images(2, 2));
  const LearningCurve curve = curve_of(DenseEngine(), model, pair, {.learning_rate = 0.3},
                                       {.share = 0.2, .max_passes = 32});
  const std::optional<int> passes = curve.passes_to(0.2);
  ASSERT_TRUE(passes.has_value());
  EXPECT_GE(curve.share(*passes), 0.2);
  if (*passes > 1) {
    EXPECT_LT(curve.share(*passes - 1), 0.2);
  }
  EXPECT_LT(curve.after.size(), 32u);
  EXPECT_EQ(curve.passes_to(0.99999), std::nullopt);
}

// Does not go on with a row, whatever the other one can do. Remembers the most passes of each call.
class RoundsOf final : public Engine {
 public:
  explicit RoundsOf(const Engine& engine) : engine_(engine) {}
  absl::StatusOr<Matrix> measure(Model& model, const WantedCells& wanted,
                                 const TrainingOptions& options, Monitor& monitor) const override {
    rounds.push_back(*std::max_element(wanted.passes.begin(), wanted.passes.end()));
    return engine_.measure(model, wanted, options, monitor);
  }
  mutable std::vector<int> rounds;

 private:
  const Engine& engine_;
};

// Texts with one statement and with two, one that stands there twice, and one that cannot be read.
std::vector<Sample> texts() {
  std::vector<Sample> samples = digit_texts();
  const Statement first = samples[0].statements[0];
  samples.push_back({"twice", {first, first}});
  samples.push_back({"too long", {"1234567123456"}});
  return samples;
}

void expect_curves_of_rounds(const Engine& engine, const TrainingOptions& options) {
  SmallReader model(1);
  const std::map<std::string, Sample> samples = by_content(texts());
  const LearnedEnough enough{.share = 0.3, .max_passes = 11};
  const absl::StatusOr<LearningCurves> found =
      learning_curves(model, engine, samples, options, enough, unwatched());
  ASSERT_TRUE(found.ok()) << found.status();
  const RoundsOf by_rounds(engine);
  const absl::StatusOr<LearningCurves> expected =
      learning_curves(model, by_rounds, samples, options, enough, unwatched());
  ASSERT_TRUE(expected.ok()) << expected.status();
  std::set<int> lengths;
  for (const auto& [content, sample] : samples) {
    const LearningCurve &curve = found->at(content), &of_rounds = expected->at(content);
    EXPECT_EQ(curve.error, of_rounds.error) << sample.id;
    if (!curve.error.empty()) continue;
    EXPECT_EQ(curve.passes(), of_rounds.passes_to(enough.share).value_or(enough.max_passes));
    lengths.insert(curve.passes());
    ASSERT_THAT(curve.before, SizeIs(sample.statements.size()));
    for (size_t i = 0; i < sample.statements.size(); ++i) {
      // Float64: losses of order 1 after some passes.
      EXPECT_NEAR(curve.before[i], of_rounds.before[i], 1e-12) << sample.id;
      for (size_t k = 0; k < curve.after.size(); ++k) {
        EXPECT_NEAR(curve.after[k][i], of_rounds.after[k][i], 1e-12) << sample.id;
      }
    }
  }
  EXPECT_GT(lengths.size(), 1u) << "all end together";
}

TEST(LearningCurves, OfAnEngineThatGoesOnAreThoseOfRounds) {
  const TrainingOptions adamw{.optimizer = Optimizer::kAdamW, .learning_rate = 0.01};
  TrainingOptions lora = adamw;
  lora.learning_rate = 0.1;
  lora.adapter = Adapter::kLora;
  lora.lora = {.rank = 2, .alpha = 3};
  TrainingOptions lora_sgd = lora;
  lora_sgd.optimizer = Optimizer::kSgd;
  lora_sgd.momentum = 0.5;
  lora_sgd.max_gradient_norm = 1;
  expect_curves_of_rounds(DenseEngine(), adamw);
  for (const TrainingOptions& options : {lora, lora_sgd}) {
    expect_curves_of_rounds(DenseEngine(), options);
    for (const int64_t rows : {1, 3, 100}) {
      expect_curves_of_rounds(AdaptersEngine({.rows = rows}), options);
    }
    expect_curves_of_rounds(AdaptersEngine(), options);
  }
}

// Whether one of them ends all is asked after each pass.
TEST(LearningCurves, NoneIsFollowedFurtherThanIsUseful) {
  SmallReader model(1);
  const TrainingOptions options{.optimizer = Optimizer::kAdamW,
                                .learning_rate = 1e-6,
                                .adapter = Adapter::kLora,
                                .lora = {.rank = 2}};
  const DenseEngine dense;
  const AdaptersEngine adapters;
  for (const Engine* engine :
       {static_cast<const Engine*>(&dense), static_cast<const Engine*>(&adapters)}) {
    const absl::StatusOr<LearningCurves> curves = learning_curves(
        model, *engine, by_content(digit_texts()), options, {.share = 0.9, .max_passes = 32},
        unwatched(), [](const LearningCurve& curve) { return curve.passes() == 2; });
    ASSERT_TRUE(curves.ok()) << curves.status();
    for (const auto& [content, curve] : *curves) EXPECT_LE(curve.passes(), 3);
  }
}

TEST(LearningCurves, ASlowSampleIsNotTrainedAgainAndAgain) {
  LinearClassifier model(1);
  const DenseEngine dense;
  const Sample pair = pair_of(random_images(2, 2));
  for (const double rate : {0.3, 0.03, 0.01, 0.003, 0.001}) {
    for (const int most : {3, 32, 33, 100}) {
      const RoundsOf engine(dense);
      const LearningCurve curve = curve_of(engine, model, pair, {.learning_rate = rate},
                                           {.share = 0.5, .max_passes = most});
      const int needed = curve.passes_to(0.5).value_or(most);
      EXPECT_EQ(engine.rounds.back(), std::ssize(curve.after));
      EXPECT_GE(engine.rounds.back(), needed);
      const int trained = std::accumulate(engine.rounds.begin(), engine.rounds.end(), 0);
      EXPECT_LE(trained, 2 * most) << rate;
      // Its loss falls by nearly the same factor in each pass.
      if (needed < most) {
        EXPECT_LE(trained, 4 + std::max(8.0, 1.5 * needed + 4)) << rate;
      }
    }
  }
}

TEST(LearningCurves, AStatementThatStandsTwiceHasTwoLosses) {
  LinearClassifier model(1);
  const std::vector<Sample> images = random_images(1, 2);
  const Sample twice{"twice", {images[0].statements[0], images[0].statements[0]}};
  const LearningCurve curve = curve_of(DenseEngine(), model, twice, {.learning_rate = 0.3},
                                       {.share = 0.1, .max_passes = 2});
  ASSERT_THAT(curve.before, SizeIs(2));
  // The rows of one product; processors may take them in different ways.
  EXPECT_NEAR(curve.before[0], curve.before[1], 1e-14);
  EXPECT_NEAR(curve.after[0][0], curve.after[0][1], 1e-14);
}

TEST(LearningCurves, SayWhatCannotBeTrainedOn) {
  LinearClassifier model(1);
  const Sample text{"text", {std::string("no image")}};
  const LearningCurve curve = curve_of(DenseEngine(), model, text, {.learning_rate = 0.3},
                                       {.share = 0.5, .max_passes = 32});
  EXPECT_THAT(curve.error, HasSubstr("only images"));
  EXPECT_THAT(curve.after, IsEmpty());
}

TEST(LearningCurves, StoppingCancels) {
  LinearClassifier model(1);
  MonitorForTest monitor(0);
  EXPECT_TRUE(absl::IsCancelled(learning_curves(model, DenseEngine(), by_content(random_images(1, 2)),
                                                {.learning_rate = 0.1},
                                                {.share = 0.5, .max_passes = 4}, monitor)
                                    .status()));
}

}  // namespace
}  // namespace eif
