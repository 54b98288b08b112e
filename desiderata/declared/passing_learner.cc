#include "desiderata/declared/passing_learner.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace eif {
namespace {

// In units of the self scale: a direction as strong as what a sample does for itself, and an
// invariance far within the tenth that counts.
constexpr double kDirection = 1;
constexpr double kInvariance = 0.01;
constexpr size_t kMostTurns = 2000;
// Cells that are looked at in all turns; takes seconds. Files of a few expectations have all turns.
constexpr size_t kMostCells = 10'000'000;

// How far the learner is from what the expectation asks for, with the sign of the way to go; 0: it
// is met. NaN: it has no value, a division by 0.
double missing(const DeclaredExpectation& one, double effect) {
  // Rounding must not keep a bound that was reached from being met.
  constexpr double kRounding = 1e-9;
  if (one.expectation.kind == ExpectationKind::kDirection) {
    return effect >= kDirection - kRounding ? 0 : kDirection - effect;
  }
  return effect <= kInvariance ? 0 : -effect;
}

class Search {
 public:
  explicit Search(const Declaration& declaration) {
    for (const DeclaredExpectation& one : declaration.expectations) {
      if (one.expectation.primary) asked_.push_back(&one);
    }
  }

  PassingLearner find() {
    begin_with_signs();
    size_t cells = 1;
    for (const DeclaredExpectation* one : asked_) cells += one->cells().size();
    const size_t turns = std::min(kMostTurns, kMostCells / cells);
    for (size_t turn = 0; turn < turns && !unmet().empty(); ++turn) {
      for (const DeclaredExpectation* one : asked_) move_towards(*one);
    }
    for (const DeclaredExpectation* one : unmet()) {
      learner_.unmet.push_back(one->expectation.id);
    }
    return learner_;
  }

 private:
  Sum::CellValue cells_of(const std::string& domain) const {
    return [this, domain](const Cell& cell) { return learner_.at(domain, cell); };
  }

  double missing_of(const DeclaredExpectation& one) const {
    return missing(one, one.value(cells_of(one.domain)));
  }

  std::vector<const DeclaredExpectation*> unmet() const {
    std::vector<const DeclaredExpectation*> unmet;
    std::copy_if(asked_.begin(), asked_.end(), std::back_inserter(unmet),
                 [&](const DeclaredExpectation* one) { return missing_of(*one) != 0; });
    return unmet;
  }

  // 1 for what is counted and −1 for what is subtracted; what is both stays 0. Cells that are
  // divided by one another begin with 1: a quotient of nothing has no slope.
  void begin_with_signs() {
    std::map<std::string, std::map<Cell, double>> wanted;
    for (const DeclaredExpectation* one : asked_) {
      if (one->expectation.kind != ExpectationKind::kDirection || one->effect.is_ratio()) continue;
      for (const auto& [cell, weight] : weights(*one)) wanted[one->domain][cell] += weight;
    }
    for (const auto& [domain, cells] : wanted) {
      for (const auto& [cell, weight] : cells) {
        learner_.influence[domain][cell] = weight > 0 ? 1 : weight < 0 ? -1 : 0;
      }
    }
    for (const DeclaredExpectation* one : asked_) {
      if (!one->effect.is_ratio()) continue;
      for (const auto& [cell, weight] : weights(*one)) {
        learner_.influence[one->domain].emplace(cell, 1);
      }
    }
  }

  // Along the slopes, as far as a plain sum needs. What a sample does for itself stays 1.
  void move_towards(const DeclaredExpectation& one) {
    const double distance = missing_of(one);
    if (distance == 0) return;
    std::map<Cell, double> slopes = one.slopes(cells_of(one.domain));
    std::erase_if(slopes,
                  [](const auto& cell) { return cell.first.trained == cell.first.evaluated; });
    double square = 0;
    for (const auto& [cell, slope] : slopes) square += slope * slope;
    const double step = distance / square;
    if (!std::isfinite(step)) return;
    for (const auto& [cell, slope] : slopes) {
      learner_.influence[one.domain][cell] += step * slope;
    }
  }

  std::vector<const DeclaredExpectation*> asked_;
  PassingLearner learner_;
};

}  // namespace

double PassingLearner::at(const std::string& domain, const Cell& cell) const {
  if (cell.trained == cell.evaluated) return 1;
  const auto cells = influence.find(domain);
  if (cells == influence.end()) return 0;
  const auto found = cells->second.find(cell);
  return found == cells->second.end() ? 0 : found->second;
}

std::map<Cell, double> weights(const DeclaredExpectation& expectation) {
  return expectation.slopes([](const Cell&) { return 1.0; });
}

PassingLearner find_passing_learner(const Declaration& declaration) {
  return Search(declaration).find();
}

}  // namespace eif
