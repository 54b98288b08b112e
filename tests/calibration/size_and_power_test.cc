// How often verdicts about small effects are wrong, and how often they are found, for laws that are
// far from normal. Prints the tables of docs/statistics.md.
//
//   build/release/tests/size_and_power_test
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "suite/core/bounded_mean.h"
#include "suite/core/random.h"
#include "suite/core/verdict.h"
#include "tests/calibration/laws_for_test.h"

namespace eif {
namespace {

using testing::DoubleNear;
using testing::Optional;

// ---- A bound with a proof ---------------------------------------------------------------------

// p of "the mean is below `bound`" from bets against the opposite: a gambler who stakes a share λ
// of what a value can lose on each being below the bound gains Π (1 + λ(bound − vᵢ)), which is no
// more than 1 on the average where the mean is the bound or above, for each λ up to 1 / (largest −
// bound), and so for the mean over all λ. By Markov's inequality it is above 1/α with probability α
// at most (I. Waudby-Smith and A. Ramdas, "Estimating means of bounded random variables by
// betting", 2024).
double betting_p_below(std::span<const double> values, double largest, double bound) {
  std::vector<double> powers = {1};  // of λ · (largest − bound), from 0 to 1
  for (const double value : values) {
    const double gain = (bound - value) / (largest - bound);
    powers.push_back(0);
    for (size_t k = powers.size() - 1; k > 0; --k) powers[k] += gain * powers[k - 1];
  }
  double wealth = 0;
  for (size_t k = 0; k < powers.size(); ++k) wealth += powers[k] / static_cast<double>(k + 1);
  return std::min(1.0, 1 / wealth);
}

// One zero: ∫ (1 + λ) over [0, 1] is 3/2. Ten: (2¹¹ − 1) / 11.
TEST(BettingPBelow, IsTheInverseOfTheMeanGain) {
  const std::vector<double> zeros(10, 0), ones(3, 1);
  EXPECT_DOUBLE_EQ(betting_p_below(std::span(zeros).first(1), 1, 0.5), 1 / 1.5);
  EXPECT_DOUBLE_EQ(betting_p_below(zeros, 1, 0.5), 11 / 2047.0);
  EXPECT_EQ(betting_p_below(ones, 1, 0.5), 1);
}

// ---- Laws far from normal ---------------------------------------------------------------------

using Found = std::function<bool(std::span<const double>)>;

// Of sizes 1 and 3, of which 2 is counted at most, the mean is 1.5. Moved by 0, an effect of 10
// counts as 1.
TEST(Laws, AreMovedToTheMeanThatIsAskedFor) {
  EXPECT_THAT(factor_for(std::vector<double>{1, 3}, 1.5, 2), Optional(DoubleNear(1, 1e-12)));
  EXPECT_THAT(factor_for(std::vector<double>{0, 1, 3}, 4, 100), Optional(DoubleNear(3, 1e-12)));
  EXPECT_EQ(factor_for(std::vector<double>{0, 0, 3}, 4, 10), std::nullopt);
  EXPECT_NEAR(shift_for(std::vector<double>{-4, 6}, 0, 100), -1, 1e-12);
  EXPECT_NEAR(shift_for(std::vector<double>{0, 10}, 0.5, 1), 0, 1e-12);
}

// "The mean is below δ", of clipped effects.
bool gaffke(std::span<const double> effects) {
  return gaffke_p_below(effects, kLargest, kDelta) < kSignificance;
}
bool betting(std::span<const double> effects) {
  return betting_p_below(effects, kLargest, kDelta) < kSignificance;
}

// An invariance whose size has a mean of δ must not hold, and one of a fraction of it should.
TEST(SizeAndPower, InvariancesOfAnyShape) {
  std::printf("mean clipped size          δ: found   δ/2   δ/4 | betting: δ   δ/2   δ/4\n");
  for (const Law& law : laws_of_sizes()) {
    std::printf("%-24s", law.name.c_str());
    const std::vector<double> shape = sample_of(law);
    std::vector<double> shares;
    for (const Found& found : {Found(gaffke), Found(betting)}) {
      for (const double part : {1.0, 0.5, 0.25}) {
        const double factor = *factor_for(shape, part * kDelta, kLargest);
        shares.push_back(
            share_found(law, [&](double size) { return clipped(factor * size, kLargest); }, found));
        std::printf("  %.3f", shares.back());
      }
    }
    std::printf("\n");
    EXPECT_LE(shares[0], most_wrong(kDraws)) << law.name;
    EXPECT_LE(shares[3], most_wrong(kDraws)) << law.name;
    EXPECT_GE(shares[2], 0.7) << law.name;
  }
}

// A direction of δ must not be violated, and one without effect should be. Effects of a skewed law
// are those less their mean, so that a seed that is far off is so on either side.
TEST(SizeAndPower, DirectionsOfAnyShape) {
  std::printf("spread around the mean       δ: found   δ/2     0 | betting: δ   δ/2     0\n");
  for (const double side : {1.0, -1.0}) {
    for (const Law& law : laws_of_sizes()) {
      // Its own spread, about that of its size.
      std::vector<double> effects = sample_of(law);
      const double factor = side * *factor_for(effects, kDelta, kLargest);
      for (double& effect : effects) effect *= factor;
      std::printf("%-24s %s", law.name.c_str(), side > 0 ? "right" : "left ");
      for (const Found& found : {Found(gaffke), Found(betting)}) {
        for (const double mean : {kDelta, kDelta / 2, 0.0}) {
          const double shift = shift_for(effects, mean, kLargest);
          const double share = share_found(
              law, [&](double size) { return clipped(shift + factor * size, kLargest); }, found);
          std::printf("  %.3f", share);
          if (mean == kDelta) {
            EXPECT_LE(share, most_wrong(kDraws)) << law.name;
          }
        }
      }
      std::printf("\n");
    }
  }
}

// ---- Laws of two and three values -------------------------------------------------------------

double log_binomial(size_t n, size_t k) {
  return std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(n - k + 1.0);
}

// The exact chance that ten values, each `values[i]` with probability `shares[i]`, are found to be
// below the bound. Three values.
double exact_share_found(const std::vector<double>& values, const std::vector<double>& shares,
                         double bound) {
  double found = 0;
  for (size_t first = 0; first <= kSeeds; ++first) {
    for (size_t second = 0; first + second <= kSeeds; ++second) {
      const size_t third = kSeeds - first - second;
      double log_chance = log_binomial(kSeeds, first) + log_binomial(kSeeds - first, second);
      bool possible = true;
      for (const auto& [count, share] :
           {std::pair(first, shares[0]), {second, shares[1]}, {third, shares[2]}}) {
        if (count == 0) continue;
        possible = possible && share > 0;
        log_chance += static_cast<double>(count) * std::log(share);
      }
      if (!possible) continue;
      std::vector<double> seeds(first, values[0]);
      seeds.insert(seeds.end(), second, values[1]);
      seeds.insert(seeds.end(), third, values[2]);
      if (gaffke_p_below(seeds, 1, bound) < kSignificance) found += std::exp(log_chance);
    }
  }
  return found;
}

struct Worst {
  double share = 0;
  std::vector<double> values, shares;
};

// The largest chance among all laws with three values on a grid of [0, 1] whose mean is the bound;
// with a share of 0 they have two.
Worst worst_law(double bound, int steps) {
  Worst worst;
  for (int a = 0; a <= steps; ++a) {
    for (int b = a; b <= steps; ++b) {
      for (int c = std::max(b, a + 1); c <= steps; ++c) {
        const std::vector<double> values = {a / static_cast<double>(steps),
                                            b / static_cast<double>(steps),
                                            c / static_cast<double>(steps)};
        for (int middle = 0; middle <= 10; ++middle) {
          const double share_b = middle / 10.0;
          // The rest is shared so that the mean is the bound.
          const double rest = bound - share_b * values[1] - (1 - share_b) * values[0];
          const double share_c = rest / (values[2] - values[0]);
          if (share_c < 0 || share_c > 1 - share_b) continue;
          const std::vector<double> shares = {1 - share_b - share_c, share_b, share_c};
          const double share = exact_share_found(values, shares, bound);
          if (share > worst.share) worst = {share, values, shares};
        }
      }
    }
  }
  return worst;
}

// In units of what is clipped: 1/2 is δ of an invariance, 3/4 that of a direction from −2δ to 2δ.
TEST(SizeAndPower, NoLawOfThreeValuesOnTheGridIsFoundTooOften) {
  for (const double bound : {0.5, 0.75}) {
    const Worst worst = worst_law(bound, 20);
    std::printf("bound %.2f: at worst %.4f, values %.2f %.2f %.2f with %.3f %.3f %.3f\n", bound,
                worst.share, worst.values[0], worst.values[1], worst.values[2], worst.shares[0],
                worst.shares[1], worst.shares[2]);
    EXPECT_LE(worst.share, kSignificance);
    EXPECT_GE(worst.share, 0.02);  // the search finds laws that are hard
  }
}

// ---- Directions that hold ---------------------------------------------------------------------

// A true mean of 0.9 δ is too small, and is found to hold where chance lifts it above δ. It is
// printed and not bounded: "holds" tests 0, and the mean is an estimate.
TEST(SizeAndPower, HowOftenATrueNineTenthsHolds) {
  for (const double deviation : {0.1, 0.5, 1.0}) {
    for (const double mean : {0.0, 0.9, 1.0, 2.0, 3.0}) {
      SeededRandom random(4, "holds");
      size_t holds = 0;
      constexpr size_t kFewer = 2'000;
      for (size_t draw = 0; draw < kFewer; ++draw) {
        Evidence evidence;
        for (size_t seed = 0; seed < kSeeds; ++seed) {
          evidence.per_seed.push_back(kDelta * (mean + deviation * random.normal()));
        }
        const std::vector<Evidence> alone = {evidence};
        holds += judge(alone).verdict == Verdict::kHolds ? 1 : 0;
      }
      const double share = static_cast<double>(holds) / kFewer;
      std::printf("mean %.1f δ, spread %.1f δ: holds %.3f\n", mean, deviation, share);
      if (mean == 0) {
        EXPECT_LE(share, 0.065);  // 0.05 and three standard errors
      } else if (mean == 3) {
        EXPECT_GE(share, 0.99);
      }
    }
  }
}

}  // namespace
}  // namespace eif
