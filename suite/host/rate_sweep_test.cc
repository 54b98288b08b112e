#include "suite/host/rate_sweep.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "suite/engine/replay.h"
#include "suite/engine/test_models.h"

namespace eif {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// ---- Rates -------------------------------------------------------------------------------------

TEST(RatesBetween, AreTwoPerDecadeWithBothEnds) {
  const auto near = [](double rate) { return DoubleNear(rate, 1e-12 * rate); };
  EXPECT_THAT(rates_between(1e-3, 1e-1),
              ElementsAre(near(1e-3), near(3.1622776601683795e-3), near(1e-2),
                          near(3.1622776601683795e-2), near(1e-1)));
  EXPECT_THAT(rates_between(1e-3, 9e-3), SizeIs(2));
  EXPECT_THAT(rates_between(2, 2), ElementsAre(2));
}

TEST(RatesBetween, TheDefaultIsMoreThanEightRatesOverMoreThanFourDecades) {
  for (const Optimizer optimizer : {Optimizer::kSgd, Optimizer::kAdamW}) {
    const RateRange range = usual_rates(optimizer);
    EXPECT_THAT(rates_between(range.from, range.to), SizeIs(11));
  }
}

// ---- Sweeps ------------------------------------------------------------------------------------

absl::StatusOr<RateSweep> sweep(const std::vector<Sample>& samples, double from, double to,
                                const TrainingOptions& training = {}) {
  LinearClassifier model(/*seed=*/1);
  return sweep_learning_rates(model, ReplayEngine(), samples, training, rates_between(from, to),
                              unwatched());
}

TEST(SweepLearningRates, FindsThePlateauOfASmoothModel) {
  const absl::StatusOr<RateSweep> found = sweep(random_images(6, /*seed=*/2), 1e-8, 1e2);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_THAT(found->rates, SizeIs(21));
  EXPECT_EQ(found->plateau.verdict, SweepVerdict::kPlateau) << found->plateau.reason;
  EXPECT_EQ(found->plateau.first, 0u);  // float64 sees influence at 1e-8
  EXPECT_LT(found->rates[found->plateau.last].learning_rate, 1);
  EXPECT_GT(found->noise, 0);
  EXPECT_THAT(found->errors, IsEmpty());
}

// The first order misses terms in the square of the rate: a tenth of it, a tenth of the error in
// shares of the cells.
TEST(SweepLearningRates, TheFirstOrderIsTheNearerTheLowerTheRate) {
  LinearClassifier model(/*seed=*/1);
  const absl::StatusOr<RateSweep> found =
      sweep_learning_rates(model, ReplayEngine(), random_images(6, /*seed=*/2), {}, {1e-4, 1e-3},
                           unwatched(), CompareLinear::kYes);
  ASSERT_TRUE(found.ok()) << found.status();
  ASSERT_THAT(found->linear, SizeIs(2));
  const auto error = [&](size_t k) {
    return found->linear[k].largest / found->linear[k].largest_cell;
  };
  EXPECT_NEAR(error(1) / error(0), 10, 0.5);
  EXPECT_GT(found->linear[0].spearman, 0.99);
}

TEST(SweepLearningRates, RatesAreTooLowWhereTheLossesHaveNoDigitsForThem) {
  const absl::StatusOr<RateSweep> found = sweep(random_images(6, /*seed=*/2), 1e-18, 1e-15);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->plateau.verdict, SweepVerdict::kTooLow) << found->plateau.reason;
}

TEST(SweepLearningRates, RatesAreTooHighWhereNoneIsProportional) {
  const absl::StatusOr<RateSweep> found = sweep(random_images(6, /*seed=*/2), 10, 1e6);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->plateau.verdict, SweepVerdict::kTooHigh) << found->plateau.reason;
}

TEST(SweepLearningRates, SaysWhichSamplesCannotBeMeasured) {
  std::vector<Sample> samples = random_images(6, /*seed=*/2);
  samples.push_back({"a text", {"not an image"}});
  const absl::StatusOr<RateSweep> found = sweep(samples, 1e-6, 1e-1);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_THAT(found->errors,
              ElementsAre(std::pair<const std::string, std::string>("a text", "only images")));
  EXPECT_EQ(found->plateau.verdict, SweepVerdict::kPlateau);
}

TEST(SweepLearningRates, NeedsASample) {
  const absl::StatusOr<RateSweep> none = sweep({{"a text", {"not an image"}}}, 1e-6, 1e-1);
  EXPECT_EQ(none.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(none.status().message(), "no sample can be measured; a text: only images");
  const absl::StatusOr<RateSweep> empty = sweep({}, 1e-6, 1e-1);
  EXPECT_EQ(empty.status().message(), "there is no sample to sweep over");
}

TEST(SweepLearningRates, RefusesAnOptimizerThatIsNotLinear) {
  const absl::StatusOr<RateSweep> found =
      sweep(random_images(2, /*seed=*/2), 1e-6, 1e-1, {.optimizer = Optimizer::kAdamW});
  EXPECT_EQ(found.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(found.status().message()), HasSubstr("AdamW"));
}

}  // namespace
}  // namespace eif
