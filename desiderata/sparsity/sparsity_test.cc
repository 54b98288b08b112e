#include <cmath>
#include <memory>
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
using ::testing::IsNan;
using ::testing::IsSupersetOf;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

Scores scores_on(const Influence& influence) {
  return scores_of(*desideratum_under_test(), Modality::kText, influence);
}

// As if only these pairs of the paper's samples were related: 15 of the 90 of belongs_to, 9 of the
// 132 of transitivity, 4 of the 20 of chain_induces, 2 of the 30 of squares.
const LogicalLearner& logical_learner() {
  static const LogicalLearner& learner = *new LogicalLearner({
      {"chain", "combined"},      {"combined", "chain"},
      {"chain", "in_a_b"},        {"combined", "in_a_b"},
      {"chain", "contains_b_a"},  {"combined", "contains_b_a"},
      {"chain", "in_b_c"},        {"combined", "in_b_c"},
      {"chain", "in_a_c"},        {"combined", "in_a_c"},
      {"chain", "might_in_a_c"},  {"combined", "might_in_a_c"},
      {"in_a_c", "might_in_a_c"}, {"in_a_b", "contains_b_a"},
      {"contains_b_a", "in_a_b"}, {"chain", "is"},
      {"chain", "example_is"},    {"chain", "all_have"},
      {"chain", "has"},           {"chain", "plural_have"},
      {"is", "example_is"},       {"example_is", "is"},
      {"has", "plural_have"},     {"plural_have", "has"},
      {"chain_2", "causes_a_z"},  {"chain_2", "causes_a_b"},
      {"chain_4", "causes_a_z"},  {"chain_4", "causes_a_b"},
  });
  return learner;
}

TEST(Sparsity, PlansThePapersDomains) {
  const absl::StatusOr<std::vector<Request>> requests =
      desideratum_under_test()->plan(DrawForTest(Modality::kText));
  ASSERT_TRUE(requests.ok()) << requests.status();
  std::set<std::string> names;
  for (const Request& request : *requests) names.insert(request.name);
  EXPECT_EQ(names, (std::set<std::string>{"belongs_to", "chain_induces", "squares", "transitivity",
                                          "random_claim"}));
}

TEST(Sparsity, StrangersAreTrainedOnAndEvaluated) {
  const auto strangers =
      IsSupersetOf({"belongs_to: distractor: Frogs and toads often hibernate in winter.",
                    "transitivity: unrelated: a dun is a eri"});
  EXPECT_THAT(trained_texts(*desideratum_under_test()), strangers);
  EXPECT_THAT(evaluated_texts(*desideratum_under_test()), strangers);
}

TEST(Sparsity, HoldsForALogicalLearner) {
  EXPECT_THAT(scores_on(logical_learner()).effects,
              UnorderedElementsAre(Pair("belongs_to_unrelated_unmoved", 0),
                                   Pair("belongs_to_related_over_unrelated", 1),
                                   Pair("transitivity_unrelated_unmoved", 0),
                                   Pair("transitivity_related_over_unrelated", 1),
                                   Pair("belongs_to_sparse", DoubleEq(0.5 - 15.0 / 90)),
                                   Pair("transitivity_sparse", DoubleEq(0.5 - 9.0 / 132)),
                                   Pair("chain_induces_sparse", DoubleEq(0.5 - 4.0 / 20)),
                                   Pair("squares_sparse", DoubleEq(0.5 - 2.0 / 30)),
                                   Pair("random_claim_unrelated_unmoved", 0)));
}

