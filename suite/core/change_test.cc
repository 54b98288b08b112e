#include "suite/core/change.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace eif {
namespace {

using ::testing::Each;
using ::testing::Field;

// Ten seeds whose effects are `mean` and a spread of 0.02 about it.
std::vector<double> seeds(double mean) {
  std::vector<double> effects;
  for (const double spread : {-2, 1, 0, 2, -1, -1, 2, 0, -2, 1}) {
    effects.push_back(mean + 0.01 * spread);
  }
  return effects;
}

// The same with the spread the other way round, so that a difference has one, too.
std::vector<double> other_seeds(double mean) {
  std::vector<double> effects = seeds(-mean);
  for (double& effect : effects) effect = -effect;
  return effects;
}

EffectChange change_of(PairedEffects effects, double margin = kSmallestEffect) {
  effects.margin = margin;
  return compare_effects({&effects, 1}).front();
}

constexpr auto kDirection = ExpectationKind::kDirection;
constexpr auto kInvariance = ExpectationKind::kInvariance;

TEST(CompareEffects, ADirectionIsWorseWhereItIsSmaller) {
  const EffectChange change = change_of({kDirection, true, seeds(0.6), other_seeds(0.3)});
  EXPECT_EQ(change.change, Change::kWorse);
  EXPECT_NEAR(change.before, 0.6, 1e-12);
  EXPECT_NEAR(change.after, 0.3, 1e-12);
  EXPECT_NEAR(change.difference, -0.3, 1e-12);
  EXPECT_LT(change.interval.high, -0.25);
  EXPECT_EQ(change.p_worse_adjusted, std::pow(2, -10));  // every seed says so
  EXPECT_GT(change.p_better_adjusted, 0.99);
}

TEST(CompareEffects, ADirectionIsBetterWhereItIsLarger) {
  EXPECT_EQ(change_of({kDirection, true, seeds(-0.3), other_seeds(0.3)}).change, Change::kBetter);
}

TEST(CompareEffects, AnInvarianceIsWorseFartherFromZeroOnEitherSide) {
  for (const double before : {-0.2, 0.2}) {
    for (const double after : {-0.5, 0.5}) {
      const EffectChange change = change_of({kInvariance, true, seeds(before), other_seeds(after)});
      EXPECT_EQ(change.change, Change::kWorse) << before << " " << after;
      EXPECT_NEAR(change.difference, -0.3, 1e-12);
      EXPECT_EQ(change_of({kInvariance, true, seeds(after), other_seeds(before)}).change,
                Change::kBetter);
    }
  }
}

TEST(CompareEffects, WhatIsWithinTheMarginIsTheSame) {
  EXPECT_EQ(change_of({kDirection, true, seeds(0.6), other_seeds(0.55)}).change, Change::kSame);
  EXPECT_EQ(change_of({kDirection, true, seeds(0.6), other_seeds(0.55)}, 0.02).change,
            Change::kWorse);
}

TEST(CompareEffects, TheSameNumbersAreTheSameWithoutAMargin) {
  EXPECT_EQ(change_of({kDirection, true, seeds(0.6), seeds(0.6)}, 0).change, Change::kSame);
}

TEST(CompareEffects, WhatIsOnTheMarginIsUnclear) {
  EXPECT_EQ(change_of({kDirection, true, seeds(0.6), other_seeds(0.5)}).change, Change::kUnclear);
}

TEST(CompareEffects, OneSeedIsUnclear) {
  EXPECT_EQ(change_of({kDirection, true, {0.6}, {0}}).change, Change::kUnclear);
}

TEST(CompareEffects, ASeedWithoutANumberIsNotMeasured) {
  std::vector<double> missing = seeds(0.3);
  missing[3] = NAN;
  const EffectChange change = change_of({kDirection, true, seeds(0.6), missing});
  EXPECT_EQ(change.change, Change::kNotMeasured);
  EXPECT_TRUE(std::isnan(change.difference));
  EXPECT_EQ(change_of({kDirection, true, {}, {}}).change, Change::kNotMeasured);
  EXPECT_EQ(change_of({kDirection, true, seeds(0.6), {0.1}}).change, Change::kNotMeasured);
}

// Five seeds give no p below 1/32, which is enough for one expectation and not for two.
TEST(CompareEffects, TheMoreExpectationsTheMoreItTakes) {
  const std::vector<double> before(5, 0.6), after = {0.1, 0.2, 0.15, 0.12, 0.18};
  const PairedEffects effects{kDirection, true, before, after};
  EXPECT_EQ(change_of(effects).change, Change::kWorse);
  const std::vector<PairedEffects> two = {effects, effects};
  EXPECT_THAT(compare_effects(two), Each(Field(&EffectChange::change, Change::kUnclear)));
  PairedEffects secondary = effects;
  secondary.primary = false;
  const std::vector<PairedEffects> one_of_each = {effects, secondary};
  EXPECT_THAT(compare_effects(one_of_each), Each(Field(&EffectChange::change, Change::kWorse)));
}

// 43 of 1,000 when this was written, and none where nothing is lost.
TEST(CompareEffects, AChangeOfJustTheMarginIsRarelyCalledWorse) {
  int worse = 0;
  uint64_t state = 1;
  const auto uniform = [&] {
    state = state * 6364136223846793005u + 1442695040888963407u;  // Knuth's MMIX
    return static_cast<double>(state >> 11) * 0x1p-53;
  };
  for (int pair = 0; pair < 1000; ++pair) {
    PairedEffects effects{kDirection, true, {}, {}};
    for (int seed = 0; seed < 10; ++seed) {
      effects.before.push_back(0.5 + 0.2 * (uniform() - 0.5));
      effects.after.push_back(0.4 + 0.2 * (uniform() - 0.5));
    }
    worse += change_of(effects).change == Change::kWorse;
  }
  EXPECT_LE(worse, 64);  // 5 %, and two standard errors of a share of 1,000
  EXPECT_GT(worse, 0);
}

TEST(SmallestLossShown, IsBeyondTheMarginByWhatTheSpreadHides) {
  const double little = smallest_loss_shown(seeds(0), 0.1, 1);
  EXPECT_GT(little, 0.1);
  EXPECT_LT(little, 0.1 + 0.03);  // the largest of the seeds, and a standard error
  std::vector<double> wide = seeds(0);
  for (double& one : wide) one *= 10;
  EXPECT_NEAR(smallest_loss_shown(wide, 0.1, 1) - 0.1, 10 * (little - 0.1), 1e-6);
  EXPECT_GT(smallest_loss_shown(seeds(0), 0.1, 30), little);
}

TEST(SmallestLossShown, IsInfiniteWhereNoPIsSmallEnough) {
  EXPECT_TRUE(std::isinf(smallest_loss_shown(seeds(0), 0.1, 52)));  // 52/1024 > 0.05
  EXPECT_FALSE(std::isinf(smallest_loss_shown(seeds(0), 0.1, 51)));
}

// Three seeds show nothing with 95 % certainty, however much they agree; five do.
TEST(CompareEffects, NoWorseIsShownByEnoughSeeds) {
  const auto of_seeds = [](size_t count) {
    std::vector<double> before = seeds(0.6), after = other_seeds(0.59);
    before.resize(count);
    after.resize(count);
    return change_of({kDirection, true, before, after});
  };
  EXPECT_FALSE(is_no_worse(of_seeds(4)));
  EXPECT_EQ(of_seeds(4).change, Change::kUnclear);
  EXPECT_TRUE(is_no_worse(of_seeds(10)));
  EXPECT_EQ(of_seeds(10).change, Change::kSame);
  EXPECT_EQ(of_seeds(10).p_no_worse, std::pow(2, -10));
}

TEST(CompareEffects, WhatGainedIsNoWorseAndNotTheSame) {
  const EffectChange change = change_of({kDirection, true, seeds(0.5), other_seeds(0.59)});
  EXPECT_TRUE(is_no_worse(change));
  EXPECT_FALSE(is_no_better(change));
  EXPECT_EQ(change.change, Change::kUnclear);
}

TEST(CompareEffects, NothingIsLostWhereNoSeedLostAnything) {
  EXPECT_EQ(change_of({kDirection, true, seeds(0.5), seeds(0.5)}, 0).change, Change::kSame);
}

// Steps of 0.08, each within the margin, add up: a line through them falls by 0.24.
TEST(CompareEffects, ASeriesIsJudgedByItsTrend) {
  PairedEffects effects{kDirection, true, seeds(0.6), other_seeds(0.36)};
  effects.between = {other_seeds(0.52), seeds(0.44)};
  const EffectChange change = change_of(effects);
  EXPECT_NEAR(change.difference, -0.24, 1e-12);
  EXPECT_EQ(change.change, Change::kWorse);
  // Least squares of 1, 0, 0, 0 at 0, 1, 2, 3 falls by 0.3 at each step.
  PairedEffects first_alone{kDirection, true, {1}, {0}};
  first_alone.between = {{0}, {0}};
  EXPECT_NEAR(change_of(first_alone).difference, -0.9, 1e-12);
}

TEST(CompareEffects, AnInvarianceOfASeriesComesNearerToZeroOrNot) {
  PairedEffects effects{kInvariance, true, seeds(-0.2), other_seeds(0.5)};
  effects.between = {seeds(0.3)};
  EXPECT_NEAR(change_of(effects).difference, -0.3, 1e-12);
}

// What no model can change takes no share of the level from the others.
TEST(CompareEffects, WhatTheRegimeDecidesIsNoneOfTheFamily) {
  std::vector<PairedEffects> effects(20, {kDirection, true, seeds(0.6), other_seeds(0.6)});
  for (PairedEffects& one : effects) one.is_decided_by_regime = true;
  effects.push_back({kDirection, true, seeds(0.6), other_seeds(0.3)});
  const std::vector<EffectChange> changes = compare_effects(effects);
  EXPECT_EQ(changes[0].change, Change::kDecidedByRegime);
  EXPECT_EQ(changes.back().p_worse_adjusted, std::pow(2, -10));
}

}  // namespace
}  // namespace eif
