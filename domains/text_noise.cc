#include "domains/text_noise.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace eif {
namespace {

bool is_vowel(char c) { return std::string_view("aeiou").find(c) != std::string_view::npos; }

bool is_letter(char c) { return absl::ascii_isalpha(static_cast<unsigned char>(c)); }

// Some of `things`, chosen by chance, each take the place of the next of them.
void move_some(const std::vector<std::string*>& things, double rate, Random& random) {
  const size_t count = things.size();
  if (count < 2) return;
  const auto share = static_cast<size_t>(std::llround(rate * static_cast<double>(count)));
  const size_t moved = std::clamp<size_t>(share, 2, count);
  std::vector<size_t> places(count);
  std::iota(places.begin(), places.end(), size_t{0});
  for (size_t i = 0; i < moved; ++i) {
    std::swap(places[i], places[i + random.below(count - i)]);
  }
  for (size_t i = 1; i < moved; ++i) std::swap(*things[places[0]], *things[places[i]]);
}

// The text in pieces: runs of letters, and what stands between them.
std::vector<std::string> pieces_of(const std::string& text) {
  std::vector<std::string> pieces;
  for (const char c : text) {
    if (pieces.empty() || is_letter(pieces.back().back()) != is_letter(c)) pieces.emplace_back();
    pieces.back() += c;
  }
  return pieces;
}

// Where what ends the text begins: behind its last letter.
size_t end_of_words(const std::string& text) {
  size_t end = text.size();
  while (end > 0 && !is_letter(text[end - 1])) --end;
  return end;
}

}  // namespace

std::vector<std::string> split_syllables(const std::string& word) {
  std::vector<std::string> syllables;
  bool has_vowel = false;  // the part that is being made
  for (size_t i = 0; i < word.size(); ++i) {
    const bool starts_vowels = is_vowel(word[i]) && (i == 0 || !is_vowel(word[i - 1]));
    if (syllables.empty()) {
      syllables.emplace_back();
    } else if (starts_vowels && has_vowel) {
      // The consonant before these vowels goes with them.
      std::string& previous = syllables.back();
      const std::string onset(1, previous.back());
      previous.pop_back();
      syllables.push_back(onset);
    }
    has_vowel = has_vowel || starts_vowels;
    syllables.back() += word[i];
  }
  return syllables;
}

std::string scramble_syllables(const std::string& text, const std::vector<std::string>& words,
                               double rate, Random& random) {
  std::vector<std::string> parts;      // that make up the text
  std::vector<size_t> syllable_parts;  // those of them that are syllables of made-up words
  for (const std::string& piece : pieces_of(text)) {
    const auto word = std::find_if(words.begin(), words.end(), [&](const std::string& candidate) {
      return absl::StartsWith(piece, candidate);
    });
    if (word == words.end()) {
      parts.push_back(piece);
      continue;
    }
    for (std::string& syllable : split_syllables(*word)) {
      syllable_parts.push_back(parts.size());
      parts.push_back(std::move(syllable));
    }
    parts.push_back(piece.substr(word->size()));
  }
  std::vector<std::string*> syllables;
  for (const size_t part : syllable_parts) syllables.push_back(&parts[part]);
  move_some(syllables, rate, random);
  return absl::StrJoin(parts, "");
}

std::string shuffle_words(const std::string& text, double rate, Random& random) {
  const size_t end = end_of_words(text);
  // What stands between words stays where it is.
  std::vector<std::string> words = {""};
  std::string separators;
  for (const char c : text.substr(0, end)) {
    if (absl::ascii_isspace(static_cast<unsigned char>(c))) {
      separators += c;
      words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  std::vector<std::string*> all;
  for (std::string& word : words) all.push_back(&word);
  move_some(all, rate, random);
  std::string shuffled = words.front();
  for (size_t i = 0; i < separators.size(); ++i)
    absl::StrAppend(&shuffled, separators.substr(i, 1), words[i + 1]);
  return shuffled + text.substr(end);
}

std::string pure_noise_text(const std::vector<std::string>& words, const std::string& like) {
  return absl::StrCat(absl::StrJoin(words, " "), like.substr(end_of_words(like)));
}

}  // namespace eif
