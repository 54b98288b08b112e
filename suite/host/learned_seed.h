// One seed at all learned doses, from one training: how fast its samples are learned is found
// first, and then they are measured after the passes that some dose and comparison needs. Where a
// row that had the dose is below it again by then, those that are compared with it go on until all
// have it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "suite/engine/engine.h"
#include "suite/host/learned_answers.h"
#include "suite/host/measurement.h"

namespace eif {

// How samples are learned: all that decides it beside the samples themselves.
struct LearnedRecipe {
  std::vector<double> shares;
  int max_passes = 0;
  TrainingOptions training;
};

// What a desideratum asks of the seed.
struct LearnedQuestion {
  const std::vector<HashedRequest>& requests;
  const ComparedRows& compared;
};

// For each share the answer to each question, in their order. `influence` has the requests of all
// of them, and afterwards the base losses; `distance` was measured. Errors: those of the engine.
absl::StatusOr<std::map<double, std::vector<LearnedAnswers>>> measure_learned(
    Model& model, const Engine& engine, const LearnedRecipe& recipe,
    const std::vector<LearnedQuestion>& questions, Measurement& influence,
    const Measurement& distance, Monitor& monitor);

}  // namespace eif
