#include "suite/host/rate_sweep.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "suite/engine/linear.h"
#include "suite/engine/noise_floor.h"

namespace eif {
namespace {

constexpr double kRatesPerDecade = 2;

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
      engine.measure_at(model, all_cells(samples, samples), training, rates, monitor);
  if (!matrices.ok()) return matrices.status();
  // A model that stops answering leaves rows with an error, which is no result.
  if (monitor.stopping()) return absl::CancelledError("interrupted");
  RateSweep sweep{.errors = errors_of(matrices->front())};
  if (sweep.errors.size() == samples.size()) {
    return absl::FailedPreconditionError(
        samples.empty() ? "there is no sample to sweep over"
                        : absl::StrCat("no sample can be measured; ", sweep.errors.begin()->first,
                                       ": ", sweep.errors.begin()->second));
  }
  const absl::StatusOr<double> noise = noise_floor(model, samples);
  if (!noise.ok()) return noise.status();
  sweep.noise = *noise;
  sweep.rates = measure_rates(rates, *matrices);
  sweep.plateau = find_plateau(sweep.rates, sweep.noise);
  if (compare_linear == CompareLinear::kYes) {
    absl::StatusOr<std::vector<MatrixGap>> gaps =
        gaps_of_linear(model, samples, training, rates, *matrices, monitor);
    if (!gaps.ok()) return gaps.status();
    sweep.linear = *std::move(gaps);
  }
  return sweep;
}

}  // namespace eif
