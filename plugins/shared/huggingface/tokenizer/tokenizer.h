// Text to token ids, exactly as the Hugging Face `tokenizers` library (0.23) does it, from the same
// tokenizer.json: byte-pair encoding on bytes (GPT-2, Llama 3, Qwen, SmolLM2) or with byte fallback
// (Llama 2, Phi-3).
//
//   absl::StatusOr<std::unique_ptr<Tokenizer>> tokenizer = Tokenizer::load("phi3/tokenizer.json");
//   if (!tokenizer.ok()) return tokenizer.status();
//   (*tokenizer)->encode("Hello<|end|>", Bos::kAuto);   // {15043, 32007}
//
// What a file asks for is done or refused by name; nothing is passed over. Errors name the file,
// the place in it, what was found and what was expected:
//   "tokenizer.json: $.model.dropout: found 0.1, expected null: dropout makes ids random. …"
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "plugins/shared/huggingface/tokenizer/tokenizer_config.h"

namespace eif {

// The beginning-of-sequence token.
enum class Bos {
  kAuto,    // as the file's post-processor says
  kAlways,  // that, and one in front where there is none; also of a text that begins with its own
  kNever,   // the text alone, without any special tokens around it: for ids that go on others
};

// What stands around a text.
struct SpecialTokens {
  std::vector<int64_t> prefix;
  std::vector<int64_t> suffix;
};

// Immutable; may be used by several threads at once.
class Tokenizer {
 public:
  // Longer texts and files are refused rather than risked.
  static constexpr size_t kMaxTextBytes = size_t{64} << 20;
  static constexpr size_t kMaxFileBytes = size_t{128} << 20;

  // Reads the files beside it, too (tokenizer_config.h). `bos_id`: the bos_token_id of the model's
  // config.json, for files whose post-processor does not name one. kNotFound: there is no such file.
  // kInvalidArgument: it is damaged, or the files contradict each other. kUnimplemented: it asks for
  // something that is not supported.
  static absl::StatusOr<std::unique_ptr<Tokenizer>> load(
      const std::filesystem::path& file, std::optional<int64_t> bos_id = std::nullopt);
  // `name` stands for the file in messages.
  static absl::StatusOr<std::unique_ptr<Tokenizer>> parse(
      std::string_view json, const std::string& name, std::optional<int64_t> bos_id = std::nullopt,
      const FilesBesideTokenizer& beside = {});

  ~Tokenizer();

  // kInvalidArgument: the text is not UTF-8, and where. kFailedPrecondition: kAlways and no
  // bos_id(). kResourceExhausted: a pattern of the file takes too long on this text, or the file
  // makes the text too long (text_growth.h).
  absl::StatusOr<std::vector<int64_t>> encode(std::string_view text, Bos bos) const;
  // What encode() puts around any text. kFailedPrecondition as there.
  absl::StatusOr<SpecialTokens> special_tokens(Bos bos) const;

  // How the vocabulary spells a token, such as "Ġthe" or "▁the".
  std::optional<std::string> piece(int64_t id) const;
  // One more than the largest id: the rows that an embedding needs at least.
  size_t vocabulary_size() const;
  std::optional<int64_t> bos_id() const;
  // The tokens that are not as tokenizer.json has them but as a file beside it says, one a line;
  // empty for most models.
  const std::string& tokens_of_config() const;

 private:
  struct Parts;
  explicit Tokenizer(std::unique_ptr<const Parts> parts);

  std::unique_ptr<const Parts> parts_;
};

}  // namespace eif
