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
    EXPECT_EQ(refused(not_negative(), text),
              absl::StrCat("found \"", text, "\", expected a number, 0 or more"));
  }
}

TEST(NotNegative, OrAWord) {
  EXPECT_EQ(refused(not_negative("auto"), "auto"), "");
  EXPECT_EQ(refused(not_negative("auto"), "0"), "");
  EXPECT_EQ(refused(not_negative("auto"), "-1"),
            "found \"-1\", expected auto or a number, 0 or more");
}

TEST(Positive, TakesFiniteNumbersAboveZero) {
  for (const char* text : {"1e-300", "2"}) EXPECT_EQ(refused(positive(), text), "");
  for (const char* text : {"0", "-2", "nan", "inf", "two"}) {
    EXPECT_EQ(refused(positive(), text),
              absl::StrCat("found \"", text, "\", expected a number above 0"));
  }
}

TEST(WholeNumber, TakesDecimalDigitsWithinItsBounds) {
  for (const char* text : {"1", "7", "20"}) EXPECT_EQ(refused(whole_number(1, 20), text), "");
  // 010 would be read as 8, and 0x10 as 16.
  for (const char* text : {"0", "21", "-1", "1.5", "1e1", "010", "0x10", " 3", "few", ""}) {
    EXPECT_EQ(refused(whole_number(1, 20), text),
              absl::StrCat("found \"", text, "\", expected a whole number from 1 to 20"));
  }
}

TEST(WholeNumber, HasNoUpperBoundOfItsOwn) {
  EXPECT_EQ(refused(whole_number(), "18446744073709551615"), "");
  EXPECT_EQ(refused(whole_number(), "18446744073709551616"),
            "found \"18446744073709551616\", expected a whole number, 0 or more");
}

// What becomes of a text.
std::string bytes(std::string text) {
  const std::string refusal = memory_size()(text);
  return refusal.empty() ? text : refusal;
}

TEST(MemorySize, HasUnitsOfTwoKinds) {
  EXPECT_EQ(bytes("1"), "1");
  EXPECT_EQ(bytes("500MB"), "500000000");
  EXPECT_EQ(bytes("500m"), "500000000");
  EXPECT_EQ(bytes("2GiB"), "2147483648");
  EXPECT_EQ(bytes("2 gi"), "2147483648");
  EXPECT_EQ(bytes("3kb"), "3000");
  EXPECT_EQ(bytes("1TiB"), "1099511627776");
  for (const char* text : {"0", "0GB", "-1", "1.5GB", "GB", "5XB", "5MBs", "99999999TB", ""}) {
    EXPECT_EQ(bytes(text), absl::StrCat("found \"", text,
                                        "\", expected a size above 0, such as 500MB "
                                        "or 2GiB"));
  }
}

TEST(Duration, HasUnitsAndBecomesSeconds) {
  const auto seconds = [](std::string text) {
    const std::string refusal = duration()(text);
    return refusal.empty() ? text : refusal;
  };
  EXPECT_EQ(seconds("90s"), "90");
  EXPECT_EQ(seconds("20m"), "1200");
  EXPECT_EQ(seconds("1h30m"), "5400");
  for (const char* text : {"20", "0s", "-1m", "inf", "soon", ""}) {
    EXPECT_EQ(seconds(text), absl::StrCat("found \"", text,
                                          "\", expected a time above 0, such as 90s, 20m or 1h30m"));
  }
}

}  // namespace
}  // namespace eif
