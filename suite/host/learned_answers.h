// What the samples of one seed do for others once they are learned (suite/core/dose.h).
//
// Rows that are compared take the same passes: the fewest after which all of them have the dose. As
// a rule the slowest decides; where steps are large, a row that had the dose may be below it again
// by then, and all go on. So a row may be measured after several numbers of passes, all of one
// training, and a number of score() is read where its rows have the passes that it needs:
//
//   LearnedAnswers answers = …;                           // of one desideratum, at one dose
//   const LearnedScores scores = learned_scores(answers, compared, dose, score);
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/desideratum.h"
#include "suite/core/run_store.h"
#include "suite/host/compared_rows.h"
#include "suite/host/learning_curves.h"
#include "suite/host/measurement.h"
#include "suite/host/scoring.h"

namespace eif {

// The matrices of a desideratum, and how their rows were learned, by the name of the request.
struct LearnedAnswer {
  Answers answers;
  std::map<std::string, std::vector<LearnedRow>> rows;
};

// By the passes that all compared rows took; the others took as many as they need themselves, and so
// did all rows under 0.
using LearnedAnswers = std::map<int, LearnedAnswer>;

inline constexpr int kOwnPasses = 0;

// The passes that each sample needs for the share, or the most there may be.
Measurement::Chosen own_passes(const LearningCurves& curves, double share, int max_passes);

// The passes of the slowest row of each comparison. kOwnPasses where it compares none.
std::map<std::string, int> slowest_passes(const ComparedRows& compared,
                                          const Measurement::Chosen& own);

// The contents that some comparison needs, by the passes after which it needs them.
using ComparedAfter = std::map<int, std::set<std::string>>;

// Reads a desideratum's matrices from what was measured after these passes. `distance`: that of the
// base model.
LearnedAnswers learned_answers(const std::vector<HashedRequest>& requests,
                               const ComparedAfter& compared, const Measurement::Chosen& own,
                               const Measurement& learned, const Measurement& distance);

// The passes that each sample needs, as the answers have them.
Measurement::Chosen own_passes_of(const std::vector<HashedRequest>& requests,
                                  const LearnedAnswers& answers);

// The passes that the rows of each comparison take: the fewest of the answers after which all of
// them have the share, or those of the slowest where there are none such. kOwnPasses where it
// compares none.
std::map<std::string, int> matched_passes(const std::vector<HashedRequest>& requests,
                                          const LearnedAnswers& answers,
                                          const ComparedRows& compared, double share);

struct LearnedScores {
  Scores scores;
  std::map<std::string, LearnedEffect> effects;
};

// What score() makes of the answers, each number where its rows have the passes that it needs.
// Errors: those of score().
absl::StatusOr<LearnedScores> learned_scores(
    const std::vector<HashedRequest>& requests, const LearnedAnswers& answers,
    const ComparedRows& compared, double share,
    const std::function<absl::StatusOr<Scores>(const Answers&)>& score);

}  // namespace eif
