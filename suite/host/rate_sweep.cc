#include "suite/host/rate_sweep.h"

#include <cmath>

#include "absl/strings/str_cat.h"
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

absl::StatusOr<RateSweep> sweep_learning_rates(Model& model, const ReplayEngine& engine,
                                               const std::vector<Sample>& samples,
                                               const TrainingOptions& training,
                                               const std::vector<double>& rates,
                                               const RunControl& control) {
  const absl::StatusOr<std::vector<Matrix>> matrices =
      engine.influence_at(model, samples, samples, training, rates, control);
  if (!matrices.ok()) return matrices.status();
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
  return sweep;
}

}  // namespace eif
