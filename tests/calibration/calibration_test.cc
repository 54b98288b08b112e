// Every desideratum on learners whose effects are known; see README.md.
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "desiderata/shared/planted_learners_for_test.h"
#include "suite/core/random.h"
#include "suite/core/verdict.h"
#include "suite/core/words.h"
#include "suite/host/measurement.h"
#include "suite/host/plugin_loader.h"
#include "suite/host/scoring.h"
#include "tests/coverage.h"

namespace eif {
namespace {

constexpr size_t kSeeds = 10;  // of a run, by default
constexpr size_t kDraws = 100;
constexpr size_t kNullDraws = 250;

// The words of a seed, and images of which no two are alike.
class CalibrationDraw final : public Draw {
 public:
  CalibrationDraw(uint64_t seed, Modality modality) : seed_(seed), modality_(modality) {}
  uint64_t seed() const override { return seed_; }
  Modality modality() const override { return modality_; }
  std::unique_ptr<Random> random(const std::string& stream) const override {
    return std::make_unique<SeededRandom>(seed_, stream);
  }
  absl::StatusOr<std::vector<std::string>> words(size_t count) const override {
    SeededRandom random(seed_, "words");
    return make_words(count, random);
  }
  absl::StatusOr<std::vector<LabelledImage>> digits(int per_class) const override {
    std::vector<LabelledImage> images;
    for (int label = 0; label < 10; ++label) {
      for (int i = 0; i < per_class; ++i) {
        images.push_back({{1, 1, {static_cast<float>(images.size())}}, label});
      }
    }
    return images;
  }
  const std::vector<std::string>& claims() const override { return no_claims_; }
  bool large() const override { return false; }

 private:
  uint64_t seed_;
  Modality modality_;
  std::vector<std::string> no_claims_;
};

// The effects of the seeds, normal.
struct Spread {
  double mean;
  double deviation;
};

// The plan of one seed, with the group of each cell by its number; 0: the cell is 0.
struct PlannedSeed {
  std::unique_ptr<CalibrationDraw> draw;
  std::vector<HashedRequest> requests;
  std::vector<std::vector<size_t>> groups;  // as requests, row-major
  Answers answers;                          // distances filled in
};

// Requests of one cell for each domain of the plan, with the influence that every sample of a
// planted learner has on itself: 1.
struct SelfScales {
  std::vector<HashedRequest> requests;
  Answers answers;
};

SelfScales self_scales_of(const std::vector<HashedRequest>& plan) {
  SelfScales scales;
  for (const HashedRequest& planned : plan) {
    const std::string& domain = planned.request.domain;
    if (planned.request.cells == Cells::kDistance || scales.answers.contains(domain)) continue;
    const std::vector<Sample> sample = {planned.request.trained.front()};
    scales.requests.push_back(hashed(
        {.name = domain, .domain = domain, .trained = sample, .evaluated = sample}));
    scales.answers[domain] = Matrix(ids_of(sample), ids_of(sample));
    scales.answers[domain].at(0, 0) = 1;
  }
  return scales;
}

// A desideratum on a learner, draw after draw.
class Trial {
 public:
  Trial(const LoadedPlugin& plugin, const PlantedLearner& learner)
      : id_(plugin.record().id),
        desideratum_(*plugin.desideratum()),
        learner_(learner),
        info_(plugin.info()) {
    // What does not decide takes time and says nothing here.
    std::erase_if(info_.expectations, [](const Expectation& one) { return !one.primary; });
    info_.observations.clear();
    group_names_.push_back("");
    for (uint64_t seed = 0; seed < kSeeds; ++seed) plan(seed);
    self_scales_ = self_scales_of(seeds_.front().requests);
  }

  // What the harness makes of a matrix besides its scores, which takes most of the time of a draw.
  enum class Harness {
    kAll,      // it is given the matrices, and finds self scales and looks at rows and cells
    kVerdict,  // it is given the self scales: they are 1 in every draw
  };

