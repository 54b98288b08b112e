#include "suite/formats/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace eif {
namespace {

TEST(Utf8, EachLengthIsRead) {
  const struct {
    std::string text;
    char32_t value;
  } characters[] = {{"a", U'a'}, {"é", U'é'}, {"€", U'€'}, {"😀", U'😀'}};
  size_t length = 0;
  for (const auto& [text, value] : characters) {
    EXPECT_EQ(utf8_length(text), ++length);
    EXPECT_EQ(code_point(text), value);
    EXPECT_EQ(first_invalid_utf8(text), std::nullopt);
  }
}

// The table of well-formed byte sequences, Unicode 15, table 3-7: one just outside of each range.
TEST(Utf8, WhatIsNoCharacterIsFound) {
  for (const char* bad : {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC2", "\xC2\x7F",
                          "\xE0\x9F\x80", "\xED\xA0\x80", "\xE1\x80", "\xF0\x8F\x80\x80",
                          "\xF4\x90\x80\x80", "\xF1\x80\x80", "\xF5\x80\x80\x80", "\xFF"}) {
    EXPECT_EQ(first_invalid_utf8(std::string("é") + bad), 2u) << bad;
  }
}

}  // namespace
}  // namespace eif
