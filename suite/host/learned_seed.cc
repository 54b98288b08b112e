#include "suite/host/learned_seed.h"

#include <algorithm>
#include <utility>

#include "suite/core/dose.h"
#include "suite/host/learning_curves.h"

namespace eif {
namespace {

// Curves are followed to their last pass.
constexpr double kAllOfTheLoss = 1;

// Rows that are compared at a share, of one question, and after how many passes.
struct Comparison {
  double share = 0;
  size_t question = 0;
  const std::set<std::string>* rows = nullptr;  // contents
  int passes = 0;
};

// The passes of the samples that a question is about.
Measurement::Chosen those_of(const LearnedQuestion& question, const Measurement::Chosen& passes) {
  Measurement::Chosen chosen;
  for (const HashedRequest& hashed : question.requests) {
    for (const std::string& content : hashed.trained) {
      if (const auto found = passes.find(content); found != passes.end()) chosen.insert(*found);
    }
  }
  return chosen;
}

// Measures one seed.
class LearnedSeed {
 public:
  // All outlive this object.
  LearnedSeed(Model& model, const Engine& engine, const LearnedRecipe& recipe,
              const std::vector<LearnedQuestion>& questions, Measurement& influence,
              Monitor& monitor)
      : model_(model),
        engine_(engine),
        recipe_(recipe),
        questions_(questions),
        influence_(influence),
        monitor_(monitor),
        samples_(influence.trained()) {}

  absl::Status run() {
    influence_.add_own_statements();
    const double largest = *std::max_element(recipe_.shares.begin(), recipe_.shares.end());
    absl::StatusOr<LearningCurves> curves = follow(samples_, largest, recipe_.max_passes);
    if (!curves.ok()) return curves.status();
    curves_ = *std::move(curves);
    Measurement::Passes passes;
    for (const double share : recipe_.shares) {
      own_[share] = own_passes(curves_, share, recipe_.max_passes);
      for (const auto& [content, count] : own_[share]) passes[content].insert(count);
    }
    comparisons_ = by_the_slowest();
    add(comparisons_, passes);
    if (absl::Status status = measure(passes); !status.ok()) return status;

    const absl::StatusOr<std::vector<Comparison>> later = later_together(those_below());
    if (!later.ok()) return later.status();
    if (later->empty()) return absl::OkStatus();
    comparisons_.insert(comparisons_.end(), later->begin(), later->end());
    Measurement::Passes further;
    add(*later, further);
    return measure(further);
  }

  std::map<double, std::vector<LearnedAnswers>> answers(const Measurement& distance) const {
    std::map<double, std::vector<LearnedAnswers>> answers;
    for (const double share : recipe_.shares) {
      for (size_t i = 0; i < questions_.size(); ++i) {
        ComparedAfter compared;
        for (const Comparison& one : comparisons_) {
          if (one.share != share || one.question != i) continue;
          compared[one.passes].insert(one.rows->begin(), one.rows->end());
        }
        answers[share].push_back(learned_answers(questions_[i].requests, compared,
                                                 those_of(questions_[i], own_.at(share)),
                                                 influence_, distance));
      }
    }
    return answers;
  }

 private:
  absl::StatusOr<LearningCurves> follow(const std::map<std::string, Sample>& samples, double share,
                                        int max_passes) const {
    UncountedMonitor uncounted(monitor_);
    return learning_curves(model_, engine_, samples, recipe_.training,
                           {.share = share, .max_passes = max_passes}, uncounted);
  }

  std::vector<Comparison> by_the_slowest() const {
    std::vector<Comparison> comparisons;
    for (const double share : recipe_.shares) {
      for (size_t i = 0; i < questions_.size(); ++i) {
        const ComparedRows& compared = questions_[i].compared;
        for (const auto& [id, passes] : slowest_passes(compared, own_.at(share))) {
          if (passes != kOwnPasses) comparisons.push_back({share, i, &compared.at(id), passes});
        }
      }
    }
    return comparisons;
  }

