#include <cmath>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "desiderata/shared/draw_for_test.h"
#include "desiderata/shared/learners_for_test.h"
#include "desiderata/shared/plugin_for_test.h"
#include "domains/domain.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace eif {
namespace {

using ::testing::DoubleEq;
using ::testing::DoubleNear;
using ::testing::IsSupersetOf;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

// A difference of two fractions below 1, each right to half a unit in the last place (1.1e-16).
constexpr double kRounding = 1e-15;

constexpr const char* kDomains[] = {"belongs_to", "chain_induces", "transitivity", "squares"};

Scores scores_on(Modality modality, const Influence& influence) {
  return scores_of(*desideratum_under_test(), modality, influence);
}

// Influence from the sample whose id comes first to the other, and none back.
Influence one_way(double influence) {
  return [influence](const Sample& trained, const Sample& evaluated) {
    return trained.id < evaluated.id ? influence : 0;
  };
}

// ---- Text ---------------------------------------------------------------------------------------

TEST(SymmetryOfText, TrainsOnAndEvaluatesWhatItCompares) {
  const auto samples = IsSupersetOf(
      {"belongs_to: in_a_b: ala belongs to the set of cyd.",
       "belongs_to: contains_b_a: cyd is a set that contains ala.",
       "belongs_to: in_b_c: cyd belongs to the set of bok.",
       "belongs_to: combined: ala belongs to the set of cyd and cyd belongs to the set of bok.",
       "belongs_to: either: ala belongs to the set of cyd or cyd belongs to the set of bok.",
       "transitivity: is: a ala is a bok",
       "transitivity: example_is: one example of a bok is a ala"});
  EXPECT_THAT(trained_texts(*desideratum_under_test()), samples);
  EXPECT_THAT(evaluated_texts(*desideratum_under_test()), samples);
}

TEST(SymmetryOfText, HoldsForALogicalLearner) {
  const LogicalLearner learner({{"in_a_b", "contains_b_a"},
                                {"contains_b_a", "in_a_b"},
                                {"is", "example_is"},
                                {"example_is", "is"},
                                {"combined", "in_a_b"},
                                {"combined", "in_b_c"},
                                {"in_a_b", "either"},
                                {"in_b_c", "either"}});
  EXPECT_THAT(scores_on(Modality::kText, learner).effects,
              UnorderedElementsAre(Pair("mutual_influence_in_a_b_contains_b_a", 0),
                                   Pair("mutual_influence_is_example_is", 0),
                                   Pair("combined_to_in_a_b_over_back_controlled", 2),
                                   Pair("combined_to_in_a_b_over_back_plain", 1),
                                   Pair("combined_to_in_b_c_over_back_controlled", 2),
                                   Pair("combined_to_in_b_c_over_back_plain", 1)));
}

// Of the pairs of neighbours of "A∈B", `combined` has all 7, and A∈B has 11 of its 15; of those of
// "B∈C" it has 6, all but the beginning, and B∈C has 10 of its 15. "A∈B" and "B contains A" have
// none in common; "is" has 3 of the 8 of "one example …", which has 3 of its 5.
TEST(SymmetryOfText, PositionGivesOnlyThePlainContrasts) {
  EXPECT_THAT(
      scores_on(Modality::kText, positional_influence).effects,
      UnorderedElementsAre(
          Pair("mutual_influence_in_a_b_contains_b_a", 0),
          Pair("mutual_influence_is_example_is", DoubleNear(3.0 / 5 - 3.0 / 8, kRounding)),
          Pair("combined_to_in_a_b_over_back_controlled", 0),
          Pair("combined_to_in_a_b_over_back_plain", DoubleNear(4.0 / 15, kRounding)),
          Pair("combined_to_in_b_c_over_back_controlled", 0),
          Pair("combined_to_in_b_c_over_back_plain", DoubleNear(6.0 / 7 - 10.0 / 15, kRounding))));
}

TEST(SymmetryOfText, BagOfWordsIsSymmetricWhereLogicIsNot) {
  const Scores scores = scores_on(Modality::kText, bag_of_words_influence);
  for (const auto& [id, effect] : scores.effects) EXPECT_EQ(effect, 0) << id;
  for (const char* domain : kDomains) {
    EXPECT_EQ(scores.observations.at(absl::StrCat("symmetry_correlation_", domain)), 1) << domain;
    EXPECT_EQ(scores.observations.at(absl::StrCat("asymmetry_ratio_", domain)), 0) << domain;
  }
}

TEST(SymmetryOfText, MutualInfluenceIsAMagnitude) {
  for (const double influence : {0.25, -0.25}) {
    const Scores scores = scores_on(Modality::kText, one_way(influence));
    EXPECT_EQ(scores.effects.at("mutual_influence_in_a_b_contains_b_a"), 0.25);
    EXPECT_EQ(scores.effects.at("mutual_influence_is_example_is"), 0.25);
  }
}

TEST(SymmetryOfText, ObservationsAreOfThePapersSamples) {
  std::set<std::string> added;
  for (const char* name : kDomains) {
    const absl::StatusOr<const DomainTemplate*> domain = find_domain(name);
    ASSERT_TRUE(domain.ok()) << domain.status();
    for (const SampleTemplate& sample : (*domain)->samples) {
      // In belongs_to and squares, `combined` is the paper's.
      if (sample.role.extended && sample.id != "combined") added.insert(sample.id);
    }
  }
  const auto influence = [&](const Sample& trained, const Sample& evaluated) {
    const bool is_added = added.count(trained.id) + added.count(evaluated.id) > 0;
    return is_added ? 100 : one_way(1)(trained, evaluated);
  };
  const Scores scores = scores_on(Modality::kText, influence);
  // E − Eᵀ is ±1 and E + Eᵀ is 1 off the diagonal, and both are 0 on it.
  for (const char* domain : kDomains) {
    EXPECT_DOUBLE_EQ(scores.observations.at(absl::StrCat("symmetry_correlation_", domain)), -1);
    EXPECT_EQ(scores.observations.at(absl::StrCat("asymmetry_ratio_", domain)), 1);
  }
}

TEST(SymmetryOfText, OnlyPlainExpectationsAreSecondary) {
  for (const Expectation& expectation : desideratum_under_test()->info().expectations) {
    EXPECT_EQ(expectation.primary, !absl::EndsWith(expectation.id, "_plain")) << expectation.id;
  }
}

// ---- Images -------------------------------------------------------------------------------------

int label_of(const Sample& sample) { return std::get<LabelledImage>(sample.statements[0]).label; }

double by_digit(const Sample& trained, const Sample& evaluated) {
  if (trained.id == evaluated.id) return 4;
  return label_of(trained) == label_of(evaluated) ? 1 : -0.25;
}

TEST(SymmetryOfImages, TrainsOnAndEvaluatesTheSameHundredDigits) {
  const absl::StatusOr<std::vector<Request>> requests =
      desideratum_under_test()->plan(DrawForTest(Modality::kImage));
  ASSERT_TRUE(requests.ok()) << requests.status();
  ASSERT_EQ(requests->size(), 1u);
  const Request& digits = requests->front();
  EXPECT_EQ(digits.name, "digits");
  EXPECT_EQ(digits.domain, "digits");
  ASSERT_EQ(digits.trained.size(), 100u);
  ASSERT_EQ(digits.evaluated.size(), 100u);
  for (size_t i = 0; i < 100; ++i) {
    EXPECT_EQ(digits.trained[i].id, absl::StrCat(i / 10, "_", i % 10));
    EXPECT_EQ(digits.evaluated[i].id, digits.trained[i].id);
    EXPECT_EQ(label_of(digits.trained[i]), static_cast<int>(i / 10));
  }
}

TEST(SymmetryOfImages, HoldsForSymmetricInfluence) {
  const Scores scores = scores_on(Modality::kImage, by_digit);
  EXPECT_THAT(scores.effects, UnorderedElementsAre(Pair("mutual_influence", 0)));
  EXPECT_THAT(
      scores.observations,
      UnorderedElementsAre(Pair("symmetry_correlation", 1), Pair("asymmetry_ratio", 0),
                           Pair("asymmetry_from_losses", 0), Pair("asymmetry_from_kernel", 0),
                           Pair("asymmetry_ratio_normalised", 0), Pair("same_class_mean", 1),
                           Pair("other_class_mean", -0.25)));
}

TEST(SymmetryOfImages, IsViolatedByOneSidedInfluence) {
  const Scores scores = scores_on(Modality::kImage, one_way(0.5));
  EXPECT_THAT(scores.effects, UnorderedElementsAre(Pair("mutual_influence", 0.5)));
  // Of every two images, one influences the other, and none itself.
  EXPECT_THAT(scores.observations.at("symmetry_correlation"), DoubleEq(-1));
  EXPECT_EQ(scores.observations.at("asymmetry_ratio"), 1);
  EXPECT_TRUE(std::isnan(scores.observations.at("asymmetry_ratio_normalised")));
  EXPECT_EQ(scores.observations.at("same_class_mean"), 0.25);
  EXPECT_EQ(scores.observations.at("other_class_mean"), 0.25);
}

// A sample that is trained on twice as hard is one with a factor of 2.
TEST(SymmetryOfImages, AsymmetryOfAFactorPerSampleIsThatOfTheLosses) {
  const auto harder_for_even_digits = [](const Sample& trained, const Sample& evaluated) {
    return by_digit(trained, evaluated) * (label_of(trained) % 2 == 0 ? 2 : 1);
  };
  const Scores scores = scores_on(Modality::kImage, harder_for_even_digits);
  EXPECT_NEAR(scores.observations.at("asymmetry_from_losses"), 1, 1e-9);
  EXPECT_NEAR(scores.observations.at("asymmetry_from_kernel"), 0, 1e-9);
}

}  // namespace
}  // namespace eif
