#include "domains/exchange.h"

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace eif {
namespace {

using ::testing::ElementsAre;

TEST(Exchanged, TheTwoEntitiesStandInEachOthersPlaces) {
  const absl::StatusOr<SampleTemplate> made = exchanged(
      {.id = "chain", .statements = {"{A} is in {B}.", "{spare}s and {{B}} are in {B}s."}},
      {"B", "spare"});
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(made->id, "exchanged_chain");
  EXPECT_THAT(made->statements,
              ElementsAre("{A} is in {spare}.", "{B}s and {{B}} are in {spare}s."));
}

TEST(Exchanged, PromptsToo) {
  const absl::StatusOr<SampleTemplate> made =
      exchanged({.id = "asked", .statements = {" Yes."}, .prompts = {"Is {A} in {B}?"}}, {"A", "B"});
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_THAT(made->statements, ElementsAre(" Yes."));
  EXPECT_THAT(made->prompts, ElementsAre("Is {B} in {A}?"));
}

TEST(Exchanged, IsTrainedOnOnlyAndNoPartOfItsDomain) {
  const absl::StatusOr<SampleTemplate> made =
      exchanged({.id = "chain", .statements = {"{A} is."}}, {"A", "B"});
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_TRUE(made->role.extended);
  EXPECT_TRUE(made->role.train);
  EXPECT_FALSE(made->role.evaluate);
  EXPECT_EQ(made->role.note, "chain with {A} and {B} in each other's places");
}

TEST(Exchanged, ErrorWhereNothingIsExchanged) {
  EXPECT_EQ(exchanged({.id = "chain", .statements = {"{A} is."}}, {"B", "C"}).status(),
            absl::InvalidArgumentError(
                "neither {B} nor {C} stands in it, so that nothing is exchanged"));
}

}  // namespace
}  // namespace eif