  static void add(const std::vector<Comparison>& comparisons, Measurement::Passes& passes) {
    for (const Comparison& one : comparisons) {
      for (const std::string& content : *one.rows) passes[content].insert(one.passes);
    }
  }

  absl::Status measure(const Measurement::Passes& passes) {
    size_t rows = 0;
    for (const auto& [content, counts] : passes) rows += counts.size();
    monitor_.rows(0, rows);
    return influence_.run(
        [&](const WantedCells& wanted) {
          return engine_.measure(model_, wanted, recipe_.training, monitor_);
        },
        passes);
  }

  // Those of which a row is below the share, though each row had it at some time.
  std::vector<Comparison> those_below() const {
    std::vector<Comparison> below;
    for (const Comparison& one : comparisons_) {
      const auto had_it = [&](const std::string& content) {
        return curves_.at(content).passes_to(one.share).has_value();
      };
      const auto has_it = [&](const std::string& content) {
        const Measurement::OwnLosses losses = influence_.own_losses(content, one.passes);
        return learned_share(losses.before, losses.after) >= one.share;
      };
      if (std::all_of(one.rows->begin(), one.rows->end(), had_it) &&
          !std::all_of(one.rows->begin(), one.rows->end(), has_it)) {
        below.push_back(one);
      }
    }
    return below;
  }

  // The first pass after `one.passes` after which all rows have the share; 0: none that was
  // followed.
  static int first_together(const Comparison& one, const LearningCurves& curves) {
    int last = curves.at(*one.rows->begin()).passes();
    for (const std::string& content : *one.rows) {
      last = std::min(last, curves.at(content).passes());
    }
    for (int passes = one.passes + 1; passes <= last; ++passes) {
      const auto has_it = [&](const std::string& content) {
        return curves.at(content).share(passes) >= one.share;
      };
      if (std::all_of(one.rows->begin(), one.rows->end(), has_it)) return passes;
    }
    return 0;
  }

  // The same comparisons after the passes after which all of their rows have the share; those that
  // never come to it are left out. Most do after a pass or two, so few are followed far.
  absl::StatusOr<std::vector<Comparison>> later_together(std::vector<Comparison> below) const {
    std::vector<Comparison> later;
    int limit = 0;
    for (const Comparison& one : below) limit = std::max(limit, one.passes);
    while (!below.empty() && limit < recipe_.max_passes) {
      limit = std::min(2 * limit, recipe_.max_passes);
      std::map<std::string, Sample> samples;
      for (const Comparison& one : below) {
        for (const std::string& content : *one.rows) samples.emplace(content, samples_.at(content));
      }
      const absl::StatusOr<LearningCurves> curves = follow(samples, kAllOfTheLoss, limit);
      if (!curves.ok()) return curves.status();
      std::erase_if(below, [&](Comparison& one) {
        const int passes = first_together(one, *curves);
        if (passes == 0) return false;
        one.passes = passes;
        later.push_back(one);
        return true;
      });
    }
    return later;
  }

  Model& model_;
  const Engine& engine_;
  const LearnedRecipe& recipe_;
  const std::vector<LearnedQuestion>& questions_;
  Measurement& influence_;
  Monitor& monitor_;
  std::map<std::string, Sample> samples_;      // by content
  LearningCurves curves_;                      // until each had the largest share
  std::map<double, Measurement::Chosen> own_;  // by share
  std::vector<Comparison> comparisons_;
};

}  // namespace

absl::StatusOr<std::map<double, std::vector<LearnedAnswers>>> measure_learned(
    Model& model, const Engine& engine, const LearnedRecipe& recipe,
    const std::vector<LearnedQuestion>& questions, Measurement& influence,
    const Measurement& distance, Monitor& monitor) {
  LearnedSeed seed(model, engine, recipe, questions, influence, monitor);
  if (absl::Status status = seed.run(); !status.ok()) return status;
  return seed.answers(distance);
}

}  // namespace eif
