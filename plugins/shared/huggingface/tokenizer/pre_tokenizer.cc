#include "plugins/shared/huggingface/tokenizer/pre_tokenizer.h"

#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "plugins/shared/huggingface/tokenizer/normalizer.h"
#include "plugins/shared/huggingface/tokenizer/text_growth.h"
#include "plugins/shared/huggingface/tokenizer/unicode.h"

namespace eif::tokenizer {
namespace {

// How GPT-2 cuts text; what "use_regex" stands for.
constexpr char kGpt2Pattern[] =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

std::string utf8_below_0x800(unsigned code_point) {
  if (code_point < 0x80) return std::string(1, static_cast<char>(code_point));
  return {static_cast<char>(0xC0 | code_point >> 6), static_cast<char>(0x80 | (code_point & 0x3F))};
}

// GPT-2's alphabet: printable Latin-1 bytes stand for themselves, the others for U+0100 and on.
std::array<std::string, 256> make_byte_alphabet() {
  std::array<std::string, 256> alphabet;
  unsigned next = 0x100;
  for (unsigned byte = 0; byte < alphabet.size(); ++byte) {
    const bool is_printable = (byte >= '!' && byte <= '~') || (byte >= 0xA1 && byte != 0xAD);
    alphabet[byte] = utf8_below_0x800(is_printable ? byte : next++);
  }
  return alphabet;
}

std::string to_byte_alphabet(std::string_view text) {
  static const auto& alphabet = *new std::array<std::string, 256>(make_byte_alphabet());
  std::string written;
  for (const char byte : text) written += alphabet[static_cast<unsigned char>(byte)];
  return written;
}

std::vector<std::string> words_of(const std::string& text, const std::vector<Span>& pieces) {
  std::vector<std::string> words;
  for (const Span& piece : pieces) {
    words.push_back(text.substr(piece.begin, piece.end - piece.begin));
  }
  return words;
}

absl::StatusOr<std::vector<std::string>> cut_at(const Regex& pattern, const std::string& text,
                                                Cut behaviour, MatchBudget& budget,
                                                bool invert = false) {
  absl::StatusOr<std::vector<Span>> spans = pattern.spans(text, budget);
  if (!spans.ok()) return spans.status();
  if (invert) {
    for (Span& span : *spans) span.is_match = !span.is_match;
  }
  return words_of(text, cut(*spans, behaviour));
}

std::optional<Cut> read_cut(const JsonNode& node) {
  const std::string name = node.string();
  if (name == "Removed") return Cut::kRemoved;
  if (name == "Isolated") return Cut::kIsolated;
  if (name == "MergedWithPrevious") return Cut::kMergedWithPrevious;
  if (name == "MergedWithNext") return Cut::kMergedWithNext;
  if (name == "Contiguous") return Cut::kContiguous;
  node.unsupported("Removed, Isolated, MergedWithPrevious, MergedWithNext or Contiguous");
  return std::nullopt;
}

}  // namespace

// ---- Reading -----------------------------------------------------------------------------------

PreTokenizer PreTokenizer::read(const JsonNode& node, bool has_normalizer) {
  PreTokenizer pre_tokenizer;
  if (!node.is_null()) pre_tokenizer.read_step(node, has_normalizer);
  return pre_tokenizer;
}

void PreTokenizer::read_step(const JsonNode& node, bool has_normalizer) {
  const std::string type = node["type"].string();
  if (type == "Sequence") {
    node.only_fields({"type", "pretokenizers"});
    for (const JsonNode& step : node["pretokenizers"].elements()) {
      read_step(step, has_normalizer);
      if (steps_.size() > kMostSteps) return;
    }
  } else if (type == "Split") {
    read_split(node);
  } else if (type == "Digits") {
    node.only_fields({"type", "individual_digits"});
    steps_.push_back(Digits{node["individual_digits"].boolean()});
  } else if (type == "Punctuation") {
    node.only_fields({"type", "behavior"});
    const bool has_behaviour = !node["behavior"].is_null();
    const std::optional<Cut> behaviour =
        has_behaviour ? read_cut(node["behavior"]) : Cut::kIsolated;
    if (behaviour) steps_.push_back(Punctuation{*behaviour});
  } else if (type == "ByteLevel") {
    read_byte_level(node);
  } else if (type == "Metaspace") {
    read_metaspace(node, has_normalizer);
  } else {
    node["type"].unsupported("Sequence, Split, Digits, Punctuation, ByteLevel or Metaspace");
  }
  if (steps_.size() > kMostSteps) {
    node.fail(absl::InvalidArgumentError(absl::StrCat("found more than ", kMostSteps,
                                                      " steps. No real tokenizer.json has.")));
  }
}

void PreTokenizer::read_split(const JsonNode& node) {
  node.only_fields({"type", "pattern", "behavior", "invert"});
  std::optional<Regex> pattern = read_pattern(node["pattern"]);
  const std::optional<Cut> behaviour = read_cut(node["behavior"]);
  const bool invert = node["invert"].boolean();
  if (pattern && behaviour) steps_.push_back(Split{*std::move(pattern), *behaviour, invert});
}

void PreTokenizer::read_byte_level(const JsonNode& node) {
  // trim_offsets moves the offsets of tokens in the text, which nobody asks for here.
  node.only_fields({"type", "add_prefix_space", "trim_offsets", "use_regex"});
  ByteLevel step{node["add_prefix_space"].boolean(), std::nullopt};
  if (node["use_regex"].boolean_or(true)) {
    absl::StatusOr<Regex> pattern = Regex::oniguruma(kGpt2Pattern);
    if (!pattern.ok()) return node.fail(pattern.status());
    step.pattern = *std::move(pattern);
  }
  steps_.push_back(std::move(step));
}

void PreTokenizer::read_metaspace(const JsonNode& node, bool has_normalizer) {
  // Older files say add_prefix_space instead of prepend_scheme; str_rep repeats the replacement.
  node.only_fields(
      {"type", "replacement", "prepend_scheme", "split", "add_prefix_space", "str_rep"});
  if (!steps_.empty()) return node["type"].unsupported("Metaspace only as the first pre-tokenizer");

  const std::string replacement = node["replacement"].string();
  if (replacement.empty() || character_at(replacement, 0).bytes != replacement.size()) {
    return node["replacement"].reject("one character");
  }
  const JsonNode scheme = node["prepend_scheme"];
  const std::string name = scheme.is_null() ? "always" : scheme.string();
  auto prepend = Metaspace::Prepend::kAlways;
  if (name == "never") {
    prepend = Metaspace::Prepend::kNever;
  } else if (name == "first") {
    if (has_normalizer) scheme.unsupported("always or never, because there is a normalizer");
    prepend = Metaspace::Prepend::kFirst;
  } else if (name != "always") {
    return scheme.reject("always, first or never");
  }
  if (!node["add_prefix_space"].boolean_or(true)) {
    if (!scheme.is_null() && name != "never")
      return scheme.reject("never, as add_prefix_space says");
    prepend = Metaspace::Prepend::kNever;
  }

  absl::StatusOr<Regex> space = Regex::literal(" ");
  absl::StatusOr<Regex> mark = Regex::literal(replacement);
  if (!space.ok()) return node.fail(space.status());
  if (!mark.ok()) return node.fail(mark.status());
  steps_.push_back(Metaspace{*std::move(space), *std::move(mark), replacement, prepend,
                             node["split"].boolean_or(true)});
}

// ---- Applying ----------------------------------------------------------------------------------

absl::StatusOr<std::vector<std::string>> PreTokenizer::apply(std::string text, bool at_start,
                                                             MatchBudget& budget) const {
  const size_t most_bytes = most_bytes_of(text.size());
  Words words = {std::move(text)};
  for (const Step& step : steps_) {
    Words cut_words;
    size_t bytes = 0;
    for (std::string& word : words) {
      absl::StatusOr<Words> parts;
      if (const auto* metaspace = std::get_if<Metaspace>(&step)) {
        parts = metaspace->apply(std::move(word), at_start, budget);
      } else if (const auto* split = std::get_if<Split>(&step)) {
        parts = split->apply(std::move(word), budget);
      } else if (const auto* digits = std::get_if<Digits>(&step)) {
        parts = digits->apply(std::move(word), budget);
      } else if (const auto* punctuation = std::get_if<Punctuation>(&step)) {
        parts = punctuation->apply(std::move(word), budget);
      } else {
        parts = std::get<ByteLevel>(step).apply(std::move(word), budget);
      }
      if (!parts.ok()) return parts.status();
      for (const std::string& part : *parts) bytes += part.size();
      if (absl::Status status = check_growth(bytes, most_bytes); !status.ok()) return status;
      cut_words.insert(cut_words.end(), std::make_move_iterator(parts->begin()),
                       std::make_move_iterator(parts->end()));
    }
    words = std::move(cut_words);
  }
  return words;
}

absl::StatusOr<PreTokenizer::Words> PreTokenizer::Split::apply(std::string text,
                                                               MatchBudget& budget) const {
  return cut_at(pattern, text, behaviour, budget, invert);
}

namespace {

// The characters of a kind, and the stretches between them.
template <typename IsKind>
std::vector<Span> spans_of(std::string_view text, const IsKind& is_kind) {
  std::vector<Span> spans;
  for (size_t begin = 0; begin < text.size();) {
    const Character character = character_at(text, begin);
    const size_t end = begin + character.bytes;
    const bool is_match = is_kind(character.code_point);
    if (!is_match && !spans.empty() && !spans.back().is_match) {
      spans.back().end = end;
    } else {
      spans.push_back({begin, end, is_match});
    }
    begin = end;
  }
  return spans;
}

}  // namespace

absl::StatusOr<PreTokenizer::Words> PreTokenizer::Digits::apply(std::string text,
                                                                MatchBudget&) const {
  return words_of(text, cut(spans_of(text, is_numeric),
                            individual ? Cut::kIsolated : Cut::kContiguous));
}

absl::StatusOr<PreTokenizer::Words> PreTokenizer::Punctuation::apply(std::string text,
                                                                     MatchBudget&) const {
  return words_of(text, cut(spans_of(text, is_punctuation), behaviour));
}

absl::StatusOr<PreTokenizer::Words> PreTokenizer::ByteLevel::apply(std::string text,
                                                                   MatchBudget& budget) const {
  if (add_prefix_space && text.front() != ' ') text.insert(text.begin(), ' ');
  absl::StatusOr<Words> words = Words{text};
  if (pattern) words = cut_at(*pattern, text, Cut::kIsolated, budget);
  if (!words.ok()) return words;
  for (std::string& word : *words) word = to_byte_alphabet(word);
  return words;
}

absl::StatusOr<PreTokenizer::Words> PreTokenizer::Metaspace::apply(std::string text, bool at_start,
                                                                   MatchBudget& budget) const {
  absl::StatusOr<std::string> marked =
      space.replace(text, replacement, most_bytes_of(text.size()), budget);
  if (!marked.ok()) return marked.status();
  const bool prepends = prepend == Prepend::kAlways || (prepend == Prepend::kFirst && at_start);
  if (prepends && marked->rfind(replacement, 0) != 0) marked->insert(0, replacement);
  if (!split) return Words{*marked};
  return cut_at(mark, *marked, Cut::kMergedWithNext, budget);
}

}  // namespace eif::tokenizer
