#include "suite/host/reproduction/claims.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <optional>
#include <string>
#include <vector>

namespace eif {
namespace {

using ::testing::Contains;
using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ::testing::SizeIs;

const ReproducedClaim& find(const std::vector<ReproducedClaim>& claims, const std::string& id) {
  for (const ReproducedClaim& claim : claims) {
    if (claim.id == id) return claim;
  }
  ADD_FAILURE() << "no claim " << id;
  return claims.front();
}

// Square, with the ids of the domain random_claim's kind.
Matrix square(const std::vector<double>& cells) {
  const auto side = static_cast<size_t>(std::lround(std::sqrt(cells.size())));
  std::vector<std::string> ids;
  for (size_t i = 0; i < side; ++i) ids.push_back(std::string(1, static_cast<char>('a' + i)));
  Matrix matrix(ids, ids);
  for (size_t i = 0; i < cells.size(); ++i) matrix.at(i / side, i % side) = cells[i];
  return matrix;
}

TEST(DesiderataOfClaimsTest, AreThoseOfTheModality) {
  EXPECT_THAT(desiderata_of_claims(Modality::kImage),
              ElementsAre("symmetry", "sparsity", "noise_invariance"));
  EXPECT_THAT(desiderata_of_claims(Modality::kText),
              ElementsAre("symmetry", "transitivity", "ontology", "compositionality", "causality",
                          "implication", "sparsity", "rescue"));
  EXPECT_THAT(desiderata_of_claims(std::nullopt), IsSupersetOf({"noise_invariance", "rescue"}));
}

TEST(ClaimsTest, HaveTheNumbersOfTheirDesiderata) {
  DesideratumResult transitivity{.model = "tiny", .desideratum = "transitivity"};
  for (const char* id : {"chain_to_x_controlled", "combined_to_x_controlled"}) {
    ExpectationResult result;
    result.expectation = {.id = id, .claim = "x > 0", .self_scale = "squares"};
    result.per_seed = {0.25, 0.5};
    result.outcome.verdict = Verdict::kHolds;
    result.in_context.emplace();
    result.in_context->per_seed = {1, 2};
    result.in_context->outcome.verdict = Verdict::kViolated;
    transitivity.expectations.push_back(result);
  }
  const std::vector<ReproducedClaim> claims =
      claims_on(Modality::kText, {transitivity}, MatrixStore());
  const ReproducedClaim& separate = find(claims, "transitivity");
  ASSERT_THAT(separate.evidence, SizeIs(1));
  const ClaimEvidence& evidence = separate.evidence[0];
  EXPECT_EQ(evidence.id, "transitivity.chain_to_x_controlled");
  EXPECT_EQ(evidence.what, "x > 0");
  EXPECT_EQ(evidence.unit, "self scale");
  EXPECT_THAT(evidence.by_fine_tuning.per_seed, ElementsAre(0.25, 0.5));
  EXPECT_EQ(evidence.by_fine_tuning.verdict, "holds");
  EXPECT_THAT(evidence.in_context->per_seed, ElementsAre(1, 2));
  EXPECT_EQ(evidence.in_context->verdict, "violated");
  EXPECT_EQ(find(claims, "transitivity_combined").evidence[0].id,
            "transitivity.combined_to_x_controlled");
  EXPECT_THAT(find(claims, "causality").evidence, IsEmpty());
}

TEST(ClaimsTest, SamplesThatOthersHelpMoreAreCounted) {
  MatrixStore store;
  const Request request{.name = "random_claim", .domain = "random_claim"};
  // b helps a more than a helps itself; equal help is not more.
  store.keep({"tiny", "sparsity", 0, Condition::kFineTuning, request,
              square({1, 0, 0, 2, 3, 0, 0, 3, 0})});
  const std::vector<ReproducedClaim> claims = claims_on(Modality::kText, {}, store);
  const ReproducedClaim& claim = find(claims, "similar_stimuli");
  ASSERT_THAT(claim.evidence, SizeIs(1));
  EXPECT_EQ(claim.evidence[0].id, "helped_more_by_others.random_claim");
  EXPECT_THAT(claim.evidence[0].by_fine_tuning.per_seed, ElementsAre(DoubleNear(1.0 / 3, 1e-12)));
  EXPECT_FALSE(claim.evidence[0].in_context.has_value());
  EXPECT_THAT(find(claims, "words").evidence, IsEmpty());
}

TEST(ClaimsTest, ChangeWithWordsIsTheDistanceToTheMeanOfTheOtherSeeds) {
  MatrixStore store;
  const Request request{.name = "squares", .domain = "squares"};
  const std::vector<std::string> ids = {"in_square_b", "in_b_rectangle", "combined",
                                        "chain",       "in_b_both",      "in_rectangle_square"};
  for (const uint64_t seed : {0, 1}) {
    Matrix matrix(ids, ids);
    for (size_t i = 0; i < 36; ++i) matrix.at(i / 6, i % 6) = seed == 0 ? 2 : 3;
    store.keep({"tiny", "symmetry", seed, Condition::kFineTuning, request, matrix});
  }
  const std::vector<ReproducedClaim> claims = claims_on(Modality::kText, {}, store);
  const ReproducedClaim& claim = find(claims, "words");
  ASSERT_THAT(claim.evidence, SizeIs(1));
  EXPECT_THAT(claim.evidence[0].by_fine_tuning.per_seed,
              ElementsAre(DoubleNear(1.0 / 3, 1e-12), DoubleNear(0.5, 1e-12)));
}

TEST(ClaimsTest, DigitsThatAreTakenForEachOtherHaveARank) {
  MatrixStore store;
  Request request{.name = "digits", .domain = "digits"};
  std::vector<std::string> ids;
  for (int i = 0; i < 100; ++i) ids.push_back(std::to_string(i));
  Matrix matrix(ids, ids);
  for (size_t i = 0; i < 100; ++i) {
    for (size_t j = 0; j < 100; ++j) {
      const size_t from = i / 10, to = j / 10;
      // 2 helps 9 more than all but 7; 9 helps 2 more than any.
      matrix.at(i, j) = from == to ? 9 : from == 2 && to == 7 ? 4 : from + to == 11 ? 3 : 1;
    }
  }
  store.keep({"cnn", "symmetry", 0, Condition::kFineTuning, request, matrix});
  const std::vector<ReproducedClaim> claims = claims_on(Modality::kImage, {}, store);
  const ReproducedClaim& claim = find(claims, "confusion");
  std::vector<double> numbers;
  for (const ClaimEvidence& entry : claim.evidence) {
    numbers.push_back(entry.by_fine_tuning.per_seed.at(0));
  }
  EXPECT_THAT(numbers, ElementsAre(3, 2, 3, 1));
  EXPECT_THAT(find(claims, "similar_stimuli").evidence, SizeIs(1));
}

}  // namespace
}  // namespace eif