TEST(Sparsity, ObservationsOfALogicalLearner) {
  // Of n values, k are 1 and the rest 0: the Gini coefficient is 1 − k/n. The largest tenth has 9,
  // 14, 2 and 3 values. Claims have nothing that could be concentrated.
  EXPECT_THAT(
      scores_on(logical_learner()).observations,
      UnorderedElementsAre(
          Pair("belongs_to_density", DoubleEq(15.0 / 90)),
          Pair("belongs_to_gini", DoubleEq(75.0 / 90)),
          Pair("belongs_to_top_decile_share", DoubleEq(9.0 / 15)),
          Pair("transitivity_density", DoubleEq(9.0 / 132)),
          Pair("transitivity_gini", DoubleEq(123.0 / 132)),
          Pair("transitivity_top_decile_share", 1),
          Pair("chain_induces_density", DoubleEq(4.0 / 20)),
          Pair("chain_induces_gini", DoubleEq(16.0 / 20)),
          Pair("chain_induces_top_decile_share", DoubleEq(2.0 / 4)),
          Pair("squares_density", DoubleEq(2.0 / 30)), Pair("squares_gini", DoubleEq(28.0 / 30)),
          Pair("squares_top_decile_share", 1), Pair("random_claim_density", 0),
          Pair("random_claim_gini", IsNan()), Pair("random_claim_top_decile_share", IsNan())));
}

TEST(Sparsity, IsViolatedByABagOfWords) {
  const Scores scores = scores_on(bag_of_words_influence);
  // The distractor has "and" in common with `combined`, and nothing with the other eight.
  EXPECT_DOUBLE_EQ(scores.effects.at("belongs_to_unrelated_unmoved"), 2.0 / 18);
  // Every two of the nine have "set" in common. Words in common always reach 5 % of the median.
  EXPECT_DOUBLE_EQ(scores.effects.at("belongs_to_sparse"), 0.5 - (9 * 8 + 2) / 90.0);
  EXPECT_EQ(scores.effects.at("chain_induces_sparse"), -0.5);
}

TEST(Sparsity, UnrelatedMagnitudesDoNotCancel) {
  const auto influence = [](const Sample& trained, const Sample& evaluated) {
    if (trained.id == evaluated.id) return 1.0;
    return trained.id == "distractor" || trained.id == "unrelated" ? -0.5 : 0.5;
  };
  const Scores scores = scores_on(influence);
  EXPECT_EQ(scores.effects.at("belongs_to_unrelated_unmoved"), 0.5);
  // Half of the unrelated cells are −0.5 and half 0.5; the related ones are all 0.5.
  EXPECT_EQ(scores.effects.at("transitivity_related_over_unrelated"), 0.5);
}

Influence constant_beside_two_on_the_diagonal(double off_diagonal) {
  return [off_diagonal](const Sample& trained, const Sample& evaluated) {
    return trained.id == evaluated.id ? 2 : off_diagonal;
  };
}

TEST(Sparsity, CellsAreOccupiedAboveATwentiethOfTheMedianDiagonal) {
  const auto density = [](double off_diagonal) {
    return scores_on(constant_beside_two_on_the_diagonal(off_diagonal))
        .observations.at("squares_density");
  };
  EXPECT_EQ(density(0.11), 1);
  EXPECT_EQ(density(-0.11), 1);
  EXPECT_EQ(density(0.09), 0);
}

TEST(Sparsity, WithoutInfluenceOnItselfDensityCannotBeMeasured) {
  const auto harm = [](const Sample&, const Sample&) { return -1.0; };
  const Scores scores = scores_on(harm);
  EXPECT_TRUE(std::isnan(scores.effects.at("squares_sparse")));
  EXPECT_TRUE(std::isnan(scores.observations.at("squares_density")));
}

TEST(Sparsity, CellThatWasNotMeasuredCountsNeitherWay) {
  const auto influence = [](const Sample& trained, const Sample& evaluated) {
    return trained.id == "chain" && evaluated.id == "combined" ? Matrix::kUnmeasured : 1.0;
  };
  EXPECT_TRUE(std::isnan(scores_on(influence).observations.at("squares_density")));
}

