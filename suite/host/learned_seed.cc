#include "suite/host/learned_seed.h"

#include <algorithm>

#include "suite/host/learning_curves.h"

namespace eif {
namespace {

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

}  // namespace

absl::StatusOr<std::map<double, std::vector<LearnedAnswers>>> measure_learned(
    Model& model, const Engine& engine, const LearnedRecipe& recipe,
    const std::vector<LearnedQuestion>& questions, Measurement& influence,
    const Measurement& distance, Monitor& monitor) {
  std::map<double, std::vector<LearnedAnswers>> answers;
  influence.add_own_statements();
  UncountedMonitor uncounted(monitor);
  const double largest = *std::max_element(recipe.shares.begin(), recipe.shares.end());
  const absl::StatusOr<LearningCurves> curves =
      learning_curves(model, engine, influence.trained(), recipe.training,
                      {.share = largest, .max_passes = recipe.max_passes}, uncounted);
  if (!curves.ok()) return curves.status();

  std::map<double, Measurement::Chosen> own;  // by share
  Measurement::Passes passes;
  for (const double share : recipe.shares) {
    own[share] = own_passes(*curves, share, recipe.max_passes);
    for (const auto& [content, count] : own[share]) passes[content].insert(count);
    for (const LearnedQuestion& question : questions) {
      add_passes(question.compared, own[share], passes);
    }
  }
  size_t rows = 0;
  for (const auto& [content, counts] : passes) rows += counts.size();
  monitor.rows(0, rows);
  const absl::Status measured = influence.run(
      [&](const WantedCells& wanted) {
        return engine.measure(model, wanted, recipe.training, monitor);
      },
      passes);
  if (!measured.ok()) return measured;
  for (const double share : recipe.shares) {
    for (const LearnedQuestion& question : questions) {
      answers[share].push_back(learned_answers(question.requests, question.compared,
                                               those_of(question, own[share]), influence,
                                               distance));
    }
  }
  return answers;
}

}  // namespace eif
