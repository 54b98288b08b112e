#include "suite/formats/suggest.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace eif {
namespace {

const std::vector<std::string> kNames = {"symmetry", "noise_invariance", "cnn"};

TEST(DidYouMean, FindsASlipOfTheKeyboard) {
  EXPECT_EQ(did_you_mean("symetry", kNames), " Did you mean 'symmetry'?");    // one left out
  EXPECT_EQ(did_you_mean("symmmetry", kNames), " Did you mean 'symmetry'?");  // one too many
  EXPECT_EQ(did_you_mean("aymmetry", kNames), " Did you mean 'symmetry'?");   // another one
  EXPECT_EQ(did_you_mean("symmerty", kNames), " Did you mean 'symmetry'?");   // two exchanged
  EXPECT_EQ(did_you_mean("noise-invariance", kNames), " Did you mean 'noise_invariance'?");
}

TEST(DidYouMean, AShortNameMayDifferInOneLetter) {
  EXPECT_EQ(did_you_mean("cn", kNames), " Did you mean 'cnn'?");
  EXPECT_EQ(did_you_mean("dnn", kNames), " Did you mean 'cnn'?");
  EXPECT_EQ(did_you_mean("rnm", kNames), "");
}

TEST(DidYouMean, ALongNameMayDifferInAThirdOfItsLetters) {
  EXPECT_EQ(did_you_mean("simetri", kNames), "");                           // 3 of 7
  EXPECT_EQ(did_you_mean("simetry", kNames), " Did you mean 'symmetry'?");  // 2 of 7
}

TEST(DidYouMean, TheNearestWins) {
  EXPECT_EQ(did_you_mean("--desiderata", {"--device", "--desideratum", "--data"}),
            " Did you mean '--desideratum'?");
}

TEST(DidYouMean, OfTwoEquallyNearTheFirstWins) {
  EXPECT_EQ(did_you_mean("cat", {"bat", "hat"}), " Did you mean 'bat'?");
}

TEST(DidYouMean, NothingNearGivesNothing) {
  EXPECT_EQ(did_you_mean("transitivity", kNames), "");
  EXPECT_EQ(did_you_mean("cnn", {}), "");
  EXPECT_EQ(did_you_mean("", {"abc"}), "");
}

// Comparing it letter by letter would take seconds for each megabyte.
TEST(DidYouMean, NothingIsMeantByAPage) {
  const std::string page(101, 'a');
  EXPECT_EQ(did_you_mean(page, {page + "a"}), "");
  EXPECT_NE(did_you_mean(page.substr(1), {page}), "");
}

}  // namespace
}  // namespace eif
