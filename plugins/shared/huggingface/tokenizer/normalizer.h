// The "normalizer" of a tokenizer.json: what is done to text before it is cut into pieces.
//
//   {"type": "Sequence", "normalizers": [
//     {"type": "Prepend", "prepend": "▁"},
//     {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]}
//
//   normalizer.apply("a b")   // "▁a▁b"
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "plugins/shared/huggingface/tokenizer/json_reader.h"
#include "plugins/shared/huggingface/tokenizer/regex.h"
#include "plugins/shared/huggingface/tokenizer/unicode.h"

namespace eif::tokenizer {

// Steps of a normalizer or a pre_tokenizer; real files have 6 at most.
inline constexpr size_t kMostSteps = 16;

class Normalizer {
 public:
  static Normalizer read(const JsonNode& node);

  bool is_empty() const { return steps_.empty(); }
  // kResourceExhausted: a pattern backtracks too much, or the text becomes too long.
  absl::StatusOr<std::string> apply(std::string text, MatchBudget& budget) const;

 private:
  struct Prepend {
    std::string prefix;  // nothing is put in front of empty text
  };
  struct Replace {
    Regex pattern;
    std::string content;
  };
  struct Lowercase {};

  using Step = std::variant<Prepend, Replace, Lowercase, NormalizationForm>;

  void read_step(const JsonNode& node);
  static absl::StatusOr<std::string> apply(const Step& step, const std::string& text,
                                           size_t most_bytes, MatchBudget& budget);

  std::vector<Step> steps_;
};

// {"String": "…"} or {"Regex": "…"}; nothing when the document was refused.
std::optional<Regex> read_pattern(const JsonNode& node);

}  // namespace eif::tokenizer
