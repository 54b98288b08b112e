// The "pre_tokenizer" of a tokenizer.json: cuts normalized text into words. Byte pairs are merged
// within a word only.
//
//   {"type": "Sequence", "pretokenizers": [
//     {"type": "Digits", "individual_digits": true},
//     {"type": "ByteLevel", "add_prefix_space": false, "use_regex": true}]}
//
//   pre_tokenizer.apply("a 12", true)   // "a", "Ġ", "1", "2"
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "plugins/shared/huggingface/tokenizer/json_reader.h"
#include "plugins/shared/huggingface/tokenizer/regex.h"

namespace eif::tokenizer {

class PreTokenizer {
 public:
  // `has_normalizer`: Metaspace with the scheme "first" looks at offsets in the text as it was
  // before normalization, and can only be had without one.
  static PreTokenizer read(const JsonNode& node, bool has_normalizer);

  // `text` is not empty. `at_start`: it stands at the very beginning of what is encoded, with no
  // added token before it.
  absl::StatusOr<std::vector<std::string>> apply(std::string text, bool at_start,
                                                 MatchBudget& budget) const;

 private:
  using Words = std::vector<std::string>;

  // Cuts at a pattern.
  struct Split {
    Regex pattern;
    Cut behaviour;
    bool invert;  // the pattern matches what is to be kept
    absl::StatusOr<Words> apply(std::string text, MatchBudget& budget) const;
  };
  // Cuts numbers off, or each digit off.
  struct Digits {
    bool individual;
    absl::StatusOr<Words> apply(std::string text, MatchBudget& budget) const;
  };
  // Cuts at punctuation.
  struct Punctuation {
    Cut behaviour;
    absl::StatusOr<Words> apply(std::string text, MatchBudget& budget) const;
  };
  // Cuts as GPT-2 does, and writes each byte as a printable character.
  struct ByteLevel {
    bool add_prefix_space;
    std::optional<Regex> pattern;
    absl::StatusOr<Words> apply(std::string text, MatchBudget& budget) const;
  };
  // Writes spaces as another character, and cuts before each.
  struct Metaspace {
    enum class Prepend { kNever, kFirst, kAlways };
    Regex space;  // what replaces it is matched again where the text is cut
    Regex mark;
    std::string replacement;
    Prepend prepend;
    bool split;
    absl::StatusOr<Words> apply(std::string text, bool at_start, MatchBudget& budget) const;
  };
  using Step = std::variant<Split, Digits, Punctuation, ByteLevel, Metaspace>;

  void read_step(const JsonNode& node, bool has_normalizer);
  void read_split(const JsonNode& node);
  void read_byte_level(const JsonNode& node);
  void read_metaspace(const JsonNode& node, bool has_normalizer);

  std::vector<Step> steps_;
};

}  // namespace eif::tokenizer
