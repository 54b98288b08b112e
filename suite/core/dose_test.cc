#include "suite/core/dose.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TEST(CanonicalDoses, AreInOrderAndEachOnce) {
  const auto doses = canonical_doses({"0.90", "0.5", "plateau", "0.9", "plateau"});
  ASSERT_TRUE(doses.ok()) << doses.status();
  EXPECT_THAT(*doses, ElementsAre("plateau", "0.5", "0.9"));
  EXPECT_TRUE(has_plateau(*doses));
  EXPECT_THAT(learned_shares(*doses), ElementsAre(0.5, 0.9));
  EXPECT_THAT(learned_shares({"plateau"}), IsEmpty());
}

TEST(IsLearnedDose, IsAboutShares) {
  EXPECT_TRUE(is_learned_dose("0.9"));
  for (const char* const other : {"", "plateau", "lr 0.9"}) EXPECT_FALSE(is_learned_dose(other));
}

TEST(IsDoseName, IsAboutWhatResultsAreCalledBy) {
  for (const char* const name : {"plateau", "0.9", "1e-06", "lr 0.001"}) EXPECT_TRUE(is_dose_name(name));
  for (const char* const other : {"", "0.90", "1", "lr", "lr ", "lr <b>", "lr nan", "Plateau", "0.9 <b>"}) {
    EXPECT_FALSE(is_dose_name(other)) << other;
  }
}

TEST(AskedDose, OfAGivenRateIsThePlateau) {
  EXPECT_EQ(asked_dose("lr 0.3"), "plateau");
  for (const char* const dose : {"plateau", "0.9", ""}) EXPECT_EQ(asked_dose(dose), dose);
}

TEST(CanonicalDoses, RefuseWhatIsNoShare) {
  for (const char* const dose : {"0", "1", "1.5", "-0.5", "nan", "half", ""}) {
    const auto doses = canonical_doses({dose});
    ASSERT_EQ(doses.status().code(), absl::StatusCode::kInvalidArgument) << dose;
    EXPECT_THAT(std::string(doses.status().message()),
                HasSubstr("neither plateau nor a share above 0 and below 1"));
  }
  EXPECT_EQ(canonical_doses({}).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(CanonicalDoses, RefuseWhatHasNoNameOfItsOwn) {
  for (const char* const dose : {"0.9000001", "0.99999999"}) {
    EXPECT_THAT(std::string(canonical_doses({dose}).status().message()),
                HasSubstr("more digits than the six that tell shares apart"));
  }
}

TEST(CheckDoses, RefusesWhatHasTwoMeanings) {
  TrainingOptions training;
  EXPECT_TRUE(check_doses({"plateau", "0.9"}, training, /*rate_is_given=*/false).ok());
  EXPECT_TRUE(check_doses({"0.9"}, training, /*rate_is_given=*/true).ok());
  EXPECT_TRUE(check_doses({"plateau"}, training, /*rate_is_given=*/true).ok());
  EXPECT_THAT(std::string(check_doses({"plateau", "0.9"}, training, true).message()),
              HasSubstr("leave out --lr"));
  training.epochs = 3;
  EXPECT_TRUE(check_doses({"plateau"}, training, false).ok());
  EXPECT_THAT(std::string(check_doses({"0.9"}, training, false).message()),
              HasSubstr("leave out --epochs"));
}

TEST(LearnedShare, IsThatOfTheStatementLearnedLeast) {
  const double before[] = {4, 2}, after[] = {1, 1.5};
  EXPECT_DOUBLE_EQ(learned_share(before, after), 0.25);
  const double unknown[] = {1, kNan}, first_unknown[] = {kNan, 1};
  EXPECT_TRUE(std::isnan(learned_share(before, unknown)));
  EXPECT_TRUE(std::isnan(learned_share(before, first_unknown)));
  EXPECT_TRUE(std::isnan(learned_share({}, {})));
}

}  // namespace
}  // namespace eif
