// How often a gate fails a run that lost no more than the margin, and how often it finds one
// expectation that lost more: two runs of ten seeds, a thousand times. Prints the table of
// docs/gate.md.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "suite/core/gate.h"
#include "suite/core/random.h"

namespace eif {
namespace {

constexpr size_t kSeeds = 10;  // of a run, by default
constexpr size_t kPairs = 1000;
constexpr size_t kExpectations = 7;  // primary ones of the gate
constexpr double kMargin = kSmallestEffect;
// Of the difference of two runs, over the seeds. All losses are given in spreads beyond the margin,
// so that its size does not matter.
constexpr double kSpread = 0.1;

RunResult run_of(const std::vector<std::vector<double>>& effects) {
  DesideratumResult result{.key = {.model = "m", .desideratum = "d"},
                           .verdict = Verdict::kInconclusive};
  for (uint64_t seed = 0; seed < kSeeds; ++seed) result.seeds.push_back(seed);
  for (size_t i = 0; i < effects.size(); ++i) {
    result.expectations.push_back(
        {.expectation = {.id = "e" + std::to_string(i)}, .per_seed = effects[i]});
  }
  RunResult run{.end = RunEnd::kComplete, .results = {result}};
  run.context.models = {{.name = "m", .learning_rate = 1e-4}};
  return run;
}

// Of one expectation each, the mean loss.
GatedComparison gated(const std::vector<double>& losses, uint64_t pair) {
  SeededRandom random(pair, "gate");
  std::vector<std::vector<double>> before, after;
  for (const double loss : losses) {
    before.emplace_back(kSeeds, 0.5);
    std::vector<double>& lost = after.emplace_back();
    for (size_t seed = 0; seed < kSeeds; ++seed) {
      lost.push_back(0.5 - loss + kSpread * random.normal());
    }
  }
  const absl::StatusOr<GatedComparison> result =
      compare_with_gate({}, run_of(before), run_of(after));
  EXPECT_TRUE(result.ok()) << result.status();
  return *result;
}

double share_that_fails(const std::vector<double>& losses) {
  size_t failures = 0;
  for (uint64_t pair = 0; pair < kPairs; ++pair) {
    failures += passes(gated(losses, pair)) ? 0 : 1;
  }
  return static_cast<double>(failures) / kPairs;
}

// Two standard errors of a share of a thousand that is truly 0.05, or 0.8.
const double kMostWrong = 0.05 + 2 * std::sqrt(0.05 * 0.95 / kPairs);
const double kErrorOfPower = 2 * std::sqrt(0.8 * 0.2 / kPairs);

TEST(GatePower, ALossOfExactlyTheMarginInAllSeldomFails) {
  const double share = share_that_fails(std::vector<double>(kExpectations, kMargin));
  std::printf("the margin lost in all of %zu: %.3f fail\n", kExpectations, share);
  EXPECT_LE(share, kMostWrong);
}

TEST(GatePower, OneThatLostMoreIsFound) {
  std::vector<double> losses(kExpectations, 0.0);
  losses[3] = kMargin + 1.5 * kSpread;
  const double share = share_that_fails(losses);
  std::printf("1.5 spreads beyond the margin in one of %zu: %.3f fail\n", kExpectations, share);
  EXPECT_GE(share, 0.8);
}

// A loss as large as what was said on the average is found in four of five runs, or a little less
// often: each run knows its spread by ten seeds only, and a run that underestimates it says too
// little.
TEST(GatePower, TheSmallestLossThatIsSaidIsRight) {
  double said = 0;
  for (uint64_t pair = 0; pair < kPairs; ++pair) {
    const GatedComparison none = gated(std::vector<double>(kExpectations, 0.0), pair);
    const EffectChange& one = none.comparison.desiderata[0].expectations[3].change;
    said += smallest_loss_shown(one.per_seed, kMargin, kExpectations) / kPairs;
  }
  std::vector<double> losses(kExpectations, 0.0);
  losses[3] = said;
  const double share = share_that_fails(losses);
  std::printf("a loss of %.3f in one of %zu: %.3f fail\n", said, kExpectations, share);
  EXPECT_NEAR(share, 0.8, 0.05 + kErrorOfPower);
}

}  // namespace
}  // namespace eif
