// Made-up words for entities that no model has read about (§3.3 and A.3 of the paper).
//
// A word is two to five different syllables of a fixed list, in random order: "delglim". The list
// knows nothing of tokenizers or of how frequent anything is in text, which would favour words that
// models have met.
//
//   absl::StatusOr<std::vector<std::string>> words = make_words(3, random);
//
// How unlikely is the same word twice? With n = 96 syllables and k of 2 to 5 equally likely, no two
// orders of syllables spell the same word (the list is a prefix code), so
//   entropy    2 bits + mean over k of log2(n!/(n−k)!)        = 24.97 bits a word
//   collision  Σ_k (1/4)² / (n!/(n−k)!), for two words        = 1 in 144 367
// nearly all of the latter from the words of two syllables. Ten seeds of five entities, 50 words,
// repeat one between seeds with probability 0.8 %. Within a draw words never repeat.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/desideratum.h"

namespace eif {

struct WordRules {
  // Syllables a word has, both ends included. Equal ends give words of nearly equal length.
  size_t min_syllables = 2;
  size_t max_syllables = 5;
  // Words that must not come out, in lower case, such as those of a system dictionary.
  std::unordered_set<std::string> excluded = {};
};

// The words of a dictionary, one a line as in /usr/share/dict/words, for WordRules::excluded: in
// lower case, without white space at their ends. Lines with anything but ASCII letters are skipped,
// as no made-up word is one of them. kInvalidArgument, with "file:1:" in front: no word is left.
absl::StatusOr<std::unordered_set<std::string>> parse_dictionary(std::string_view text,
                                                                 const std::string& file);

// All of them: lower-case ASCII; each begins with a consonant, so that "a" is the right article,
// and none ends so that a plural takes more than an "s". No syllable is the beginning of another.
// The words that the paper prints cannot be made of them: a model may have read the paper.
std::span<const std::string_view> syllables();

// `count` words of which none is the beginning of another (so they are distinct too): a model reads
// from left to right, and a shared beginning would be shared tokens in the same place, an influence
// between entities that is all surface. Shared syllables further on do occur; which words share
// them is chance, and averages out over seeds.
//
// The first n words depend on the stream and on the rules, never on `count`.
//
// kInvalidArgument: the rules ask for words of no syllable or of more than there are.
// kResourceExhausted: there seem to be no further words under these rules.
absl::StatusOr<std::vector<std::string>> make_words(size_t count, Random& random,
                                                    const WordRules& rules = {});

}  // namespace eif
