#include "suite/core/plateau.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "absl/strings/str_format.h"
#include "suite/core/statistics.h"

namespace eif {
namespace {

// Whether some rate measured something in row i, and in column j.
struct Measurable {
  std::vector<bool> rows, columns;
};

Measurable measurable_part(std::span<const Matrix> matrices) {
  Measurable part{std::vector<bool>(matrices.front().rows()),
                  std::vector<bool>(matrices.front().columns())};
  for (const Matrix& matrix : matrices) {
    for (size_t i = 0; i < matrix.rows(); ++i) {
      for (size_t j = 0; j < matrix.columns(); ++j) {
        if (!std::isfinite(matrix.at(i, j))) continue;
        part.rows[i] = true;
        part.columns[j] = true;
      }
    }
  }
  return part;
}

bool all_finite(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(),
                     [](double value) { return std::isfinite(value); });
}

std::vector<double> cells_of(const Matrix& matrix, const Measurable& part) {
  std::vector<double> cells;
  for (size_t i = 0; i < matrix.rows(); ++i) {
    for (size_t j = 0; j < matrix.columns(); ++j) {
      if (part.rows[i] && part.columns[j]) cells.push_back(matrix.at(i, j));
    }
  }
  return cells;
}

// Takes the samples that can be both trained on and evaluated.
double self_influence(const Matrix& matrix, const Measurable& part) {
  std::vector<double> magnitudes;
  for (size_t i = 0; i < matrix.rows(); ++i) {
    if (part.rows[i] && part.columns[i]) magnitudes.push_back(std::abs(matrix.at(i, i)));
  }
  return all_finite(magnitudes) ? median(magnitudes) : RateMeasure::kUnknown;
}

bool is_above_noise(const RateMeasure& rate, double noise) {
  return rate.self_influence >= kLeastSignal * noise;  // false for NaN
}

double two_digits(double value) {
  return std::strtod(absl::StrFormat("%.1e", value).c_str(), nullptr);
}

struct Run {
  size_t first = 0, length = 0;
  double least = 0, most = 0;  // EIF/lr
};

// Finds the longest plateau that starts at `first`.
Run run_from(std::span<const RateMeasure> rates, double noise, size_t first) {
  Run run{first};
  for (size_t k = first; k < rates.size() && is_above_noise(rates[k], noise); ++k) {
    const double slope = influence_per_rate(rates[k]);
    const double least = k == first ? slope : std::min(run.least, slope);
    const double most = k == first ? slope : std::max(run.most, slope);
    if (most > kMostVariation * least) break;
    if (k > first && !(rates[k - 1].rank_correlation >= kLeastRankCorrelation)) break;
    run = {first, run.length + 1, least, most};
  }
  return run;
}

std::string rate_range(std::span<const RateMeasure> rates) {
  return absl::StrFormat("%.2g to %.2g", rates.front().learning_rate, rates.back().learning_rate);
}

std::string plateau_reason(std::span<const RateMeasure> rates, const Run& run, double noise) {
  const RateMeasure& low = rates[run.first];
  const RateMeasure& high = rates[run.first + run.length - 1];
  return absl::StrFormat(
      "middle of the plateau from %.2g to %.2g: EIF/lr within %.1f %%, EIF ≥ %.0f × noise",
      low.learning_rate, high.learning_rate, 100 * (run.most / run.least - 1),
      low.self_influence / noise);
}

// Says what is the matter where fewer than kFewestRates are on a plateau.
Plateau no_plateau(std::span<const RateMeasure> rates, double noise) {
  Plateau plateau;
  if (rates.size() < kFewestRates) {
    plateau.reason = absl::StrFormat("a plateau takes %d rates or more; here are %d", kFewestRates,
                                     rates.size());
    return plateau;
  }
  size_t first = 0;
  while (first < rates.size() && !is_above_noise(rates[first], noise)) ++first;
  if (first == 0 || !std::isfinite(rates.front().self_influence)) {
    plateau.verdict = SweepVerdict::kTooHigh;
    plateau.reason = absl::StrFormat(
        "all rates from %s are too high: influence is proportional to the rate at most at the "
        "lowest "
        "of them, so that the plateau lies below; look at lower ones (eif-suite sweep --from), or "
        "choose a rate yourself (--lr X)",
        rate_range(rates));
  } else if (first + run_from(rates, noise, first).length == rates.size()) {
    plateau.verdict = SweepVerdict::kTooLow;
    plateau.reason = absl::StrFormat(
        "all rates from %s are too low: at fewer than %d of them influence is %.0f times the "
        "rounding "
        "noise of the losses (%.1e) or more; look at higher ones (eif-suite sweep --to), compute "
        "in "
        "float64 (--dtype float64), or choose a rate yourself (--lr X)",
        rate_range(rates), kFewestRates, kLeastSignal, noise);
  } else {
    plateau.reason = absl::StrFormat(
        "no plateau from %s: influence is lost in rounding noise below %.2g and no longer "
        "proportional to the rate above; compute in float64 (--dtype float64), sweep over other "
        "samples (eif-suite sweep --samples), or choose a rate yourself (--lr X)",
        rate_range(rates), rates[first].learning_rate);
  }
  return plateau;
}

}  // namespace

std::vector<RateMeasure> measure_rates(std::span<const double> learning_rates,
                                       std::span<const Matrix> matrices) {
  std::vector<RateMeasure> rates;
  if (matrices.empty()) return rates;
  const Measurable part = measurable_part(matrices);
  std::vector<std::vector<double>> cells;
  for (const Matrix& matrix : matrices) cells.push_back(cells_of(matrix, part));
  for (size_t k = 0; k < matrices.size(); ++k) {
    RateMeasure rate{.learning_rate = learning_rates[k]};
    if (all_finite(cells[k])) {
      rate.self_influence = self_influence(matrices[k], part);
      if (k + 1 < cells.size() && all_finite(cells[k + 1])) {
        rate.rank_correlation = spearman(cells[k], cells[k + 1]);
      }
    }
    rates.push_back(rate);
  }
  return rates;
}

Plateau find_plateau(std::span<const RateMeasure> rates, double noise) {
  Run longest;
  for (size_t first = 0; first < rates.size(); ++first) {
    const Run run = run_from(rates, noise, first);
    if (run.length > longest.length) longest = run;
  }
  if (longest.length < kFewestRates) return no_plateau(rates, noise);
  const size_t last = longest.first + longest.length - 1;
  return {.verdict = SweepVerdict::kPlateau,
          .first = longest.first,
          .last = last,
          .learning_rate =
              two_digits(std::sqrt(rates[longest.first].learning_rate * rates[last].learning_rate)),
          .reason = plateau_reason(rates, longest, noise)};
}

}  // namespace eif
