// Finding a pattern in text, and cutting the text there.
//
//   absl::StatusOr<Regex> regex = Regex::oniguruma(R"(\p{N})");
//   MatchBudget budget(3);
//   regex->spans("a1b", budget);                           // "a", "1" (match), "b"
//   cut(*regex->spans("a1b", budget), Cut::kMergedWithNext)   // "a", "1b"
//
// The Unicode data is that of PCRE2 (Unicode 14 in PCRE2 10.42), the Hugging Face library's is
// newer (16): characters assigned in between count here as neither letters, marks, numbers nor
// signs.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "plugins/shared/huggingface/tokenizer/match_budget.h"

struct pcre2_real_code_8;

namespace eif::tokenizer {

// A stretch of text, in bytes.
struct Span {
  size_t begin = 0;
  size_t end = 0;  // not included
  bool is_match = false;
};

// Immutable; may be used by several threads at once.
class Regex {
 public:
  static absl::StatusOr<Regex> oniguruma(std::string_view pattern);
  static absl::StatusOr<Regex> literal(std::string_view text);  // not empty

  // The matches from left to right and what is between them; together they cover the text. A match
  // may be empty, unless it follows another at once. kResourceExhausted: the pattern backtracks
  // too much on this text.
  absl::StatusOr<std::vector<Span>> spans(std::string_view text, MatchBudget& budget) const;
  // The text with each match replaced; `content` is taken as it is. kResourceExhausted, besides the
  // reason of spans(): that would be more than `most_bytes`, which comes from most_bytes_of().
  absl::StatusOr<std::string> replace(std::string_view text, std::string_view content,
                                      size_t most_bytes, MatchBudget& budget) const;

 private:
  struct FreeCode {
    void operator()(pcre2_real_code_8* code) const;
  };
  explicit Regex(pcre2_real_code_8* code) : code_(code) {}
  static absl::StatusOr<Regex> compile(std::string_view pattern, unsigned options);

  std::unique_ptr<pcre2_real_code_8, FreeCode> code_;
};

// What becomes of matches when a text is cut at them.
enum class Cut {
  kRemoved,
  kIsolated,            // a piece of their own
  kMergedWithPrevious,  // the first of several in a row joins what is before it
  kMergedWithNext,      // the last of several in a row joins what is after it
  kContiguous,          // several in a row are one piece
};

// Pieces in order, none of them empty.
std::vector<Span> cut(const std::vector<Span>& spans, Cut behaviour);

}  // namespace eif::tokenizer
