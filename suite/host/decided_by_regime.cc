#include "suite/host/decided_by_regime.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <numeric>
#include <set>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "suite/core/random.h"
#include "suite/formats/digest.h"
#include "suite/host/names.h"

namespace eif {
namespace {

// Effects may be cut off, as a loss that is 0 where something was gained: such a one is the same for
// many learners by chance, and for all of these in one of some thousand cases.
constexpr size_t kLearners = 48;
// A sign that turns in all of these does so for a reason: effects are real numbers.
constexpr size_t kLearnersExchanged = 3;
// Of gradients, by learner: those of one dimension point in the same or the opposite direction, those
// of sixteen hardly know of each other.
constexpr size_t kDimensions[] = {1, 2, 16};
// Of sums of some dozens of products, each rounded, in units of the largest of them.
constexpr double kRounding = 1e-9;

using Vector = std::vector<double>;
using Effects = std::map<std::string, double>;

double product(const Vector& a, const Vector& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

// What tells statements apart: texts as they are, so that names in them can change places.
std::string content_of(const Statement& statement) {
  if (const auto* const text = std::get_if<std::string>(&statement)) return *text;
  if (const auto* const prompted = std::get_if<PromptedText>(&statement)) {
    return absl::StrCat(prompted->prompt, "\n>\n", prompted->completion);
  }
  const auto& labelled = std::get<LabelledImage>(statement);
  Digest digest;
  digest.add(labelled.image.pixels.data(), labelled.image.pixels.size() * sizeof(float));
  return absl::StrCat(labelled.label, "/", digest.hex());
}

using Contents = std::vector<std::string>;  // of the statements of a sample

std::vector<Contents> contents_of(const std::vector<Sample>& samples) {
  std::vector<Contents> contents;
  for (const Sample& sample : samples) {
    Contents& own = contents.emplace_back();
    for (const Statement& statement : sample.statements) own.push_back(content_of(statement));
  }
  return contents;
}

// A model of the regime: random gradients, one for each statement.
class Learner {
 public:
  Learner(size_t number, const Regime& regime)
      : number_(number), dimensions_(kDimensions[number % std::size(kDimensions)]), regime_(regime) {}

  // Where training on the sample moves the weights: Σ c_k a(s_k).
  Vector step_of(const Contents& statements) {
    Vector step(dimensions_, 0);
    const size_t steps = statements.size() * static_cast<size_t>(regime_.epochs);
    for (size_t k = 0; k < steps; ++k) {
      // The velocity of a step lives on in those that follow.
      double weight = 0, kept = 1;
      for (size_t later = k; later < steps; ++later, kept *= regime_.momentum) weight += kept;
      const Vector& own =
          gradient(regime_.is_mutual ? kAsked : kTrained, statements[k % statements.size()]);
      for (size_t i = 0; i < dimensions_; ++i) step[i] += weight * own[i];
    }
    if (regime_.decays) step[0] += static_cast<double>(steps);
    return step;
  }

  // The gradient of the loss of the sample: the mean over its statements, weighted by their tokens.
  Vector slope_of(const Contents& statements) {
    Vector slope(dimensions_, 0);
    double tokens = 0;
    for (const std::string& statement : statements) {
      const auto length = static_cast<double>(1 + statement.size());
      const Vector& own = gradient(kAsked, statement);
      for (size_t i = 0; i < dimensions_; ++i) slope[i] += length * own[i];
      tokens += length;
    }
    for (double& value : slope) value /= tokens;
    return slope;
  }

 private:
  static constexpr char kAsked[] = "asked", kTrained[] = "trained";

  const Vector& gradient(const char* what, const std::string& statement) {
    const std::string stream = absl::StrCat("regime/", what, "/", statement);
    Vector& own = gradients_[stream];
    if (own.empty()) {
      SeededRandom random(number_, stream);
      const double length = std::exp(random.normal());
      for (size_t i = 0; i < dimensions_; ++i) own.push_back(length * random.normal());
    }
    return own;
  }

  size_t number_, dimensions_;
  const Regime& regime_;
  std::map<std::string, Vector> gradients_;
};

// A distance of a fixed model, which training does not change.
double distance_between(const Contents& a, const Contents& b) {
  if (a == b) return 0;
  const auto [one, other] = std::minmax(a, b);
  SeededRandom random(0, absl::StrCat("regime/distance/", absl::StrJoin(one, "\n"), "\n>\n",
                                      absl::StrJoin(other, "\n")));
  return static_cast<double>(1 + random.below(1000)) / 1000;
}

using Rewording = std::function<std::string(const std::string&)>;

// What a desideratum scores on learners.
class Probe {
 public:
  Probe(const Desideratum& desideratum, const Draw& draw, const std::vector<Request>& requests)
      : desideratum_(desideratum), draw_(draw), requests_(requests) {
    for (const Request& request : requests) {
      contents_.push_back({contents_of(request.trained), contents_of(request.evaluated)});
    }
  }

  // The effects on `count` learners of the regime, one after the other.
  absl::StatusOr<std::vector<Effects>> effects(const Regime& regime, size_t count,
                                               const Rewording& reworded = {}) const {
    std::vector<std::pair<std::vector<Contents>, std::vector<Contents>>> contents = contents_;
    if (reworded) {
      for (auto& [trained, evaluated] : contents) {
        for (std::vector<Contents>* const samples : {&trained, &evaluated}) {
          for (Contents& statements : *samples) {
            for (std::string& statement : statements) statement = reworded(statement);
          }
        }
      }
    }
    std::vector<Effects> effects;
    for (size_t number = 0; number < count; ++number) {
      Learner learner(number, regime);
      Answers answers;
      for (size_t i = 0; i < requests_.size(); ++i) {
        answers[requests_[i].name] = answer(requests_[i], contents[i], learner);
      }
      absl::StatusOr<Scores> scores = desideratum_.score(draw_, answers);
      if (!scores.ok()) return scores.status();
      effects.push_back(std::move(scores->effects));
    }
    return effects;
  }

 private:
  static Matrix answer(const Request& request,
                       const std::pair<std::vector<Contents>, std::vector<Contents>>& contents,
                       Learner& learner) {
    Matrix matrix(ids_of(request.trained), ids_of(request.evaluated));
    std::vector<Vector> slopes;
    for (const Contents& evaluated : contents.second) slopes.push_back(learner.slope_of(evaluated));
    for (size_t row = 0; row < matrix.rows(); ++row) {
      const Vector step = learner.step_of(contents.first[row]);
      for (size_t column = 0; column < matrix.columns(); ++column) {
        if (!request.asks_for({request.trained[row].id, request.evaluated[column].id})) continue;
        matrix.at(row, column) = request.cells == Cells::kDistance
                                     ? distance_between(contents.first[row], contents.second[column])
                                     : product(step, slopes[column]);
      }
    }
    return matrix;
  }

  const Desideratum& desideratum_;
  const Draw& draw_;
  const std::vector<Request>& requests_;
  std::vector<std::pair<std::vector<Contents>, std::vector<Contents>>> contents_;
};

// The largest effect of any expectation, which rounding is in proportion to.
double rounding_of(const std::vector<Effects>& learners) {
  double largest = 1;
  for (const Effects& effects : learners) {
    for (const auto& [id, effect] : effects) {
      if (std::isfinite(effect)) largest = std::max(largest, std::abs(effect));
    }
  }
  return kRounding * largest;
}

// The expectations whose effect is the same number for all learners; none where it is no number.
std::set<std::string> constant_in(const std::vector<Effects>& learners) {
  const double rounding = rounding_of(learners);
  std::set<std::string> ids;
  for (const auto& [id, first] : learners.front()) {
    const bool is_constant =
        std::all_of(learners.begin(), learners.end(), [&](const Effects& effects) {
          return std::abs(effects.at(id) - first) <= rounding;
        });
    if (is_constant) ids.insert(id);
  }
  return ids;
}

// Those whose effect on each learner has the opposite sign in `exchanged`.
std::set<std::string> turned_in(const std::vector<Effects>& exchanged,
                                const std::vector<Effects>& learners) {
  const double rounding = rounding_of(learners);
  std::set<std::string> ids;
  for (const auto& [id, first] : exchanged.front()) {
    bool is_turned = true, is_0 = true;  // 0 has no sign to turn
    for (size_t i = 0; is_turned && i < exchanged.size(); ++i) {
      is_turned = std::abs(exchanged[i].at(id) + learners[i].at(id)) <= rounding;
      is_0 = is_0 && std::abs(learners[i].at(id)) <= rounding;
    }
    if (is_turned && !is_0) ids.insert(id);
  }
  return ids;
}

constexpr char kAdditive[] =
    "decided by the regime, not by the model: small steps add up, and at first order that gives "
    "every model the same number";
constexpr char kMutual[] =
    "decided by the regime, not by the model: small steps on single statements help each other "
    "alike, and at first order that gives every model the same number";
constexpr char kExchanged[] =
    "decided by the regime, not by the model: small steps add up, and at first order the effect "
    "turns its sign when two made-up words change places, so that its mean over draws is 0";

}  // namespace

absl::StatusOr<std::map<std::string, std::string>> decided_by_regime(
    const Desideratum& desideratum, const Draw& draw, const std::vector<Request>& requests,
    const Regime& regime) {
  std::map<std::string, std::string> reasons;
  if (!regime.is_additive) return reasons;
  const Probe probe(desideratum, draw, requests);
  Regime additive = regime;
  additive.is_mutual = false;
  const auto of_additive = probe.effects(additive, kLearners);
  if (!of_additive.ok()) return of_additive.status();
  for (const std::string& id : constant_in(*of_additive)) reasons.emplace(id, kAdditive);
  const auto learners = probe.effects(regime, kLearners);
  if (!learners.ok()) return learners.status();
  for (const std::string& id : constant_in(*learners)) reasons.emplace(id, kMutual);

  if (draw.modality() != Modality::kText) return reasons;
  Request all;
  for (const Request& request : requests) {
    all.trained.insert(all.trained.end(), request.trained.begin(), request.trained.end());
    all.evaluated.insert(all.evaluated.end(), request.evaluated.begin(), request.evaluated.end());
  }
  const absl::StatusOr<std::vector<std::string>> names = names_of(draw, all);
  if (!names.ok()) return names.status();
  for (size_t a = 0; a < names->size(); ++a) {
    for (size_t b = a + 1; b < names->size(); ++b) {
      NewNames exchange;
      for (const std::string& name : *names) exchange[name] = name;
      std::swap(exchange[(*names)[a]], exchange[(*names)[b]]);
      const auto exchanged =
          probe.effects(regime, kLearnersExchanged,
                        [&](const std::string& text) { return renamed(text, *names, exchange); });
      if (!exchanged.ok()) return exchanged.status();
      for (const std::string& id : turned_in(*exchanged, *learners)) {
        reasons.emplace(id, kExchanged);
      }
    }
  }
  return reasons;
}

}  // namespace eif
