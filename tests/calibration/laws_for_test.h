// Laws that effects may follow, moved so that their mean is where a test wants it, and how often
// something is found in ten effects of a law.
//
//   const std::vector<double> shape = sample_of(law);
//   const double factor = *factor_for(shape, kDelta, kLargest);  // the mean of the sizes is δ
//   const double share = share_found(
//       law, [&](double value) { return factor * value; },
//       [](std::span<const double> effects) { return holds(effects); });
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "suite/core/random.h"
#include "suite/core/verdict.h"

namespace eif {

inline constexpr size_t kSeeds = 10;  // of a run, by default
inline constexpr size_t kDraws = 20'000;
inline constexpr double kDelta = kSmallestEffect;
inline constexpr double kLargest = kClip * kDelta;  // what lies beyond counts as so much

// The most that a share of `draws` may be where it should be kSignificance: one that truly is so is
// above it but once in a thousand.
double most_wrong(size_t draws);

// A shape of effects; where its mean is and how wide it is, is up to the test.
struct Law {
  std::string name;  // names a stream of random numbers, too
  std::function<double(Random&)> draw;
};

// Laws of sizes that are far from normal.
const std::vector<Law>& laws_of_sizes();

// The law that gives each of these, of which there is one or more, with the same chance.
Law empirical(std::string name, std::vector<double> effects);

// Many values of a law, to find factors and shifts by.
std::vector<double> sample_of(const Law& law);

// What an effect counts as where none counts beyond `largest`.
double clipped(double effect, double largest);

// With which the values, clipped after they were multiplied or moved, have this mean, which is
// below `largest`. There is no factor where so many sizes are 0 that the others would have to be
// larger.
std::optional<double> factor_for(std::span<const double> sizes, double mean, double largest);
double shift_for(std::span<const double> effects, double mean, double largest);

// The share of `draws` of kSeeds effects, each changed, in which something is found.
double share_found(const Law& law, const std::function<double(double)>& change,
                   const std::function<bool(std::span<const double>)>& found,
                   size_t draws = kDraws);

}  // namespace eif