TEST(Sparsity, AddedSamplesDoNotCount) {
  std::set<std::string> added;
  for (const char* name : {"belongs_to", "transitivity", "chain_induces", "squares"}) {
    const absl::StatusOr<const DomainTemplate*> domain = find_domain(name);
    ASSERT_TRUE(domain.ok()) << domain.status();
    for (const SampleTemplate& sample : (*domain)->samples) {
      // In belongs_to and squares, `combined` is the paper's.
      if (sample.role.extended && sample.id != "combined") added.insert(sample.id);
    }
  }
  // Claims move each other here, so that all observations are numbers.
  const auto without_added = [](const Sample& trained, const Sample& evaluated) {
    const bool is_claim = absl::StartsWith(trained.id, "claim_");
    return is_claim ? 1.0 : logical_learner()(trained, evaluated);
  };
  const auto influence = [&](const Sample& trained, const Sample& evaluated) {
    if (added.count(trained.id) + added.count(evaluated.id) > 0) return 100.0;
    return without_added(trained, evaluated);
  };
  const Scores expected = scores_on(without_added);
  EXPECT_EQ(scores_on(influence).effects, expected.effects);
  EXPECT_EQ(scores_on(influence).observations, expected.observations);
}

// ---- Claims ----------------------------------------------------------------------------------

std::vector<std::string> numbered_claims(size_t count) {
  std::vector<std::string> claims;
  for (size_t i = 1; i <= count; ++i) claims.push_back(absl::StrCat("This is claim ", i, "."));
  return claims;
}

Request claims_request(const Draw& draw) {
  const absl::StatusOr<std::vector<Request>> requests = desideratum_under_test()->plan(draw);
  EXPECT_TRUE(requests.ok()) << requests.status();
  for (const Request& request : requests.value_or(std::vector<Request>())) {
    if (request.domain == "random_claim") return request;
  }
  ADD_FAILURE() << "no request is about claims";
  return {};
}

Scores scores_of_claims(const Draw& draw, const Influence& influence) {
  const std::unique_ptr<Desideratum> sparsity = desideratum_under_test();
  const absl::StatusOr<std::vector<Request>> requests = sparsity->plan(draw);
  EXPECT_TRUE(requests.ok()) << requests.status();
  const absl::StatusOr<Scores> scores = sparsity->score(draw, answers_of(*requests, influence));
  EXPECT_TRUE(scores.ok()) << scores.status();
  return scores.value_or(Scores());
}

TEST(SparsityOfClaims, TenOfTheBuiltInOnesAreTrainedOnAndEvaluated) {
  const Request request = claims_request(DrawForTest(Modality::kText));
  EXPECT_EQ(request.name, "random_claim");
  EXPECT_EQ(request.trained.size(), 10u);
  EXPECT_EQ(ids_of(request.trained), ids_of(request.evaluated));
  const absl::StatusOr<const DomainTemplate*> all = find_domain("random_claim_100");
  ASSERT_TRUE(all.ok()) << all.status();
  // The draw of the tests takes the first ones.
  EXPECT_EQ(std::get<std::string>(request.trained[9].statements[0]),
            (*all)->samples[9].statements[0]);
}

TEST(SparsityOfClaims, TheUsersOwnTakeThePlaceOfTheBuiltInOnes) {
  DrawForTest draw(Modality::kText);
  draw.own_claims = numbered_claims(200);
  const Request request = claims_request(draw);
  ASSERT_EQ(request.trained.size(), 10u);
  EXPECT_EQ(std::get<std::string>(request.trained[1].statements[0]), "This is claim 2.");
  draw.is_large = true;
  EXPECT_EQ(claims_request(draw).trained.size(), 100u);
}

TEST(SparsityOfClaims, ALargeDrawHasAHundredUnderTheSameSelfScale) {
  DrawForTest draw(Modality::kText);
  draw.is_large = true;
  const Request request = claims_request(draw);
  EXPECT_EQ(request.name, "random_claim_100");
  EXPECT_EQ(request.domain, "random_claim");
  EXPECT_EQ(request.trained.size(), 100u);
  EXPECT_EQ(request.evaluated.size(), 100u);
}

// What claim_001 does to claim_002 is −0.5, and back 0.25; nothing else is moved.
double two_meddle(const Sample& trained, const Sample& evaluated) {
  if (trained.id == evaluated.id) return 1;
  if (trained.id == "claim_001" && evaluated.id == "claim_002") return -0.5;
  return trained.id == "claim_002" && evaluated.id == "claim_001" ? 0.25 : 0;
}

