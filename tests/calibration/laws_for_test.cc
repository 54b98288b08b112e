#include "tests/calibration/laws_for_test.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace eif {
namespace {

double uniform(Random& random) {
  return (static_cast<double>(random.below(1u << 30)) + 0.5) / (1u << 30);
}

double student3(Random& random) {
  double squares = 0;
  for (int i = 0; i < 3; ++i) squares += std::pow(random.normal(), 2);
  return random.normal() / std::sqrt(squares / 3);
}

// The argument between `low` and `high` at which the mean of the changed values, which grows with
// it, is `mean`.
double argument_for(std::span<const double> values, double mean, double largest, double low,
                    double high, const std::function<double(double, double)>& change) {
  for (int step = 0; step < 100; ++step) {
    const double middle = (low + high) / 2;
    double total = 0;
    for (const double value : values) total += clipped(change(middle, value), largest);
    (total / static_cast<double>(values.size()) < mean ? low : high) = middle;
  }
  return high;
}

}  // namespace

double most_wrong(size_t draws) {
  const double variance = kSignificance * (1 - kSignificance) / static_cast<double>(draws);
  return kSignificance + 3 * std::sqrt(variance);
}

const std::vector<Law>& laws_of_sizes() {
  static const std::vector<Law>& all = *new std::vector<Law>{
      {"half-normal", [](Random& random) { return std::abs(random.normal()); }},
      {"|t₃|", [](Random& random) { return std::abs(student3(random)); }},
      {"exponential", [](Random& random) { return -std::log(uniform(random)); }},
      {"lognormal(1)", [](Random& random) { return std::exp(random.normal()); }},
      {"one in ten is large",
       [](Random& random) { return random.below(10) == 0 ? 10.0 : 0.1 * uniform(random); }}};
  return all;
}

Law empirical(std::string name, std::vector<double> effects) {
  return {std::move(name), [effects = std::move(effects)](Random& random) {
            return effects[random.below(effects.size())];
          }};
}

std::vector<double> sample_of(const Law& law) {
  SeededRandom random(1, law.name + " sample");
  std::vector<double> sample(100'000);
  for (double& value : sample) value = law.draw(random);
  return sample;
}

double clipped(double effect, double largest) { return std::clamp(effect, -largest, largest); }

std::optional<double> factor_for(std::span<const double> sizes, double mean, double largest) {
  double smallest = 0;  // that is not 0
  size_t zeros = 0;
  for (const double size : sizes) {
    if (size == 0) {
      ++zeros;
    } else if (smallest == 0 || size < smallest) {
      smallest = size;
    }
  }
  const double most = largest * static_cast<double>(sizes.size() - zeros);
  if (mean * static_cast<double>(sizes.size()) > most) return std::nullopt;
  // With the larger factor each size that is not 0 counts as `largest`.
  return argument_for(sizes, mean, largest, 0, largest / smallest,
                      [](double factor, double size) { return factor * size; });
}

double shift_for(std::span<const double> effects, double mean, double largest) {
  const auto [least, most] = std::ranges::minmax(effects);
  return argument_for(effects, mean, largest, mean - most, mean - least,
                      [](double shift, double effect) { return shift + effect; });
}

double share_found(const Law& law, const std::function<double(double)>& change,
                   const std::function<bool(std::span<const double>)>& found, size_t draws) {
  SeededRandom random(2, law.name);
  size_t count = 0;
  std::vector<double> effects(kSeeds);
  for (size_t draw = 0; draw < draws; ++draw) {
    for (double& effect : effects) effect = change(law.draw(random));
    count += found(effects) ? 1 : 0;
  }
  return static_cast<double>(count) / static_cast<double>(draws);
}

}  // namespace eif
