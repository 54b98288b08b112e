// Whether a declared desideratum asks a question: learners whose influence is known are measured
// and judged as a model would be.
//
//   const absl::StatusOr<QuestionCheck> check = check_question(*declared, seeds, settings);
//   if (!check.ok()) return check.status();
//   if (check->is_sound()) …  // logic passes, and nothing else does
//
//   logical     what the expectations ask for (desiderata/declared/passing_learner.h). It shows
//               that the question can be passed
//   positional  which word follows which, and no meaning. Where it passes, so may any model that
//               has merely seen the words in their places
//   words       which words there are, wherever they stand
//   random      influence by chance, normal with the size of a sample's on itself. It shows that
//               the question can be failed. A verdict is wrong once in twenty times, so there are
//               twenty
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "desiderata/declared/declared_desideratum.h"
#include "desiderata/declared/passing_learner.h"
#include "suite/core/run_result.h"
#include "suite/host/draw.h"

namespace eif {

// What was found for one learner.
struct LearnerResult {
  std::string learner;
  DesideratumResult result;

  bool passes() const { return result.verdict == Verdict::kHolds; }
};

inline constexpr size_t kRandomLearners = 20;
// Of twenty learners that pass once in twenty times, more than five pass in 3 of 10,000 questions.
inline constexpr size_t kMostRandomPasses = 5;

struct QuestionCheck {
  LearnerResult logical, positional, words;
  LearnerResult random;            // the first of them
  size_t random_passes = 0;        // how many of kRandomLearners pass
  // Primary expectations that hold for more than kMostRandomPasses of them, each by itself: one
  // that always holds says nothing, also beside others that do not.
  std::vector<std::string> hardly_failed;
  std::vector<std::string> unmet;  // primary expectations that no learner was found for
  // The samples do not depend on the seed, so that seeds repeat one measurement.
  bool seeds_are_alike = false;

  std::vector<const LearnerResult*> learners() const {
    return {&logical, &positional, &words, &random};
  }
  bool can_be_failed() const { return random_passes <= kMostRandomPasses && hardly_failed.empty(); }
  bool is_sound() const {
    return logical.passes() && !positional.passes() && !words.passes() && can_be_failed();
  }
};

// Errors: those of plan() and score(). kInvalidArgument: with so few seeds nothing can hold.
absl::StatusOr<QuestionCheck> check_question(const DeclaredDesideratum& declared,
                                             const std::vector<uint64_t>& seeds,
                                             const DrawSettings& settings);

}  // namespace eif
