#include "plugins/shared/huggingface/tokenizer/regex.h"

#include <cstdint>
#include <string>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "plugins/shared/huggingface/tokenizer/oniguruma.h"
#include "plugins/shared/huggingface/tokenizer/text_growth.h"
#include "plugins/shared/huggingface/tokenizer/unicode.h"

namespace eif::tokenizer {
namespace {

// The steps of one match from one place, as PCRE2 itself has them.
constexpr uint32_t kMostStepsOfOnePlace = 10'000'000;

// Memory is bounded by this instead of PCRE2's 20 GB. It is
// room for some 100,000 places to go back to, where a word has a few. PCRE2 gets it by doubling,
// and the halves it has given back may stay with the process: 36 MiB in all, measured.
constexpr uint32_t kHeapLimitKib = 16 * 1024;

template <typename T, void (*Free)(T*)>
struct Freed {
  void operator()(T* value) const { Free(value); }
};
using CompileContext = std::unique_ptr<pcre2_compile_context,
                                       Freed<pcre2_compile_context, pcre2_compile_context_free>>;
using MatchContext =
    std::unique_ptr<pcre2_match_context, Freed<pcre2_match_context, pcre2_match_context_free>>;
using MatchData = std::unique_ptr<pcre2_match_data, Freed<pcre2_match_data, pcre2_match_data_free>>;

std::string error_text(int error) {
  unsigned char message[256];
  pcre2_get_error_message(error, message, sizeof(message));
  return reinterpret_cast<const char*>(message);
}

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// Finds one pattern in one text.
class Matcher {
 public:
  Matcher(const pcre2_code* code, std::string_view text, MatchBudget& budget)
      : code_(code),
        text_(text),
        budget_(budget),
        data_(pcre2_match_data_create_from_pattern(code, nullptr)),
        context_(pcre2_match_context_create(nullptr)) {
    pcre2_set_heap_limit(context_.get(), kHeapLimitKib);
  }

  // Begin and end of what find() found.
  const PCRE2_SIZE* match() const { return pcre2_get_ovector_pointer(data_.get()); }

  // The result of pcre2_match() for the first match at `from` or after it. PCRE2 counts steps for
  // each place anew and does not say how many they were; so where the free ones do not suffice, the
  // places are tried one by one.
  int find(size_t from) {
    while (true) {
      const int result = run(from, MatchBudget::kFreeSteps, 0);
      if (result != PCRE2_ERROR_MATCHLIMIT) return result;
      bool was_costly = false;
      while (!was_costly) {
        const int here = find_at(from, was_costly);
        if (here != PCRE2_ERROR_NOMATCH || from >= text_.size()) return here;
        from += character_at(text_, from).bytes;
      }
    }
  }

 private:
  int find_at(size_t place, bool& was_costly) {
    for (uint32_t steps = MatchBudget::kFreeSteps;; steps *= 2) {
      const int result = run(place, steps, PCRE2_ANCHORED);
      if (result != PCRE2_ERROR_MATCHLIMIT) return result;
      was_costly = true;
      if (steps > kMostStepsOfOnePlace || !budget_.spend(steps)) return result;
    }
  }

  int run(size_t from, uint32_t steps, uint32_t options) {
    pcre2_set_match_limit(context_.get(), steps);
    return pcre2_match(code_, bytes(text_), text_.size(), from, PCRE2_NO_UTF_CHECK | options,
                       data_.get(), context_.get());
  }

