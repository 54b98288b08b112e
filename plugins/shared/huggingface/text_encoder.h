// Texts to the token ids that a model reads.
//
//   absl::StatusOr<TextEncoder> encoder = TextEncoder::make(*std::move(tokenizer), policy);
//   absl::StatusOr<TextExample> example = encoder->encode("a klarbu is a pimjon", "");
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/backend.h"
#include "plugins/shared/huggingface/tokenizer/tokenizer.h"

namespace eif {

// Encodes texts as a model reads them: with special tokens in front and behind, and a context
// between. A text has one beginning-of-sequence token at most: where one is put in front, the one
// that the text itself begins with is left out.
class TextEncoder {
 public:
  // kFailedPrecondition: kAlways, and nobody says which token that is.
  static absl::StatusOr<TextEncoder> make(std::unique_ptr<const Tokenizer> tokenizer,
                                          BeginningOfSequence policy);

  // Context and statement are encoded separately and their ids are put side by side: the scored
  // tokens are the same ones whatever stands in front. `context` may be empty.
  absl::StatusOr<TextExample> encode(const std::string& statement,
                                     const std::string& context) const;

  // The same, scoring the completion alone. kInvalidArgument where the prompt does not end between
  // two tokens of the whole text.
  absl::StatusOr<TextExample> encode(const PromptedText& text, const std::string& context) const;

  // How the vocabulary spells a token.
  std::string piece(int64_t id) const { return tokenizer_->piece(id).value_or(""); }

  // The ids that stand in front of every text: none, or the beginning-of-sequence token.
  const std::vector<int64_t>& prefix() const { return prefix_; }
  // The ids that stand behind every text; most models have none.
  const std::vector<int64_t>& suffix() const { return suffix_; }

 private:
  // The ids of the text alone.
  absl::StatusOr<std::vector<int64_t>> bare_ids(const std::string& text) const;

  std::unique_ptr<const Tokenizer> tokenizer_;
  std::vector<int64_t> prefix_;
  std::vector<int64_t> suffix_;
};

}  // namespace eif
