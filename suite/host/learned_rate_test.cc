#include "suite/host/learned_rate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <cmath>

#include "suite/engine/dense.h"
#include "suite/engine/monitor_for_test.h"
#include "suite/engine/replay.h"
#include "suite/engine/test_models.h"
#include "suite/formats/test_files.h"
#include "suite/host/auto_rate.h"

namespace eif {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// Reads any text: its bytes as digits below SmallReader's vocabulary.
class Reader final : public SmallReader {
 public:
  Reader() : SmallReader(1) {}
  absl::StatusOr<Example> encode(const Statement& statement,
                                 const std::vector<Statement>&) const override {
    TextExample example;
    for (const char byte : std::get<std::string>(statement)) {
      example.ids.push_back(1 + static_cast<unsigned char>(byte) % (kTestVocabulary - 1));
    }
    example.first_scored = 1;
    return example;
  }
};

// Little is learned of a text by a model that forgets the order of its bytes.
constexpr double kShare = 0.05;
constexpr int kPasses = 4;

class LearnedRate : public testing::Test {
 protected:
  LearnedRate() { ::setenv("XDG_CACHE_HOME", cache_.path().c_str(), 1); }
  ~LearnedRate() override { ::unsetenv("XDG_CACHE_HOME"); }

  absl::StatusOr<ChosenRate> find(Model& model, double share) {
    MonitorForTest monitor;
    absl::StatusOr<ChosenRate> chosen = learned_learning_rate(
        model, ReplayEngine(), ReplayEngine({.rows = 1}), {}, {.share = share, .max_passes = kPasses},
        digits_, monitor);
    notes_ = monitor.announcements;
    return chosen;
  }

  const TemporaryFolder cache_;
  DigitSource digits_{cache_.path() / "no digits"};
  std::vector<std::string> notes_;
};

Calm calm_at(double rate, double share, const Engine& other = DenseEngine(Copies::kTwo)) {
  LinearClassifier model(1);
  const absl::StatusOr<Calm> calm =
      how_calm(model, DenseEngine(), other, random_images(4, 2), {.learning_rate = rate},
               {.share = share, .max_passes = 32}, unwatched());
  EXPECT_TRUE(calm.ok()) << calm.status();
  return *calm;
}

TEST(HowCalm, SmallStepsAreCalm) {
  const Calm calm = calm_at(0.1, 0.3);
  EXPECT_TRUE(calm.is_calm) << calm.why_not;
  EXPECT_GT(calm.self_scale, 0);
  EXPECT_GE(calm.most_passes, calm.fewest_passes);
  // Two roundings of some float64 sums of order 1.
  EXPECT_LT(calm.noise, 1e-12);
}

// Notes how many passes it was asked for.
class NotingEngine final : public Engine {
 public:
  absl::StatusOr<Matrix> measure(Model& model, const WantedCells& wanted,
                                 const TrainingOptions& options, Monitor& monitor) const override {
    for (const int passes : wanted.passes) most_passes = std::max(most_passes, passes);
    return DenseEngine().measure(model, wanted, options, monitor);
  }

  mutable int most_passes = 0;
};

// One image with two labels: a long step on either takes away what the other one gave. That is
// known long before the last pass.
TEST(HowCalm, StepsThatAreTooLongAreNot) {
  LinearClassifier model(1);
  Sample torn = random_images(1, 2)[0];
  LabelledImage other = std::get<LabelledImage>(torn.statements[0]);
  other.label = (other.label + 1) % static_cast<int>(kTestClasses);
  torn.statements.push_back(other);
  const NotingEngine engine;
  const absl::StatusOr<Calm> calm =
      how_calm(model, engine, DenseEngine(Copies::kTwo), {torn}, {.learning_rate = 100},
               {.share = 0.5, .max_passes = 1000}, unwatched());
  ASSERT_TRUE(calm.ok()) << calm.status();
  EXPECT_FALSE(calm->is_calm);
  EXPECT_THAT(calm->why_not, HasSubstr("its loss rises from"));
  EXPECT_LE(engine.most_passes, 8);
}

TEST(HowCalm, StepsThatAreTooShortDoNotArrive) {
  EXPECT_THAT(calm_at(1e-6, 0.5).why_not, HasSubstr("in 32 passes"));
}

// Computes something else than the other: as rounding that grew.
class OtherEngine final : public Engine {
 public:
  absl::StatusOr<Matrix> measure(Model& model, const WantedCells& wanted,
                                 const TrainingOptions& options, Monitor& monitor) const override {
    absl::StatusOr<Matrix> matrix = DenseEngine().measure(model, wanted, options, monitor);
    if (matrix.ok()) matrix->at(0, 0) *= 1.5;
    return matrix;
  }
};

TEST(HowCalm, RoundingThatGrowsIsNot) {
  const Calm calm = calm_at(0.1, 0.3, OtherEngine());
  EXPECT_FALSE(calm.is_calm);
  EXPECT_THAT(calm.why_not, HasSubstr("two roundings differ by"));
}

TEST_F(LearnedRate, IsTheLargestThatIsCalmAndIsKept) {
  Reader model;
  const absl::StatusOr<ChosenRate> chosen = find(model, kShare);
  ASSERT_TRUE(chosen.ok()) << chosen.status();
  EXPECT_THAT(chosen->reason, StartsWith("learned: the largest calm rate of the sweep"));
  EXPECT_TRUE(std::isfinite(chosen->noise));
  EXPECT_THAT(notes_, ElementsAre(HasSubstr("looking for the learning rate of learned doses"),
                                  AllOf(HasSubstr("of learned doses"), HasSubstr(chosen->reason))));
  const std::vector<Sample> samples = calibration_texts(digits_).value();
  for (const double rate : learned_rates({})) {
    if (rate < chosen->learning_rate) break;
    const Calm calm = how_calm(model, ReplayEngine(), ReplayEngine({.rows = 1}), samples,
                               {.learning_rate = rate}, {.share = kShare, .max_passes = kPasses},
                               unwatched())
                          .value();
    EXPECT_EQ(calm.is_calm, rate == chosen->learning_rate) << rate << " " << calm.why_not;
  }
  const ChosenRate again = find(model, kShare).value();
  EXPECT_EQ(again.learning_rate, chosen->learning_rate);
  EXPECT_EQ(again.noise, chosen->noise);
  EXPECT_THAT(notes_, ElementsAre(HasSubstr("kept in ")));
}

TEST_F(LearnedRate, SaysWhyThereIsNone) {
  Reader model;
  const absl::StatusOr<ChosenRate> chosen = find(model, 0.9999999);
  EXPECT_EQ(chosen.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(chosen.status().message()),
              AllOf(HasSubstr("no rate of the sweep is calm"), HasSubstr("of sample ")));
}

TEST(LearnedRates, AreTwoADecadeFromTheLargest) {
  const std::vector<double> sgd = learned_rates({});
  EXPECT_DOUBLE_EQ(sgd[0], 1);
  EXPECT_DOUBLE_EQ(sgd[1], 0.3);
  EXPECT_DOUBLE_EQ(sgd[2], 0.1);
  EXPECT_DOUBLE_EQ(learned_rates({.optimizer = Optimizer::kAdamW})[0], 1e-3);
  EXPECT_DOUBLE_EQ(
      learned_rates({.optimizer = Optimizer::kAdamW, .adapter = Adapter::kLora})[0], 1e-2);
}

}  // namespace
}  // namespace eif
