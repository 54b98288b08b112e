#include "desiderata/declared/passing_learner.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace eif {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

// Samples a, b, c and d, all trained on and asked.
Declaration declared(const std::string& expectations) {
  std::string toml =
      "id = \"mine\"\nversion = \"1\"\nclaim = \"c\"\nholds = \"h\"\nviolated = \"v\"\n";
  for (const char* const id : {"a", "b", "c", "d"}) {
    absl::StrAppend(&toml, "[[sample]]\nid = \"", id, "\"\ntext = \"{", id, "}\"\n");
  }
  absl::StatusOr<Declaration> declaration =
      parse_declaration(absl::StrCat(toml, expectations), "mine.toml");
  EXPECT_TRUE(declaration.ok()) << declaration.status();
  return declaration.value_or(Declaration());
}

std::string expectation(const std::string& id, const std::string& effect,
                        const std::string& more = "") {
  return absl::StrCat("[[expectation]]\nid = \"", id, "\"\neffect = \"", effect, "\"\n", more);
}

constexpr char kInvariance[] = "kind = \"invariance\"\n";

double value_on(const PassingLearner& learner, const std::string& sum) {
  return parse_sum(sum)->value([&](const Cell& cell) { return learner.at("mine", cell); });
}

TEST(PassingLearner, RaisesWhatIsCountedAndLowersWhatIsSubtracted) {
  const PassingLearner learner = find_passing_learner(
      declared(expectation("e", "(a > b) - (a > c)", "control = \"(d > b) - (d > c)\"\n")));
  EXPECT_THAT(learner.unmet, IsEmpty());
  EXPECT_THAT(learner.influence.at("mine"),
              UnorderedElementsAre(Pair(Cell{"a", "b"}, 1), Pair(Cell{"a", "c"}, -1),
                                   Pair(Cell{"d", "b"}, -1), Pair(Cell{"d", "c"}, 1)));
  EXPECT_EQ(learner.at("mine", {"a", "a"}), 1);
  EXPECT_EQ(learner.at("mine", {"b", "d"}), 0);
  EXPECT_EQ(learner.at("other", {"a", "b"}), 0);
}

TEST(PassingLearner, SecondaryExpectationsDoNotCount) {
  const PassingLearner learner = find_passing_learner(
      declared(expectation("e", "a > b") + expectation("f", "-(a > b)", "primary = false\n")));
  EXPECT_THAT(learner.unmet, IsEmpty());
  EXPECT_EQ(learner.at("mine", {"a", "b"}), 1);
}

// The signs of a > b are opposite, and yet both can be had.
TEST(PassingLearner, MeetsExpectationsThatPullAtOneCell) {
  const PassingLearner learner = find_passing_learner(
      declared(expectation("e", "(a > b) - (a > c)") + expectation("f", "(a > d) - (a > b)") +
               expectation("g", "(a > b)")));
  EXPECT_THAT(learner.unmet, IsEmpty());
  EXPECT_GE(value_on(learner, "(a > b) - (a > c)"), 1 - 1e-6);
  EXPECT_GE(value_on(learner, "(a > d) - (a > b)"), 1 - 1e-6);
  EXPECT_GE(value_on(learner, "(a > b)"), 1 - 1e-6);
}

TEST(PassingLearner, MeetsInvariancesWithWhatASampleDoesForItself) {
  const PassingLearner learner = find_passing_learner(declared(
      expectation("e", "mean(abs((a > a) - (a > b)), abs((b > b) - (b > a)))", kInvariance) +
      expectation("f", "(a > b) - (a > c)")));
  EXPECT_THAT(learner.unmet, IsEmpty());
  EXPECT_NEAR(learner.at("mine", {"a", "b"}), 1, 0.02);
  EXPECT_NEAR(learner.at("mine", {"b", "a"}), 1, 0.02);
}

TEST(PassingLearner, MeetsShares) {
  const PassingLearner learner = find_passing_learner(
      declared(expectation("e", "((a > b) + (a > c)) / (a > d)") + expectation("f", "(a > d)")));
  EXPECT_THAT(learner.unmet, IsEmpty());
  EXPECT_GE(value_on(learner, "((a > b) + (a > c)) / (a > d)"), 1 - 1e-6);
}

TEST(PassingLearner, NamesWhatCannotBeHad) {
  EXPECT_THAT(find_passing_learner(declared(expectation("e", "(a > b) - (a > c)") +
                                            expectation("f", "(a > c) - (a > b)")))
                  .unmet,
              Contains(testing::AnyOf("e", "f")));
  // A sample helps itself as much as it does.
  EXPECT_THAT(find_passing_learner(declared(expectation("e", "(a > a) - (b > b)"))).unmet,
              ElementsAre("e"));
  EXPECT_THAT(
      find_passing_learner(declared(expectation("e", "a > b") +
                                    expectation("f", "abs((a > a) + (a > b))", kInvariance)))
          .unmet,
      Contains(testing::AnyOf("e", "f")));
}

TEST(Weights, AreThoseOfTheSumAndItsControl) {
  const Declaration declaration =
      declared(expectation("e", "(a > b) - 0.5 * (a > c)", "control = \"(d > b) - (a > b)\"\n"));
  EXPECT_THAT(weights(declaration.expectations[0]),
              UnorderedElementsAre(Pair(Cell{"a", "b"}, 2), Pair(Cell{"a", "c"}, -0.5),
                                   Pair(Cell{"d", "b"}, -1)));
}

}  // namespace
}  // namespace eif
