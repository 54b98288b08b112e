#include "plugins/shared/huggingface/text_encoder.h"

#include <algorithm>
#include <utility>

namespace eif {
namespace {

void append(std::vector<int64_t>& ids, const std::vector<int64_t>& more) {
  ids.insert(ids.end(), more.begin(), more.end());
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

}  // namespace eif
