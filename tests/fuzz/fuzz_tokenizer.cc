// A tokenizer.json, and texts encoded with what it describes.
#include <memory>
#include <string_view>
#include <vector>

#include "plugins/shared/huggingface/tokenizer/tokenizer.h"
#include "tests/fuzz/fuzz_target.h"

namespace {

using absl::StatusCode;

// White space, digits, letters outside ASCII, an added token, lone controls, invalid UTF-8.
constexpr std::string_view kTexts[] = {
    "",
    "abc <s>a b<end>  ab 12345",
    "It's\r\n\t  caf\u00e9 \u4f60\u597d \u0661\u0662 e\u0301 \U0001F600\u200d\U0001F525",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa                                cb",
    "\x01\x7f\u0085\u2028 \u2581a",
    "a\xff\xc3",
};

void encode(const eif::Tokenizer& tokenizer, std::string_view text, eif::Bos bos) {
  const auto ids = tokenizer.encode(text, bos);
  if (!ids.ok()) {
    eif::fuzz::refuse(ids.status(), {StatusCode::kInvalidArgument, StatusCode::kFailedPrecondition,
                                     StatusCode::kResourceExhausted});
    return;
  }
  for (const int64_t id : *ids) {
    eif::fuzz::require(tokenizer.piece(id).has_value(), "each id of a text is in the vocabulary");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view json(reinterpret_cast<const char*>(data), size);
  const auto tokenizer = eif::Tokenizer::parse(json, "tokenizer.json");
  if (!tokenizer.ok()) {
    return eif::fuzz::refuse(tokenizer.status(),
                             {StatusCode::kInvalidArgument, StatusCode::kUnimplemented});
  }
  for (const std::string_view text : kTexts) {
    for (const eif::Bos bos : {eif::Bos::kAuto, eif::Bos::kAlways, eif::Bos::kNever}) {
      encode(**tokenizer, text, bos);
    }
  }
  return eif::fuzz::accept();
}
