#include "suite/host/rate_sweep.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "suite/engine/linear.h"
#include "suite/engine/noise_floor.h"

namespace eif {
namespace {

constexpr double kRatesPerDecade = 2;
// Where no model has a plateau: so low that float64 loses a step, so high that no step is small.
constexpr double kLowestRate = 1e-14;
constexpr double kHighestRate = 1e3;
constexpr double kWidening = 100;  // the two decades that a sweep is widened by

// The reasons that samples have at every rate: those of the lowest say nothing of the rate itself.
std::map<std::string, std::string> errors_of(const Matrix& lowest) {
  std::map<std::string, std::string> errors;
  for (size_t i = 0; i < lowest.columns(); ++i) {
    const std::string& error = lowest.column_errors()[i];
    if (!error.empty()) errors[lowest.evaluated_ids()[i]] = error;
  }
  return errors;
}

// Of the first order, which is proportional to the rate, from the matrix at each.
absl::StatusOr<std::vector<MatrixGap>> gaps_of_linear(
    Model& model, const std::vector<Sample>& samples, TrainingOptions training,
    const std::vector<double>& rates, const std::vector<Matrix>& matrices, Monitor& monitor) {
  training.learning_rate = 1;
  UncountedMonitor uncounted(monitor);
  const absl::StatusOr<Matrix> first_order =
      LinearEngine().influence(model, samples, samples, training, uncounted);
  if (!first_order.ok()) return first_order.status();
  std::vector<MatrixGap> gaps;
  for (size_t k = 0; k < rates.size(); ++k) {
    Matrix at_rate = *first_order;
    for (size_t row = 0; row < at_rate.rows(); ++row) {
      for (size_t column = 0; column < at_rate.columns(); ++column) {
        at_rate.at(row, column) *= rates[k];
      }
    }
    gaps.push_back(gap_between(at_rate, matrices[k]));
  }
  return gaps;
}

absl::StatusOr<std::vector<Matrix>> measure_at(Model& model, const Engine& engine,
                                               const std::vector<Sample>& samples,
                                               const TrainingOptions& training,
                                               const std::vector<double>& rates,
                                               Monitor& monitor) {
  absl::StatusOr<std::vector<Matrix>> matrices =
      engine.measure_at(model, all_cells(samples, samples), training, rates, monitor);
  // A model that stops answering leaves rows with an error, which is no result.
  if (matrices.ok() && monitor.stopping()) return absl::CancelledError("interrupted");
  return matrices;
}

absl::StatusOr<RateSweep> sweep_of(Model& model, const std::vector<Sample>& samples,
                                   const std::vector<double>& rates,
                                   const std::vector<Matrix>& matrices) {
  RateSweep sweep{.errors = errors_of(matrices.front())};
  if (sweep.errors.size() == samples.size()) {
    return absl::FailedPreconditionError(
        samples.empty() ? "there is no sample to sweep over"
                        : absl::StrCat("no sample can be measured; ", sweep.errors.begin()->first,
                                       ": ", sweep.errors.begin()->second));
  }
  const absl::StatusOr<double> noise = noise_floor(model, samples);
  if (!noise.ok()) return noise.status();
  sweep.noise = *noise;
  sweep.rates = measure_rates(rates, matrices);
  sweep.plateau = find_plateau(sweep.rates, sweep.noise);
  return sweep;
}

// The rates next to those that were swept over, on the side where the plateau lies; none where it
// lies on neither, or nothing can come there.
std::vector<double> next_rates(const std::vector<double>& rates, SweepVerdict verdict) {
  const double step = std::pow(10, 1 / kRatesPerDecade);
  if (verdict == SweepVerdict::kTooHigh && rates.front() > kLowestRate * step) {
    return rates_between(std::max(kLowestRate, rates.front() / kWidening), rates.front() / step);
  }
  if (verdict == SweepVerdict::kTooLow && rates.back() < kHighestRate / step) {
    return rates_between(rates.back() * step, std::min(kHighestRate, rates.back() * kWidening));
  }
  return {};
}

}  // namespace

std::vector<double> rates_between(double from, double to) {
  std::vector<double> rates;
  // A little more than `to`, so that rounding does not lose it.
  const double steps = std::floor(std::log10(to / from) * kRatesPerDecade + 1e-9);
  for (int step = 0; step <= steps; ++step) {
    rates.push_back(from * std::pow(10, step / kRatesPerDecade));
  }
  return rates;
}

absl::StatusOr<RateSweep> sweep_learning_rates(Model& model, const Engine& engine,
                                               const std::vector<Sample>& samples,
                                               const TrainingOptions& training,
                                               const std::vector<double>& rates, Monitor& monitor,
                                               CompareLinear compare_linear) {
  const absl::StatusOr<std::vector<Matrix>> matrices =
      measure_at(model, engine, samples, training, rates, monitor);
  if (!matrices.ok()) return matrices.status();
  absl::StatusOr<RateSweep> measured = sweep_of(model, samples, rates, *matrices);
  if (!measured.ok()) return measured.status();
  RateSweep sweep = *std::move(measured);
  if (compare_linear == CompareLinear::kYes) {
    absl::StatusOr<std::vector<MatrixGap>> gaps =
        gaps_of_linear(model, samples, training, rates, *matrices, monitor);
    if (!gaps.ok()) return gaps.status();
    sweep.linear = *std::move(gaps);
  }
  return sweep;
}

absl::StatusOr<RateSweep> sweep_until_plateau(Model& model, const Engine& engine,
                                              const std::vector<Sample>& samples,
                                              const TrainingOptions& training, Monitor& monitor) {
  const auto [from, to] = usual_rates(training.optimizer);
  std::vector<double> rates, more = rates_between(from, to);
  std::vector<Matrix> matrices;
  while (true) {
    absl::StatusOr<std::vector<Matrix>> measured =
        measure_at(model, engine, samples, training, more, monitor);
    if (!measured.ok()) return measured.status();
    const bool is_below = !rates.empty() && more.front() < rates.front();
    rates.insert(is_below ? rates.begin() : rates.end(), more.begin(), more.end());
    matrices.insert(is_below ? matrices.begin() : matrices.end(),
                    std::make_move_iterator(measured->begin()),
                    std::make_move_iterator(measured->end()));
    absl::StatusOr<RateSweep> sweep = sweep_of(model, samples, rates, matrices);
    if (!sweep.ok()) return sweep.status();
    more = next_rates(rates, sweep->plateau.verdict);
    if (more.empty()) return sweep;
    monitor.announce(absl::StrFormat("%s: the plateau lies %s the rates so far, %.2g to %.2g",
                                     model.info().name,
                                     more.front() < rates.front() ? "below" : "above",
                                     rates.front(), rates.back()));
  }
}

}  // namespace eif