  // As the harness does it. `seeds`: of those planned, the first ones.
  DesideratumResult run(const Spread& spread, uint64_t draw, size_t seeds = kSeeds,
                        Harness harness = Harness::kVerdict) {
    harness_ = harness;
    Scoring scoring({.model = "planted", .desideratum = id_}, info_, learner_.modality);
    SeededRandom random(draw, absl::StrCat(id_, " ", learner_.name));
    for (size_t seed = 0; seed < seeds; ++seed) {
      if (!is_gain()) {
        score(seed, spread, random, Condition::kFineTuning, scoring);
        continue;
      }
      // The effect is a difference of two conditions that vary alike.
      const double deviation = spread.deviation / std::sqrt(2);
      score(seed, {0, deviation}, random, Condition::kFineTuning, scoring);
      score(seed, {spread.mean, deviation}, random, Condition::kInContext, scoring);
    }
    return scoring.results({.by_fine_tuning = 0, .in_context = 0}).front();
  }

  // What the expectations' effects would be if nothing varied. NaN: nothing is there at all.
  std::vector<double> truth(double mean) {
    std::vector<double> effects;
    for (const ExpectationResult& one : run({mean, 0}, 0, 1).expectations) {
      effects.push_back(one.per_seed.at(0));
    }
    return effects;
  }

 private:
  bool is_gain() const { return info_.expectations.front().gain_in_context; }

  void plan(uint64_t seed) {
    PlannedSeed planned{.draw = std::make_unique<CalibrationDraw>(seed, learner_.modality)};
    auto requests = desideratum_.plan(*planned.draw);
    ASSERT_TRUE(requests.ok()) << requests.status();
    for (Request& wanted : *requests) {
      const Request& request = planned.requests.emplace_back(hashed(std::move(wanted))).request;
      Matrix& matrix = planned.answers[request.name] =
          Matrix(ids_of(request.trained), ids_of(request.evaluated));
      std::vector<size_t>& groups = planned.groups.emplace_back();
      for (size_t row = 0; row < matrix.rows(); ++row) {
        for (size_t column = 0; column < matrix.columns(); ++column) {
          const Sample& trained = request.trained[row];
          const Sample& evaluated = request.evaluated[column];
          if (request.cells == Cells::kDistance) {
            matrix.at(row, column) = planted_distance(trained, evaluated);
          } else {
            groups.push_back(number_of(learner_.group(request, trained, evaluated)));
          }
        }
      }
    }
    seeds_.push_back(std::move(planned));
  }

  size_t number_of(const std::string& group) {
    const auto [entry, is_new] = group_numbers_.try_emplace(group, group_names_.size());
    if (group.empty()) return 0;
    if (is_new) group_names_.push_back(group);
    return entry->second;
  }

  void score(size_t seed, const Spread& spread, SeededRandom& random, Condition condition,
             Scoring& scoring) {
    std::vector<double> influence(group_names_.size(), 0.0);
    for (size_t group = 1; group < influence.size(); ++group) {
      const double effect = spread.mean + spread.deviation * random.normal();
      influence[group] = learner_.influence(group_names_[group], effect);
    }
    PlannedSeed& planned = seeds_[seed];
    for (size_t i = 0; i < planned.requests.size(); ++i) {
      if (planned.groups[i].empty()) continue;
      Matrix& matrix = planned.answers.at(planned.requests[i].request.name);
      auto group = planned.groups[i].begin();
      for (size_t row = 0; row < matrix.rows(); ++row) {
        for (size_t column = 0; column < matrix.columns(); ++column) {
          matrix.at(row, column) = influence[*group++];
        }
      }
    }
    const auto scores = desideratum_.score(*planned.draw, planned.answers);
    ASSERT_TRUE(scores.ok()) << scores.status();
    if (harness_ == Harness::kAll) {
      scoring.add(seed, planned.requests, planned.answers, *scores, condition);
    } else {
      scoring.add(seed, self_scales_.requests, self_scales_.answers, *scores, condition);
    }
  }