TEST(SparsityOfClaims, EveryTwoAreUnrelated) {
  DrawForTest draw(Modality::kText);
  Scores scores = scores_of_claims(draw, two_meddle);
  EXPECT_DOUBLE_EQ(scores.effects.at("random_claim_unrelated_unmoved"), 0.75 / 90);
  EXPECT_DOUBLE_EQ(scores.observations.at("random_claim_density"), 2.0 / 90);
  // Ascending, the two are numbers 89 and 90 of 90: (2·89 − 91)·0.25 + (2·90 − 91)·0.5 over
  // 90·0.75.
  EXPECT_DOUBLE_EQ(scores.observations.at("random_claim_gini"), (87 * 0.25 + 89 * 0.5) / 67.5);
  EXPECT_EQ(scores.observations.at("random_claim_top_decile_share"), 1);
  draw.is_large = true;
  scores = scores_of_claims(draw, two_meddle);
  EXPECT_DOUBLE_EQ(scores.effects.at("random_claim_unrelated_unmoved"), 0.75 / 9900);
  EXPECT_DOUBLE_EQ(scores.observations.at("random_claim_density"), 2.0 / 9900);
}

TEST(SparsityOfClaims, ACellThatWasNotMeasuredIsNoNumber) {
  const auto influence = [](const Sample& trained, const Sample& evaluated) {
    return trained.id == "claim_001" && evaluated.id == "claim_002" ? Matrix::kUnmeasured : 1.0;
  };
  const Scores scores = scores_on(influence);
  EXPECT_TRUE(std::isnan(scores.effects.at("random_claim_unrelated_unmoved")));
  EXPECT_TRUE(std::isnan(scores.observations.at("random_claim_gini")));
}

// ---- Images ----------------------------------------------------------------------------------

int label_of(const Sample& sample) { return std::get<LabelledImage>(sample.statements[0]).label; }

Influence by_digit(double same, double other) {
  return [same, other](const Sample& trained, const Sample& evaluated) {
    if (trained.id == evaluated.id) return 1.0;
    return label_of(trained) == label_of(evaluated) ? same : other;
  };
}

// A sum of 9000 equal cells: each addition rounds by at most half a unit in the last place of a sum
// below 90 (7e-15), and the mean has the sum of that divided by 9000.
constexpr double kSumOfCells = 1e-14;

TEST(SparsityOfImages, HoldsWhenInfluenceStaysWithinADigit) {
  const Scores scores = scores_of(*desideratum_under_test(), Modality::kImage, by_digit(0.5, 0.01));
  EXPECT_THAT(
      scores.effects,
      UnorderedElementsAre(Pair("digits_unrelated_unmoved", DoubleNear(0.01, kSumOfCells)),
                           Pair("digits_related_over_unrelated", DoubleNear(0.49, kSumOfCells)),
                           Pair("digits_sparse", DoubleEq(0.5 - 900.0 / 9900))));
}

TEST(SparsityOfImages, IsViolatedWhenInfluenceReachesOtherDigits) {
  const Scores scores =
      scores_of(*desideratum_under_test(), Modality::kImage, by_digit(0.25, -0.5));
  EXPECT_THAT(scores.effects, UnorderedElementsAre(Pair("digits_unrelated_unmoved", 0.5),
                                                   Pair("digits_related_over_unrelated", 0.75),
                                                   Pair("digits_sparse", -0.5)));
}

TEST(Sparsity, OnlyWhatDigitsDoToOtherDigitsIsSecondary) {
  for (const Expectation& expectation : desideratum_under_test()->info().expectations) {
    EXPECT_EQ(expectation.primary, expectation.id != "digits_unrelated_unmoved") << expectation.id;
  }
}

TEST(Sparsity, SharesAreNotDividedByASelfScale) {
  for (const Expectation& expectation : desideratum_under_test()->info().expectations) {
    const bool is_share = absl::EndsWith(expectation.id, "_sparse");
    EXPECT_EQ(expectation.self_scale.empty(), is_share) << expectation.id;
  }
}

}  // namespace
}  // namespace eif
