#include "desiderata/shared/text_logic.h"

#include "desiderata/shared/draw_for_test.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

class TwoDomains final : public TextLogic {
 public:
  TwoDomains()
      : TextLogic({.claim = "claim", .paper_section = "1", .holds = "yes", .violated = "no"},
                  {direct("part_of", lowers("part_a_c", "not_part_a_c")),
                   direct("squares", lowers("in_b_both", "chain")),
                   plain("part_of", one_sided("combined", "part_a_b"))}) {}
};

TEST(TextLogic, InfoIsItsWordsAndItsContrastsInOrder) {
  const DesideratumInfo info = TwoDomains().info();
  EXPECT_EQ(info.claim, "claim");
  EXPECT_EQ(info.holds, "yes");
  EXPECT_EQ(info.violated, "no");
  EXPECT_THAT(info.modalities, ElementsAre(Modality::kText));
  ASSERT_EQ(info.expectations.size(), 3u);
  EXPECT_EQ(info.expectations[0].id, "part_a_c_lowers_not_part_a_c");
  EXPECT_EQ(info.expectations[2].id, "combined_to_part_a_b_over_back_plain");
  for (const Expectation& one : info.expectations) EXPECT_EQ(one.deciding_dose, "0.9") << one.id;
}

TEST(TextLogic, PlansEachDomainOnce) {
  const absl::StatusOr<std::vector<Request>> requests =
      TwoDomains().plan(DrawForTest(Modality::kText));
  ASSERT_TRUE(requests.ok()) << requests.status();
  ASSERT_EQ(requests->size(), 2u);
  EXPECT_EQ((*requests)[0].name, "part_of");
  EXPECT_EQ((*requests)[1].name, "squares");
}

TEST(TextLogic, ScoresEachContrast) {
  Matrix parts({"part_a_c", "combined", "part_a_b"}, {"not_part_a_c", "part_a_b", "combined"});
  parts.at(0, 0) = 0.25;
  parts.at(1, 1) = 2;
  parts.at(2, 2) = 0.5;
  Matrix squares({"in_b_both"}, {"chain"});
  squares.at(0, 0) = -4;
  const absl::StatusOr<Scores> scores =
      TwoDomains().score(DrawForTest(Modality::kText), {{"part_of", parts}, {"squares", squares}});
  ASSERT_TRUE(scores.ok()) << scores.status();
  EXPECT_THAT(scores->effects, ElementsAre(Pair("combined_to_part_a_b_over_back_plain", 1.5),
                                           Pair("in_b_both_lowers_chain", 4),
                                           Pair("part_a_c_lowers_not_part_a_c", -0.25)));
}

}  // namespace
}  // namespace eif
