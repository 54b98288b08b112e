#include "plugins/shared/huggingface/tokenizer/unicode.h"

#include <unicode/bytestream.h>
#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/uniset.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <array>
#include <cstdint>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace eif::tokenizer {
namespace {

struct Normalizer9 {
  UErrorCode error = U_ZERO_ERROR;
  std::unique_ptr<icu::UnicodeSet> characters;
  std::unique_ptr<icu::FilteredNormalizer2> normalizer;
};

const icu::Normalizer2* current(NormalizationForm form, UErrorCode& error) {
  switch (form) {
    case NormalizationForm::kNfc:
      return icu::Normalizer2::getNFCInstance(error);
    case NormalizationForm::kNfd:
      return icu::Normalizer2::getNFDInstance(error);
    case NormalizationForm::kNfkc:
      return icu::Normalizer2::getNFKCInstance(error);
    case NormalizationForm::kNfkd:
      break;
  }
  return icu::Normalizer2::getNFKDInstance(error);
}

Normalizer9 make_normalizer9(NormalizationForm form) {
  Normalizer9 made;
  const icu::Normalizer2* normalizer = current(form, made.error);
  made.characters = std::make_unique<icu::UnicodeSet>(u"[:age=9.0:]", made.error);
  if (U_FAILURE(made.error)) return made;
  made.characters->freeze();
  made.normalizer = std::make_unique<icu::FilteredNormalizer2>(*normalizer, *made.characters);
  return made;
}

}  // namespace

std::optional<size_t> first_invalid_utf8(std::string_view text) {
  size_t position = 0;
  while (position < text.size()) {
    const size_t begin = position;
    UChar32 code_point;
    U8_NEXT(text, position, text.size(), code_point);
    if (code_point < 0) return begin;
  }
  return std::nullopt;
}

Character character_at(std::string_view text, size_t begin) {
  size_t end = begin;
  UChar32 code_point;
  U8_NEXT_UNSAFE(text, end, code_point);
  return {static_cast<char32_t>(code_point), end - begin};
}

Character character_before(std::string_view text, size_t end) {
  size_t begin = end;
  UChar32 code_point;
  U8_PREV_UNSAFE(text, begin, code_point);
  return {static_cast<char32_t>(code_point), end - begin};
}

bool is_numeric(char32_t code_point) { return (U_GET_GC_MASK(code_point) & U_GC_N_MASK) != 0; }

bool is_white_space(char32_t code_point) { return u_isUWhiteSpace(code_point); }

bool is_word(char32_t code_point) {
  constexpr uint32_t kCategories = U_GC_M_MASK | U_GC_ND_MASK | U_GC_PC_MASK;
  return u_isUAlphabetic(code_point) || (U_GET_GC_MASK(code_point) & kCategories) != 0 ||
         u_hasBinaryProperty(code_point, UCHAR_JOIN_CONTROL);
}

bool is_punctuation(char32_t code_point) {
  if (code_point < 0x80) return absl::ascii_ispunct(static_cast<unsigned char>(code_point));
  // The two are no punctuation any more.
  if (code_point == 0x166D || code_point == 0x111C9) return true;
  UVersionInfo age;
  u_charAge(code_point, age);
  return age[0] <= 8 && (U_GET_GC_MASK(code_point) & U_GC_P_MASK) != 0;
}

std::string lowercase(std::string_view text) {
  std::string lower;
  lower.reserve(text.size());
  for (size_t begin = 0; begin < text.size();) {
    const Character character = character_at(text, begin);
    begin += character.bytes;
    icu::UnicodeString(static_cast<UChar32>(character.code_point))
        .toLower(icu::Locale::getRoot())
        .toUTF8String(lower);
  }
  return lower;
}

absl::StatusOr<std::string> normalized(std::string_view text, NormalizationForm form) {
  static const auto& normalizers = *new std::array<Normalizer9, 4>{
      make_normalizer9(NormalizationForm::kNfc), make_normalizer9(NormalizationForm::kNfd),
      make_normalizer9(NormalizationForm::kNfkc), make_normalizer9(NormalizationForm::kNfkd)};
  const Normalizer9& normalizer9 = normalizers[static_cast<size_t>(form)];
  std::string normalized;
  UErrorCode error = normalizer9.error;
  if (U_SUCCESS(error)) {
    icu::StringByteSink<std::string> sink(&normalized, static_cast<int32_t>(text.size()));
    normalizer9.normalizer->normalizeUTF8(0, icu::StringPiece(text.data(), text.size()), sink,
                                          nullptr, error);
  }
  if (U_SUCCESS(error)) return normalized;
  return absl::InternalError(absl::StrCat("ICU could not normalize text: ", u_errorName(error),
                                          ". Is its data package installed?"));
}

}  // namespace eif::tokenizer
