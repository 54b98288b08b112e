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

}  // namespace

absl::StatusOr<TextEncoder> TextEncoder::make(std::unique_ptr<const Tokenizer> tokenizer,
                                              BeginningOfSequence policy) {
  absl::StatusOr<SpecialTokens> special = tokenizer->special_tokens(tokenizer_policy(policy));
  if (!special.ok()) return special.status();
  TextEncoder encoder;
  encoder.prefix_ = std::move(special->prefix);
  encoder.suffix_ = std::move(special->suffix);
  encoder.tokenizer_ = std::move(tokenizer);
  return encoder;
}

absl::StatusOr<std::vector<int64_t>> TextEncoder::bare_ids(const std::string& text) const {
  absl::StatusOr<std::vector<int64_t>> ids = tokenizer_->encode(text, Bos::kNever);
  if (!ids.ok() || prefix_.empty() || ids->empty()) return ids;
  if (ids->front() == prefix_.front() && ids->front() == tokenizer_->bos_id()) {
    ids->erase(ids->begin());
  }
  return ids;
}

absl::StatusOr<TextExample> TextEncoder::encode(const std::string& statement,
                                                const std::string& context) const {
  TextExample example;
  example.ids = prefix_;
  if (!context.empty()) {
    const absl::StatusOr<std::vector<int64_t>> ids = bare_ids(context);
    if (!ids.ok()) return ids.status();
    append(example.ids, *ids);
  }
  const absl::StatusOr<std::vector<int64_t>> ids = bare_ids(statement);
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
  const absl::StatusOr<std::vector<int64_t>> prompt = bare_ids(text.prompt);
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
