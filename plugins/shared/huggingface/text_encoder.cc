#include "plugins/shared/huggingface/text_encoder.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "suite/formats/printable.h"

namespace eif {
namespace {

void append(std::vector<int64_t>& ids, const std::vector<int64_t>& more) {
  ids.insert(ids.end(), more.begin(), more.end());
}

constexpr size_t kExcerptBytes = 60;
constexpr size_t kMostPieces = 40;

// The tokens as the vocabulary spells them: "Cor" "van" "Ġlives"
std::string pieces(const Tokenizer& tokenizer, const std::vector<int64_t>& ids) {
  std::string text;
  for (size_t i = 0; i < std::min(ids.size(), kMostPieces); ++i) {
    absl::StrAppend(&text, i == 0 ? "" : " ",
                    in_quotes(tokenizer.piece(ids[i]).value_or(absl::StrCat(ids[i]))));
  }
  return absl::StrCat(text, ids.size() > kMostPieces ? " …" : "");
}

}  // namespace

Bos tokenizer_policy(BeginningOfSequence policy) {
  switch (policy) {
    case BeginningOfSequence::kAlways:
      return Bos::kAlways;
    case BeginningOfSequence::kNever:
      return Bos::kNever;
    case BeginningOfSequence::kAsTokenizerSays:
      break;
  }
  return Bos::kAuto;
}

absl::StatusOr<TextEncoder> TextEncoder::make(std::unique_ptr<const Tokenizer> tokenizer,
                                              BeginningOfSequence policy) {
  constexpr const char* kProbe = "a";
  const absl::StatusOr<std::vector<int64_t>> bare = tokenizer->encode(kProbe, Bos::kNever);
  if (!bare.ok()) return bare.status();
  const absl::StatusOr<std::vector<int64_t>> framed =
      tokenizer->encode(kProbe, tokenizer_policy(policy));
  if (!framed.ok()) return framed.status();
  const auto text = std::search(framed->begin(), framed->end(), bare->begin(), bare->end());
  TextEncoder encoder;
  encoder.prefix_.assign(framed->begin(), text);
  encoder.suffix_.assign(text + static_cast<int64_t>(bare->size()), framed->end());
  encoder.tokenizer_ = std::move(tokenizer);
  return encoder;
}

absl::StatusOr<TextExample> TextEncoder::encode(const std::string& statement,
                                                const std::string& context) const {
  TextExample example;
  example.ids = prefix_;
  if (!context.empty()) {
    const absl::StatusOr<std::vector<int64_t>> ids = tokenizer_->encode(context, Bos::kNever);
    if (!ids.ok()) return ids.status();
    append(example.ids, *ids);
  }
  const absl::StatusOr<std::vector<int64_t>> ids = tokenizer_->encode(statement, Bos::kNever);
  if (!ids.ok()) return ids.status();
  example.first_of_statement = static_cast<int64_t>(example.ids.size());
  // Without a token in front the statement's first one cannot be scored, so it is not scored behind
  // a context either.
  example.first_scored = static_cast<int64_t>(example.ids.size()) + (prefix_.empty() ? 1 : 0);
  append(example.ids, *ids);
  append(example.ids, suffix_);
  return example;
}

absl::StatusOr<TextExample> TextEncoder::encode(const PromptedText& text,
                                                const std::string& context) const {
  absl::StatusOr<TextExample> example =
      encode(absl::StrCat(text.prompt, text.completion), context);
  if (!example.ok()) return example;
  const absl::StatusOr<std::vector<int64_t>> prompt =
      tokenizer_->encode(text.prompt, Bos::kNever);
  if (!prompt.ok()) return prompt.status();
  const std::vector<int64_t> whole(example->ids.begin() + example->first_of_statement,
                                   example->ids.end() - std::ssize(suffix_));
  const auto [in_prompt, in_whole] =
      std::mismatch(prompt->begin(), prompt->end(), whole.begin(), whole.end());
  if (in_prompt != prompt->end()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the prompt ", in_quotes(text.prompt, kExcerptBytes), " does not end between two tokens of ",
        "the text, which are ", pieces(*tokenizer_, whole),
        "; move the space or the piece of a word to the side where it belongs: most tokens begin "
        "with their space"));
  }
  example->first_scored =
      std::max(example->first_scored, example->first_of_statement + std::ssize(*prompt));
  return example;
}

}  // namespace eif
