#include "plugins/shared/huggingface/tokenizer/unicode.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/uniset.h>
#include <unicode/utf8.h>

#include <cstdint>
#include <memory>

#include "absl/strings/str_cat.h"

namespace eif::tokenizer {
namespace {

struct Nfc9 {
  UErrorCode error = U_ZERO_ERROR;
  std::unique_ptr<icu::UnicodeSet> characters;
  std::unique_ptr<icu::FilteredNormalizer2> normalizer;
};

Nfc9 make_nfc9() {
  Nfc9 nfc;
  const icu::Normalizer2* current = icu::Normalizer2::getNFCInstance(nfc.error);
  nfc.characters = std::make_unique<icu::UnicodeSet>(u"[:age=9.0:]", nfc.error);
  if (U_FAILURE(nfc.error)) return nfc;
  nfc.characters->freeze();
  nfc.normalizer = std::make_unique<icu::FilteredNormalizer2>(*current, *nfc.characters);
  return nfc;
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

absl::StatusOr<std::string> nfc(std::string_view text) {
  static const Nfc9& nfc9 = *new Nfc9(make_nfc9());
  std::string normalized;
  UErrorCode error = nfc9.error;
  if (U_SUCCESS(error)) {
    icu::StringByteSink<std::string> sink(&normalized, static_cast<int32_t>(text.size()));
    nfc9.normalizer->normalizeUTF8(0, icu::StringPiece(text.data(), text.size()), sink, nullptr,
                                   error);
  }
  if (U_SUCCESS(error)) return normalized;
  return absl::InternalError(absl::StrCat("ICU could not normalize text to NFC: ",
                                          u_errorName(error), ". Is its data package installed?"));
}

}  // namespace eif::tokenizer