  const pcre2_code* code_;
  std::string_view text_;
  MatchBudget& budget_;
  MatchData data_;
  MatchContext context_;
};

// Whether a match joins the stretch on its side rather than being a piece of its own.
std::vector<Span> merge_backwards(const std::vector<Span>& spans) {
  std::vector<Span> pieces;
  bool previous_match = false;
  for (const Span& span : spans) {
    if (span.is_match && !previous_match && !pieces.empty()) {
      pieces.back().end = span.end;
    } else {
      pieces.push_back(span);
    }
    previous_match = span.is_match;
  }
  return pieces;
}

std::vector<Span> merge_forwards(const std::vector<Span>& spans) {
  std::vector<Span> pieces;  // from right to left
  bool next_match = false;
  for (auto span = spans.rbegin(); span != spans.rend(); ++span) {
    if (span->is_match && !next_match && !pieces.empty()) {
      pieces.back().begin = span->begin;
    } else {
      pieces.push_back(*span);
    }
    next_match = span->is_match;
  }
  return {pieces.rbegin(), pieces.rend()};
}

std::vector<Span> merge_runs(const std::vector<Span>& spans) {
  std::vector<Span> pieces;
  for (const Span& span : spans) {
    if (!pieces.empty() && pieces.back().is_match == span.is_match) {
      pieces.back().end = span.end;
    } else {
      pieces.push_back(span);
    }
  }
  return pieces;
}

}  // namespace

void Regex::FreeCode::operator()(pcre2_real_code_8* code) const { pcre2_code_free(code); }

absl::StatusOr<Regex> Regex::oniguruma(std::string_view pattern) {
  absl::StatusOr<std::string> translated = to_pcre2(pattern);
  if (!translated.ok()) return translated.status();
  return compile(*translated, PCRE2_UCP | PCRE2_MULTILINE);
}

absl::StatusOr<Regex> Regex::literal(std::string_view text) { return compile(text, PCRE2_LITERAL); }

absl::StatusOr<Regex> Regex::compile(std::string_view pattern, unsigned options) {
  const CompileContext context(pcre2_compile_context_create(nullptr));
  pcre2_set_newline(context.get(), PCRE2_NEWLINE_LF);
  int error = 0;
  PCRE2_SIZE offset = 0;
  pcre2_code* code = pcre2_compile(bytes(pattern), pattern.size(), PCRE2_UTF | options, &error,
                                   &offset, context.get());
  if (code != nullptr) return Regex(code);
  return absl::UnimplementedError(
      absl::StrCat("PCRE2 cannot compile the pattern: ", error_text(error), " in \"",
                   std::string(pattern), "\" at byte ", offset));
}

absl::StatusOr<std::vector<Span>> Regex::spans(std::string_view text, MatchBudget& budget) const {
  Matcher matcher(code_.get(), text, budget);
  const PCRE2_SIZE* match = matcher.match();

  std::vector<Span> spans;
  size_t covered = 0;
  for (size_t from = 0; from <= text.size();) {
    const int result = matcher.find(from);
    if (result == PCRE2_ERROR_NOMATCH) break;
    if (result < 0) {
      return absl::ResourceExhaustedError(
          absl::StrCat("the pattern of the tokenizer gave up at byte ", from, " of a text of ",
                       text.size(), " bytes: ", error_text(result), ". Shorten the text."));
    }
    const bool is_empty = match[0] == match[1];
    const bool follows_match = !spans.empty() && match[1] == covered;
    if (is_empty && follows_match) {
      from += from < text.size() ? character_at(text, from).bytes : 1;
      continue;
    }
    if (covered < match[0]) spans.push_back({covered, match[0], false});
    spans.push_back({match[0], match[1], true});
    covered = from = match[1];
  }
  if (covered < text.size()) spans.push_back({covered, text.size(), false});
  return spans;
}

absl::StatusOr<std::string> Regex::replace(std::string_view text, std::string_view content,
                                           size_t most_bytes, MatchBudget& budget) const {
  absl::StatusOr<std::vector<Span>> found = spans(text, budget);
  if (!found.ok()) return found.status();
  size_t size = 0;
  for (const Span& span : *found) size += span.is_match ? content.size() : span.end - span.begin;
  if (absl::Status status = check_growth(size, most_bytes); !status.ok()) return status;
  std::string replaced;
  replaced.reserve(size);
  for (const Span& span : *found) {
    replaced += span.is_match ? content : text.substr(span.begin, span.end - span.begin);
  }
  return replaced;
}

std::vector<Span> cut(const std::vector<Span>& spans, Cut behaviour) {
  std::vector<Span> pieces = behaviour == Cut::kMergedWithPrevious ? merge_backwards(spans)
                             : behaviour == Cut::kMergedWithNext   ? merge_forwards(spans)
                             : behaviour == Cut::kContiguous       ? merge_runs(spans)
                                                                   : spans;
  std::erase_if(pieces, [&](const Span& piece) {
    return piece.begin == piece.end || (behaviour == Cut::kRemoved && piece.is_match);
  });
  return pieces;
}

}  // namespace eif::tokenizer
