#include "suite/host/decided_by_regime.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "suite/host/chains_for_test.h"

namespace eif {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

std::map<std::string, std::string> decided(const RunRequest& request, bool is_proportional = true) {
  const DrawnChains drawn;
  const absl::StatusOr<std::map<std::string, std::string>> reasons = decided_by_regime(
      drawn.chains, drawn.draw, drawn.requests(), regime_of(request, is_proportional));
  EXPECT_TRUE(reasons.ok()) << reasons.status();
  return *reasons;
}

std::vector<std::string> ids_of(const std::map<std::string, std::string>& reasons) {
  std::vector<std::string> ids;
  for (const auto& [id, reason] : reasons) ids.push_back(id);
  return ids;
}

// By hand, with g the step on a statement and h = ∇L(A∈C) − ∇L(C∈A):
//
//   controlled  ⟨g(B∈C) − g(D∈C), h⟩, which exchanging B and D negates
//   exchanged   half of ⟨g(A∈B) + g(B∈C) − g(A∈B) − g(D∈C) + g(A∈D) + g(D∈C) − g(A∈D) − g(B∈C), h⟩ = 0
//   mutual      ⟨∇L(A∈B), ∇L(B∈A)⟩ less itself
TEST(DecidedByRegime, KnowsWhatFirstOrderAlgebraSays) {
  EXPECT_THAT(decided({}),
              UnorderedElementsAre(
                  Pair("controlled", HasSubstr("turns its sign when two made-up words change")),
                  Pair("exchanged", HasSubstr("small steps add up, and at first order that gives")),
                  Pair("mutual", HasSubstr("single statements help each other alike")),
                  Pair("fixed", HasSubstr("every model the same number"))));
}

TEST(DecidedByRegime, ChainsAreDecidedUnderMomentumDecayAndClipping) {
  RunRequest request;
  request.training = {.momentum = 0.9, .weight_decay = 0.1, .max_gradient_norm = 1, .epochs = 3};
  // With momentum the first statement counts more than the second: it is the same in chain and
  // control, and the second is what is exchanged.
  EXPECT_THAT(ids_of(decided(request)),
              UnorderedElementsAre("controlled", "exchanged", "mutual", "fixed"));
  // A∈B → B∈A less B∈A → A∈B is not 0 any more, and turns its sign with A and B.
  EXPECT_THAT(decided(request)["mutual"], HasSubstr("two made-up words change places"));
}

TEST(DecidedByRegime, OtherMasksAreNotMutual) {
  RunRequest request;
  request.mask = Mask::kTraining;
  EXPECT_THAT(decided(request)["mutual"], HasSubstr("two made-up words change places"));
}

// "far" is the larger of two influences; "cut" what is lost, and 0 where nothing is.
TEST(DecidedByRegime, WhatIsTheSameForManyLearnersIsNotForAll) {
  class Cut final : public Desideratum {
   public:
    DesideratumInfo info() const override { return Chains().info(); }
    absl::StatusOr<std::vector<Request>> plan(const Draw& draw) const override {
      return Chains().plan(draw);
    }
    absl::StatusOr<Scores> score(const Draw&, const Answers& answers) const override {
      const Matrix& matrix = answers.at("chains");
      return Scores{.effects = {{"cut", std::max(0.0, matrix.at("there", "there") -
                                                          matrix.at("chain", "there"))}}};
    }
  };
  const DrawnChains drawn;
  // ⟨g(A∈B), g(A∈B)⟩ less 1.9 of that and ⟨g(B∈C), g(A∈B)⟩: above 0 where the two are opposed.
  RunRequest request;
  request.training.momentum = 0.9;
  EXPECT_THAT(decided_by_regime(Cut(), drawn.draw, drawn.requests(), regime_of(request, true)).value(),
              IsEmpty());
}

TEST(DecidedByRegime, NothingIsKnownOfAdamWAndLargeSteps) {
  RunRequest request;
  request.training.optimizer = Optimizer::kAdamW;
  EXPECT_THAT(decided(request), IsEmpty());
  EXPECT_THAT(decided({}, /*is_proportional=*/false), IsEmpty());
}

}  // namespace
}  // namespace eif
