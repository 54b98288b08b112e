// The tests of a desideratum that is a list of contrasts (text_logic.h). One example says what it
// plans and what three learners score on it; the suite does the rest:
//
//   TextLogicExample example() {
//     return {.trained = {"chain_induces: chain_2: …"},
//             .evaluated = {"chain_induces: causes_a_z: …"},
//             .logic = LogicalLearner({{"chain_2", "causes_a_z"}}),
//             .effects = {{.id = "chain_2_to_…_controlled", .logical = 1, .positional = 0, …}}};
//   }
//   INSTANTIATE_TEST_SUITE_P(Causality, TextLogicSuite, testing::Values(example()));
//
// To be included by one file of a test program, which the plugin's source is part of.
#pragma once

#include <cmath>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "desiderata/shared/learners_for_test.h"
#include "desiderata/shared/plugin_for_test.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace eif {

// One expectation, and the effects that the learners give it.
struct LearnersEffects {
  std::string id;
  double logical = 0;
  double positional = 0;
  double bag_of_words = 0;
};

struct TextLogicExample {
  // "domain: id: statement / statement", as trained_texts() has them. There may be more.
  std::vector<std::string> trained;
  std::vector<std::string> evaluated;
  LogicalLearner logic;                  // the learner that the desideratum must hold for
  std::vector<LearnersEffects> effects;  // of every expectation
};

inline void PrintTo(const TextLogicExample& example, std::ostream* out) {
  *out << example.effects.size() << " expectations";
}

class TextLogicSuite : public testing::TestWithParam<TextLogicExample> {
 protected:
  // A difference of two fractions below 1, each right to half a unit in the last place (1.1e-16).
  static constexpr double kRounding = 1e-15;

  static bool is_crossed(const std::string& id) { return absl::StartsWith(id, "crossed_"); }
  // An invariance, about names of whom nothing is trained.
  static bool is_unrelated(const std::string& id) { return absl::EndsWith(id, "_unrelated"); }

  // The learner gives just these effects: whole numbers exactly, fractions but for rounding. Those
  // of crossed pairs and of unrelated names are sums of fractions.
  void expect_effects(const Influence& learner, double LearnersEffects::* effect) {
    std::vector<testing::Matcher<std::pair<const std::string, double>>> expected;
    for (const LearnersEffects& of_learners : GetParam().effects) {
      const double value = of_learners.*effect;
      const bool is_exact = value == std::round(value) && !is_crossed(of_learners.id) &&
                            !is_unrelated(of_learners.id);
      const double tolerance = is_exact ? 0 : kRounding;
      expected.push_back(testing::Pair(of_learners.id, testing::DoubleNear(value, tolerance)));
    }
    EXPECT_THAT(scores_of(*desideratum_under_test(), Modality::kText, learner).effects,
                testing::UnorderedElementsAreArray(expected));
  }
};

TEST_P(TextLogicSuite, TrainsOnPremisesAndTheirControls) {
  EXPECT_THAT(trained_texts(*desideratum_under_test()), testing::IsSupersetOf(GetParam().trained));
}

TEST_P(TextLogicSuite, AsksForWhatFollowsAndWhatDoesNot) {
  EXPECT_THAT(evaluated_texts(*desideratum_under_test()),
              testing::IsSupersetOf(GetParam().evaluated));
}

TEST_P(TextLogicSuite, ScoresALogicalLearner) {
  expect_effects(GetParam().logic, &LearnersEffects::logical);
}

TEST_P(TextLogicSuite, ScoresALearnerOfPositions) {
  expect_effects(positional_influence, &LearnersEffects::positional);
}

TEST_P(TextLogicSuite, ScoresABagOfWords) {
  expect_effects(bag_of_words_influence, &LearnersEffects::bag_of_words);
}

// What the desideratum is for: each primary expectation holds for logic alone.
TEST_P(TextLogicSuite, OnlyALogicalLearnerHasWhatIsPrimary) {
  for (const LearnersEffects& effects : GetParam().effects) {
    if (absl::EndsWith(effects.id, "_plain")) continue;
    if (is_unrelated(effects.id)) {
      EXPECT_EQ(effects.logical, 0) << effects.id;
      continue;
    }
    EXPECT_GE(effects.logical, 1) << effects.id;
    EXPECT_LE(effects.positional, 0) << effects.id;
    EXPECT_LE(effects.bag_of_words, 0) << effects.id;
  }
}

TEST_P(TextLogicSuite, PlainExpectationsCrossedPairsAndUnrelatedNamesAreSecondary) {
  for (const Expectation& expectation : desideratum_under_test()->info().expectations) {
    const std::string& id = expectation.id;
    const bool is_secondary = absl::EndsWith(id, "_plain") || is_crossed(id) || is_unrelated(id);
    EXPECT_EQ(expectation.primary, !is_secondary) << id;
    EXPECT_EQ(expectation.kind == ExpectationKind::kInvariance, is_unrelated(id)) << id;
  }
}

}  // namespace eif