  const std::string id_;
  const Desideratum& desideratum_;
  const PlantedLearner& learner_;
  DesideratumInfo info_;
  std::vector<PlannedSeed> seeds_;
  SelfScales self_scales_;
  Harness harness_ = Harness::kVerdict;
  std::map<std::string, size_t> group_numbers_;
  std::vector<std::string> group_names_;  // by number
};

const PluginSet& plugins() {
  static const PluginSet& set = *new PluginSet(load_plugins({.folders = {EIF_PLUGIN_FOLDER}}));
  return set;
}

// A learner and the desideratum that it is for.
struct Case {
  std::string desideratum;
  PlantedLearner learner;
};

const char* modality_name(Modality modality) {
  return modality == Modality::kText ? "text" : "images";
}

const std::vector<Case>& cases() {
  static const std::vector<Case>& all = *[] {
    auto* const cases = new std::vector<Case>();
    for (const auto& [desideratum, learners] : planted_learners()) {
      for (const PlantedLearner& learner : learners) cases->push_back({desideratum, learner});
    }
    return cases;
  }();
  return all;
}

const LoadedPlugin* plugin_of(const std::string& id) {
  for (const LoadedPlugin& plugin : plugins().loaded) {
    if (plugin.record().id == id && plugin.desideratum() != nullptr) return &plugin;
  }
  return nullptr;
}

TEST(PlantedLearners, CoverEveryDesideratumAndModality) {
  Coverage coverage{.part = "planted learner",
                    .file = "desiderata/$0/planted_learners_for_test.cc",
                    .see = "\"The planted learner\" in docs/add-a-desideratum.md"};
  for (const Case& one : cases()) {
    coverage.brought.insert({one.desideratum, modality_name(one.learner.modality)});
  }
  for (const LoadedPlugin& plugin : plugins().loaded) {
    if (plugin.desideratum() == nullptr) continue;
    for (const Modality modality : plugin.info().modalities) {
      coverage.loaded.insert({plugin.record().id, modality_name(modality)});
    }
  }
  EXPECT_THAT(gaps(coverage), testing::IsEmpty());
}

class Calibration : public testing::TestWithParam<size_t> {
 protected:
  void SetUp() override {
    const LoadedPlugin* const plugin = plugin_of(case_.desideratum);
    if (plugin == nullptr) GTEST_SKIP() << "not loaded: see PlantedLearners";
    trial_.emplace(*plugin, learner_);
  }

  // Share of the draws of which `happened` is true.
  double share(const Spread& spread, size_t draws,
               const std::function<bool(const DesideratumResult&)>& happened) {
    size_t count = 0;
    for (size_t draw = 0; draw < draws; ++draw) {
      const DesideratumResult result = trial_->run(spread, draw);
      EXPECT_EQ(result.error, "");
      count += happened(result) ? 1 : 0;
    }
    const double share = static_cast<double>(count) / static_cast<double>(draws);
    std::printf("%s, %s: %.3f of %zu draws\n", case_.desideratum.c_str(), learner_.name.c_str(),
                share, draws);
    return share;
  }

  bool invariances() const { return learner_.planted == Planted::kInvariances; }

