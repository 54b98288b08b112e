#include "suite/core/words.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <set>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

namespace eif {
namespace {

// Written for this project. words_test.cc checks what words.h promises of it.
constexpr std::string_view kSyllables[] = {
    "bam",  "bel",  "bir", "blen", "bon", "brol", "dal",  "del",  "dir", "dom", "dra",  "drim",
    "dun",  "fal",  "fel", "fin",  "flu", "fon",  "fren", "gar",  "gel", "gim", "gla",  "glim",
    "gom",  "gre",  "har", "hem",  "hin", "hol",  "jal",  "jem",  "jil", "jor", "jun",  "kal",
    "kel",  "kir",  "kle", "klor", "kon", "kra",  "krin", "lel",  "lim", "lom", "lun",  "lur",
    "mam",  "mel",  "mir", "mol",  "mul", "nal",  "nel",  "nim",  "nor", "nur", "par",  "pel",
    "pir",  "plo",  "pol", "prel", "ral", "rel",  "rim",  "rol",  "rul", "ska", "slin", "smo",
    "snel", "spir", "sto", "tam",  "tem", "tir",  "tol",  "tral", "tul", "val", "vel",  "vim",
    "vol",  "vro",  "vur", "wal",  "wel", "wim",  "wol",  "zan",  "zel", "zin", "zor",  "zur",
};

// Rejections in a row before giving up. While one word in a hundred is still free, so many happen
// once in 20 000 times.
constexpr int kTries = 1000;

absl::Status check(const WordRules& rules) {
  if (rules.min_syllables >= 1 && rules.min_syllables <= rules.max_syllables &&
      rules.max_syllables <= std::size(kSyllables)) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("words of ", rules.min_syllables, " to ", rules.max_syllables,
                   " syllables were asked for; expected 1 ≤ min_syllables ≤ max_syllables ≤ ",
                   std::size(kSyllables), ", the length of the syllable list"));
}

// The front of a Fisher–Yates shuffle of the list. Each word starts from the same list, so that it
// depends on the words before it through the random stream only.
std::string random_word(Random& random, const WordRules& rules) {
  std::array<std::string_view, std::size(kSyllables)> list = std::to_array(kSyllables);
  const size_t length =
      rules.min_syllables + random.below(rules.max_syllables - rules.min_syllables + 1);
  std::string word;
  for (size_t i = 0; i < length; ++i) {
    std::swap(list[i], list[i + random.below(list.size() - i)]);
    word += list[i];
  }
  return word;
}

// Whether `word` begins with one of `words` or one of them with `word`. No two of `words` do so
// with each other. Then only the sorted neighbours can: whatever sorts between a word and its
// beginning has the same beginning.
bool shares_beginning(const std::set<std::string>& words, const std::string& word) {
  const auto after = words.lower_bound(word);
  if (after != words.end() && after->starts_with(word)) return true;
  return after != words.begin() && word.starts_with(*std::prev(after));
}

absl::StatusOr<std::string> next_word(const std::set<std::string>& words, Random& random,
                                      const WordRules& rules) {
  for (int i = 0; i < kTries; ++i) {
    std::string word = random_word(random, rules);
    if (!shares_beginning(words, word) && !rules.excluded.contains(word)) return word;
  }
  return absl::ResourceExhaustedError(absl::StrCat(
      "after ", words.size(), " words, ", kTries,
      " tries in a row gave none that is new (words of ", rules.min_syllables, " to ",
      rules.max_syllables, " syllables, ", rules.excluded.size(),
      " excluded, none the beginning of another); ask for fewer words or raise max_syllables"));
}

}  // namespace

absl::StatusOr<std::unordered_set<std::string>> parse_dictionary(std::string_view text,
                                                                 const std::string& file) {
  std::unordered_set<std::string> words;
  for (const absl::string_view line :
       absl::StrSplit(absl::string_view(text.data(), text.size()), '\n')) {
    const std::string word = absl::AsciiStrToLower(absl::StripAsciiWhitespace(line));
    const bool is_plain = std::all_of(word.begin(), word.end(),
                                      [](unsigned char c) { return absl::ascii_isalpha(c); });
    if (!word.empty() && is_plain) words.insert(word);
  }
  if (words.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(file, ":1: there is no word of ASCII letters; expected one word a line"));
  }
  return words;
}

std::span<const std::string_view> syllables() { return kSyllables; }

absl::StatusOr<std::vector<std::string>> make_words(size_t count, Random& random,
                                                    const WordRules& rules) {
  if (absl::Status status = check(rules); !status.ok()) return status;
  std::set<std::string> sorted;
  std::vector<std::string> words;
  while (words.size() < count) {
    absl::StatusOr<std::string> word = next_word(sorted, random, rules);
    if (!word.ok()) return word.status();
    sorted.insert(*word);
    words.push_back(*std::move(word));
  }
  return words;
}

}  // namespace eif
