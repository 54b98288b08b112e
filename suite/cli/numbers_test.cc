#include "suite/cli/numbers.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace eif {
namespace {

// What a validator has against a text; empty where it takes it.
std::string refused(const CLI::Validator& validator, std::string text) { return validator(text); }

TEST(NotNegative, TakesFiniteNumbersFromZeroOn) {
  for (const char* text : {"0", "1e-5", "3", "1e300"}) EXPECT_EQ(refused(not_negative(), text), "");
  for (const char* text : {"-1", "-1e-9", "nan", "inf", "x", "", "1x", "auto"}) {
    EXPECT_EQ(refused(not_negative(), text), absl::StrCat("'", text, "' is no number >= 0"));
  }
}

TEST(NotNegative, OrAWord) {
  EXPECT_EQ(refused(not_negative("auto"), "auto"), "");
  EXPECT_EQ(refused(not_negative("auto"), "0"), "");
  EXPECT_EQ(refused(not_negative("auto"), "-1"), "'-1' is neither auto nor a number >= 0");
}

TEST(Positive, TakesFiniteNumbersAboveZero) {
  for (const char* text : {"1e-300", "2"}) EXPECT_EQ(refused(positive(), text), "");
  for (const char* text : {"0", "-2", "nan", "inf", "two"}) {
    EXPECT_EQ(refused(positive(), text), absl::StrCat("'", text, "' is no number > 0"));
  }
}

}  // namespace
}  // namespace eif