  const Case& case_ = cases()[GetParam()];
  const PlantedLearner& learner_ = case_.learner;
  std::optional<Trial> trial_;
};

std::string case_name(const testing::TestParamInfo<size_t>& info) {
  const auto& [desideratum, learner] = cases()[info.param];
  return absl::StrReplaceAll(
      absl::StrCat(desideratum, "_", modality_name(learner.modality), "_", learner.name),
      {{" ", "_"}});
}

// Many draws each, twice for directions.
class FalseVerdicts : public Calibration {};

INSTANTIATE_TEST_SUITE_P(Learners, Calibration, testing::Range<size_t>(0, cases().size()),
                         case_name);
INSTANTIATE_TEST_SUITE_P(Learners, FalseVerdicts, testing::Range<size_t>(0, cases().size()),
                         case_name);

constexpr double kDelta = kSmallestEffect;

// A wrong verdict in so many of the null draws is no more than a true rate of 5 % gives by chance:
// two standard errors of that share.
const double kMostWrong =
    kSignificance + 2 * std::sqrt(kSignificance * (1 - kSignificance) / kNullDraws);

// The same for the largest of some hundred such shares: four standard errors.
const double kMostWrongOfMany =
    kSignificance + 4 * std::sqrt(kSignificance * (1 - kSignificance) / kNullDraws);

// Effects are of size 1 or less; a truth this near to a bound is on it.
constexpr double kRounding = 1e-9;

// What the other tests rely on, which leave the matrices out of the harness's sight.
TEST_P(Calibration, ASampleDoesOneForItself) {
  const Spread spread{2 * kDelta, 0.5 * kDelta};
  const DesideratumResult all = trial_->run(spread, 0, kSeeds, Trial::Harness::kAll);
  const DesideratumResult verdict = trial_->run(spread, 0);
  for (const SelfScale& scale : all.self_scales) EXPECT_EQ(scale.value, 1) << scale.domain;
  ASSERT_EQ(all.expectations.size(), verdict.expectations.size());
  for (size_t i = 0; i < all.expectations.size(); ++i) {
    const ExpectationResult& expected = all.expectations[i];
    EXPECT_EQ(verdict.expectations[i].per_seed, expected.per_seed) << expected.expectation.id;
    EXPECT_EQ(verdict.expectations[i].outcome.verdict, expected.outcome.verdict)
        << expected.expectation.id;
  }
}

TEST_P(Calibration, FindsWhatIsThere) {
  const Spread spread{invariances() ? 0 : 2 * kDelta, 0.5 * kDelta};
  EXPECT_GE(share(spread, kDraws,
                  [](const DesideratumResult& r) { return r.verdict == Verdict::kHolds; }),
            learner_.power_for);
}

TEST_P(Calibration, FindsThatNothingIsThere) {
  const Spread spread{invariances() ? 2 * kDelta : 0, 0.5 * kDelta};
  EXPECT_GE(share(spread, kDraws,
                  [](const DesideratumResult& r) { return r.verdict == Verdict::kViolated; }),
            learner_.power_against);
}

// Of many draws: in how many each expectation was said to hold though it is false, to be violated
// though it is true, and in how many any one was.
struct WrongVerdicts {
  std::vector<size_t> hold;  // by expectation
  size_t any_holds = 0, any_violated = 0;
};

WrongVerdicts wrong_verdicts(Trial& trial, const Spread& spread, Planted planted) {
  const bool invariances = planted == Planted::kInvariances;
  const std::vector<double> truth = trial.truth(spread.mean);
  WrongVerdicts wrong{.hold = std::vector<size_t>(truth.size(), 0)};
  for (size_t draw = 0; draw < kNullDraws; ++draw) {
    const DesideratumResult result = trial.run(spread, draw);
    EXPECT_EQ(result.error, "");
    bool any_holds = false, any_violated = false;
    for (size_t i = 0; i < truth.size(); ++i) {
      const ExpectationResult& one = result.expectations[i];
      const bool is_direction = one.expectation.kind == ExpectationKind::kDirection;
      // An effect of δ counts, if only just, and a magnitude of δ does not count yet.
      const bool is_true =
          is_direction ? truth[i] >= kDelta - kRounding : truth[i] <= kDelta + kRounding;
      any_violated |= is_true && one.outcome.verdict == Verdict::kViolated;
      const bool is_false =
          !(is_direction ? truth[i] > kRounding : truth[i] < kDelta - kRounding);
      // With that much spread a magnitude is large, whatever is true of the mean.
      const bool is_judged = is_false && (is_direction || invariances);
      if (!is_judged || one.outcome.verdict != Verdict::kHolds) continue;
      ++wrong.hold[i];
      any_holds = true;
    }
    wrong.any_holds += any_holds ? 1 : 0;
    wrong.any_violated += any_violated ? 1 : 0;
  }
  return wrong;
}

double share_of_draws(size_t count) {
  return static_cast<double>(count) / static_cast<double>(kNullDraws);
}

// Invariances are drawn at their bound, where they are true and false at once. Directions are drawn
// where there is no effect, and so much spread that a large mean comes about by chance; and where the
// effect is δ. A desideratum holds when all expectations do, so that it does so wrongly no more often
// than any one of them that should not.
TEST_P(FalseVerdicts, AreSeldom) {
  const Spread at_bound{kDelta, 0.5 * kDelta}, wide{0, 5 * kDelta};
  const WrongVerdicts bound = wrong_verdicts(*trial_, at_bound, learner_.planted);
  const WrongVerdicts null =
      invariances() ? bound : wrong_verdicts(*trial_, wide, learner_.planted);
  const size_t most = null.hold.empty() ? 0 : *std::max_element(null.hold.begin(), null.hold.end());
  std::printf("%s, %s: of %zu draws violated in %.3f, hold in %.3f, at most %.3f by one expectation\n",
              case_.desideratum.c_str(), learner_.name.c_str(), kNullDraws,
              share_of_draws(bound.any_violated), share_of_draws(null.any_holds),
              share_of_draws(most));
  EXPECT_LE(share_of_draws(bound.any_violated), kMostWrong);
  EXPECT_LE(share_of_draws(most), kMostWrongOfMany);
}

}  // namespace
}  // namespace eif
