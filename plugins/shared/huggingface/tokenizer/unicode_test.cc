#include "plugins/shared/huggingface/tokenizer/unicode.h"

#include <gtest/gtest.h>

namespace eif::tokenizer {
namespace {

TEST(Unicode, FindsTheFirstByteThatIsNotUtf8) {
  EXPECT_EQ(first_invalid_utf8("aé日😀"), std::nullopt);
  EXPECT_EQ(first_invalid_utf8(std::string_view("a\0b", 3)), std::nullopt);
  EXPECT_EQ(first_invalid_utf8("ab\xFF"), 2);
  EXPECT_EQ(first_invalid_utf8("a\xC3"), 1) << "cut off";
  EXPECT_EQ(first_invalid_utf8("\xC0\x80"), 0) << "overlong";
  EXPECT_EQ(first_invalid_utf8("a\xED\xA0\x80"), 1) << "a surrogate";
  EXPECT_EQ(first_invalid_utf8("\xF4\x90\x80\x80"), 0) << "above U+10FFFF";
}

TEST(Unicode, ReadsCharactersInBothDirections) {
  EXPECT_EQ(character_at("é日", 2).code_point, U'日');
  EXPECT_EQ(character_before("é日", 2).code_point, U'é');
  EXPECT_EQ(character_before("é日", 5).bytes, 3u);
}

TEST(Unicode, ClassesAreThoseOfRust) {
  for (const char32_t numeric : {U'7', U'٣', U'²', U'½', U'Ⅳ', U'〇'}) {
    EXPECT_TRUE(is_numeric(numeric)) << static_cast<uint32_t>(numeric);
  }
  EXPECT_FALSE(is_numeric(U'一')) << "a letter that means one";
  EXPECT_TRUE(is_white_space(U'\u00A0'));
  EXPECT_FALSE(is_white_space(U'\u200B'));
  for (const char32_t word : {U'a', U'_', U'\u0301', U'7', U'\u200D', U'Ⅳ'}) {
    EXPECT_TRUE(is_word(word)) << static_cast<uint32_t>(word);
  }
  EXPECT_FALSE(is_word(U'²'));
}

TEST(Unicode, NfcIsThatOfUnicode9) {
  const auto nfc = [](std::string_view text) {
    return normalized(text, NormalizationForm::kNfc);
  };
  EXPECT_EQ(*nfc("A\u030A\u212B"), "\u00C5\u00C5");
  EXPECT_EQ(*nfc("q\u0307\u0323"), "q\u0323\u0307");
  EXPECT_EQ(*nfc("\u0345\u08D4"), "\u08D4\u0345") << "reordered since 9.0";
  EXPECT_EQ(*nfc("\u0345\u1DF6"), "\u0345\u1DF6") << "reordered since 10.0 only";
  EXPECT_EQ(*nfc("\U00011935\U00011930"), "\U00011935\U00011930") << "composed since 13.0 only";
}

TEST(Unicode, KnowsFourForms) {
  const std::string text = "\u00C5\uFB01";
  EXPECT_EQ(*normalized(text, NormalizationForm::kNfc), text);
  EXPECT_EQ(*normalized(text, NormalizationForm::kNfd), "A\u030A\uFB01");
  EXPECT_EQ(*normalized(text, NormalizationForm::kNfkc), "\u00C5fi");
  EXPECT_EQ(*normalized(text, NormalizationForm::kNfkd), "A\u030Afi");
}

TEST(Unicode, PunctuationIsThatOfUnicode8) {
  for (const char32_t sign : {U'!', U'$', U'^', U'~', U'…', U'\u166D', U'\U000111C9'}) {
    EXPECT_TRUE(is_punctuation(sign)) << static_cast<uint32_t>(sign);
  }
  for (const char32_t other : {U'a', U' ', U'€', U'\u2E43', U'\x7F'}) {
    EXPECT_FALSE(is_punctuation(other)) << static_cast<uint32_t>(other);
  }
}

TEST(Unicode, LowercasesEachCharacterByItself) {
  EXPECT_EQ(lowercase("ΑΣ İǅ"), "ασ i\u0307ǆ");
}

}  // namespace
}  // namespace eif::tokenizer
