#include "reports/paper/claims.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "reports/paper/claim_table.h"
#include "reports/paper/run_for_test.h"

namespace eif {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::SizeIs;

const ReproducedClaim& find(const std::vector<ReproducedClaim>& claims, const std::string& id) {
  for (const ReproducedClaim& claim : claims) {
    if (claim.id == id) return claim;
  }
  ADD_FAILURE() << "no claim " << id;
  return claims.front();
}

std::vector<ReproducedClaim> text_claims(const RunResult& run, const MatrixStore& store) {
  return claims_on(Modality::kText, ModelResults(run, "tiny"), store);
}

ExpectationResult expectation(const std::string& id, bool primary, std::vector<double> per_seed,
                              Verdict verdict) {
  ExpectationResult result;
  result.expectation = {.id = id, .primary = primary, .claim = "x > 0", .self_scale = "squares"};
  result.per_seed = std::move(per_seed);
  result.outcome.verdict = verdict;
  return result;
}

// Square, with the ids of the domain random_claim's kind.
MeasuredMatrix claims_matrix(const std::vector<double>& cells) {
  const auto side = static_cast<size_t>(std::lround(std::sqrt(cells.size())));
  std::vector<std::string> ids;
  for (size_t i = 0; i < side; ++i) ids.push_back(std::string(1, static_cast<char>('a' + i)));
  MeasuredMatrix measured{.key = matrix_key("random_claim", 0), .domain = "random_claim"};
  measured.matrix = Matrix(ids, ids);
  for (size_t i = 0; i < cells.size(); ++i) measured.matrix.at(i / side, i % side) = cells[i];
  return measured;
}

TEST(DesiderataOfClaimsTest, AreThoseOfTheModality) {
  EXPECT_THAT(desiderata_of_claims(Modality::kImage),
              ElementsAre("symmetry", "sparsity", "noise_invariance"));
  EXPECT_THAT(desiderata_of_claims(Modality::kText),
              ElementsAre("symmetry", "transitivity", "ontology", "compositionality", "causality",
                          "implication", "sparsity", "rescue"));
  EXPECT_THAT(desiderata_of_claims(std::nullopt), IsSupersetOf({"noise_invariance", "rescue"}));
}

TEST(PaperClaimsTest, EachIdIsThereOnceAndEachExpectationHasWhatTheClaimAmountsTo) {
  for (const Modality modality : {Modality::kText, Modality::kImage}) {
    std::set<std::string> ids;
    for (const PaperClaim& claim : paper_claims(modality)) {
      EXPECT_TRUE(ids.insert(claim.id).second) << claim.id;
      for (const ClaimSource& source : claim.sources) {
        const bool has_verdict =
            source.claimed_verdict == "holds" || source.claimed_verdict == "violated";
        EXPECT_EQ(has_verdict, source.kind == SourceKind::kExpectations) << claim.id;
      }
    }
  }
}

TEST(ClaimsTest, HaveTheNumbersOfTheirDesiderata) {
  RunResult run = run_of_claims(Modality::kText);
  for (const char* id : {"chain_to_x_controlled", "combined_to_x_controlled"}) {
    result_of(run, "transitivity")
        .expectations.push_back(expectation(id, true, {0.25, 0.5}, Verdict::kHolds));
    result_of(run, "transitivity", Condition::kInContext)
        .expectations.push_back(expectation(id, true, {1, 2}, Verdict::kViolated));
  }
  const std::vector<ReproducedClaim> claims = text_claims(run, MatrixStore());
  const ReproducedClaim& separate = find(claims, "transitivity");
  ASSERT_THAT(separate.evidence, SizeIs(1));
  const ClaimEvidence& evidence = separate.evidence[0];
  EXPECT_EQ(evidence.id, "transitivity.chain_to_x_controlled");
  EXPECT_EQ(evidence.what, "x > 0");
  EXPECT_EQ(evidence.unit, "self scale");
  EXPECT_EQ(evidence.role, EvidenceRole::kPrimary);
  EXPECT_EQ(evidence.claimed_verdict, "violated");
  EXPECT_THAT(evidence.by_fine_tuning.seeds, ElementsAre(0, 1));
  EXPECT_THAT(evidence.by_fine_tuning.per_seed, ElementsAre(0.25, 0.5));
  EXPECT_EQ(evidence.by_fine_tuning.verdict, "holds");
  EXPECT_THAT(evidence.in_context->per_seed, ElementsAre(1, 2));
  EXPECT_EQ(evidence.in_context->verdict, "violated");
  const ClaimEvidence& combined = find(claims, "transitivity_combined").evidence.at(0);
  EXPECT_EQ(combined.id, "transitivity.combined_to_x_controlled");
  EXPECT_EQ(combined.claimed_verdict, "holds");
  EXPECT_THAT(find(claims, "causality").evidence, IsEmpty());
}

TEST(ClaimsTest, AreOfTheModelThatIsAskedFor) {
  RunResult run = run_of_claims(Modality::kText);
  result_of(run, "causality")
      .expectations.push_back(expectation("chain", true, {1, 1}, Verdict::kHolds));
  EXPECT_THAT(find(claims_on(Modality::kText, ModelResults(run, "big"), MatrixStore()), "causality")
                  .evidence,
              IsEmpty());
}

TEST(ClaimsTest, OnlyAComparisonWithoutItsControlIsAsInThePaper) {
  RunResult run = run_of_claims(Modality::kImage);
  result_of(run, "noise_invariance").expectations = {
      expectation("clean_teaches_more_than_noisy_0.1", false, {1, 1}, Verdict::kHolds),
      expectation("chain_plain", false, {1, 1}, Verdict::kHolds)};
  const std::vector<ReproducedClaim> claims =
      claims_on(Modality::kImage, ModelResults(run, "tiny"), MatrixStore());
  const ReproducedClaim& noise = find(claims, "noise");
  ASSERT_THAT(noise.evidence, SizeIs(2));
  EXPECT_EQ(noise.evidence[0].what, "x > 0 (secondary)");
  EXPECT_EQ(noise.evidence[0].role, EvidenceRole::kSecondary);
  EXPECT_EQ(noise.evidence[1].what, "x > 0 (secondary: as in the paper)");
  EXPECT_EQ(noise.evidence[1].role, EvidenceRole::kPlain);
}

TEST(ClaimsTest, WhatReadingAddsIsJudgedWithFineTuningAlone) {
  RunResult run = run_of_claims(Modality::kText);
  result_of(run, "rescue").expectations = {
      expectation("chain_controlled", true, {1, 1}, Verdict::kHolds)};
  result_of(run, "rescue").observations = {{{.id = "mean_effect", .claim = "mean"}, {0.5, 0.5}}};
  result_of(run, "rescue", Condition::kInContext).observations = {
      {{.id = "mean_effect", .claim = "mean"}, {2, 2}}};
  const std::vector<ReproducedClaim> claims = text_claims(run, MatrixStore());
  const ReproducedClaim& claim = find(claims, "rescue");
  ASSERT_THAT(claim.evidence, SizeIs(2));
  EXPECT_THAT(claim.evidence[0].in_context->per_seed, ElementsAre(2, 2));
  EXPECT_EQ(claim.evidence[0].in_context->verdict, "");
  EXPECT_FALSE(claim.evidence[1].in_context.has_value());
  EXPECT_EQ(count_of(claim, EvidenceRole::kPrimary).as_claimed, 1u);
}

TEST(ClaimsTest, SamplesThatOthersHelpMoreAreCounted) {
  MatrixStore store;
  // b helps a more than a helps itself; equal help is not more.
  store.keep(claims_matrix({1, 0, 0, 2, 3, 0, 0, 3, 0}));
  const std::vector<ReproducedClaim> claims = text_claims(run_of_claims(Modality::kText), store);
  const ReproducedClaim& claim = find(claims, "similar_stimuli");
  ASSERT_THAT(claim.evidence, SizeIs(1));
  EXPECT_EQ(claim.evidence[0].id, "helped_more_by_others.random_claim");
  EXPECT_THAT(claim.evidence[0].by_fine_tuning.per_seed, ElementsAre(DoubleNear(1.0 / 3, 1e-12)));
  EXPECT_FALSE(claim.evidence[0].in_context.has_value());
  EXPECT_THAT(find(claims, "words").evidence, IsEmpty());
}

TEST(ClaimsTest, WhereRowsAndColumnsAreNotTheSameSamplesNoShareIsCounted) {
  MatrixStore store;
  MeasuredMatrix measured = claims_matrix({1, 0, 0, 1});
  measured.matrix = Matrix({"a", "b", "c"}, {"a", "b"});
  store.keep(measured);
  const std::vector<ReproducedClaim> claims = text_claims(run_of_claims(Modality::kText), store);
  const ClaimEvidence& evidence = find(claims, "similar_stimuli").evidence.at(0);
  EXPECT_TRUE(std::isnan(evidence.by_fine_tuning.per_seed.at(0)));
}

TEST(ClaimsTest, ChangeWithWordsIsTheDistanceToTheMeanOfTheOtherSeeds) {
  MatrixStore store;
  const std::vector<std::string> ids = {"in_square_b", "in_b_rectangle", "combined",
                                        "chain",       "in_b_both",      "in_rectangle_square"};
  for (const uint64_t seed : {0, 1}) {
    MeasuredMatrix measured{.key = matrix_key("squares", seed), .domain = "squares"};
    measured.matrix = Matrix(ids, ids);
    for (size_t i = 0; i < 36; ++i) measured.matrix.at(i / 6, i % 6) = seed == 0 ? 2 : 3;
    store.keep(measured);
  }
  const std::vector<ReproducedClaim> claims = text_claims(run_of_claims(Modality::kText), store);
  const ReproducedClaim& claim = find(claims, "words");
  ASSERT_THAT(claim.evidence, SizeIs(1));
  EXPECT_THAT(claim.evidence[0].by_fine_tuning.per_seed,
              ElementsAre(DoubleNear(1.0 / 3, 1e-12), DoubleNear(0.5, 1e-12)));
}

TEST(ClaimsTest, DigitsThatAreTakenForEachOtherHaveARank) {
  MatrixStore store;
  MeasuredMatrix digits = measured_images("digits", 0);
  for (size_t i = 0; i < 100; ++i) {
    for (size_t j = 0; j < 100; ++j) {
      const size_t from = i / 10, to = j / 10;
      // 2 helps 9 more than all but 7; 9 helps 2 more than any.
      digits.matrix.at(i, j) = from == to ? 9 : from == 2 && to == 7 ? 4 : from + to == 11 ? 3 : 1;
    }
  }
  store.keep(digits);
  const RunResult run = run_of_claims(Modality::kImage);
  const std::vector<ReproducedClaim> claims =
      claims_on(Modality::kImage, ModelResults(run, "tiny"), store);
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
