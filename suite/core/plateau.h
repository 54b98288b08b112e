// Which learning rate to fine-tune with: a sweep's matrices, and the plateau in them (§3.4).
//
//   const std::vector<eif::RateMeasure> rates = eif::measure_rates(learning_rates, matrices);
//   const eif::Plateau plateau = eif::find_plateau(rates, noise);
//   if (plateau.verdict == eif::SweepVerdict::kPlateau) use(plateau.learning_rate);
//
// At rates that are too low, influence is lost in the rounding of the losses. At rates that are too
// high it is no longer proportional to the rate. In between EIF/lr does not depend on the rate, and
// neither does who helps whom: there a result is one of the model and its samples alone.
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "eif/matrix.h"

namespace eif {

// A rate is on a plateau when, together with its neighbours there,
//   its influence is at least kLeastSignal times the noise. An effect counts from a tenth of the
//     self scale on (kSmallestEffect); noise of a hundredth of it leaves nine tenths of that;
inline constexpr double kLeastSignal = 100;
//   EIF/lr of the plateau's largest is at most kMostVariation times that of its smallest, so that
//     what the rate adds to the self scale is within that smallest effect as well;
inline constexpr double kMostVariation = 1.1;
//   matrices of neighbouring rates rank alike: Spearman's correlation is at least this (§3.4).
inline constexpr double kLeastRankCorrelation = 0.95;
// Two rates may agree by chance, where EIF/lr turns from rising to falling.
inline constexpr size_t kFewestRates = 3;

// What a sweep found at one learning rate.
struct RateMeasure {
  static constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

  double learning_rate = 0;
  // Median |EIF(i→i)|, nats or nats per token. NaN: at this rate a loss is not finite.
  double self_influence = kUnknown;
  // Spearman's correlation of all cells with those at the next rate. NaN: there is none, or one of
  // the two is not finite or does not vary.
  double rank_correlation = kUnknown;
};

// EIF/lr of the samples on themselves.
inline double influence_per_rate(const RateMeasure& rate) {
  return rate.self_influence / rate.learning_rate;
}

// matrices[k]: at learning_rates[k], ascending, with the same samples as rows and as columns. Rows
// and columns that no rate could measure are left out; a rate that cannot measure one that another
// can has no finite influence.
std::vector<RateMeasure> measure_rates(std::span<const double> learning_rates,
                                       std::span<const Matrix> matrices);

enum class SweepVerdict {
  kPlateau,
  kTooLow,   // all but the highest are lost in noise
  kTooHigh,  // not even the lowest is where influence is proportional to the rate
  kNone,     // noise and curvature leave no room between them
};

struct Plateau {
  SweepVerdict verdict = SweepVerdict::kNone;
  // kPlateau only:
  size_t first = 0, last = 0;  // of the rates; both belong to it
  double learning_rate = 0;    // its geometric middle, of two digits so that it can be typed again
  std::string reason;          // what was found, and what to do where there is no plateau
};

// The longest plateau; of equally long ones the lowest. `noise`: how far float rounding moves a
// loss, in the unit of the influence, above 0.
Plateau find_plateau(std::span<const RateMeasure> rates, double noise);

}  // namespace eif
