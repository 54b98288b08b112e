// Degraded texts (§2, for text): made-up words whose syllables have changed places, and sentences
// whose words have.
//
//   const std::unique_ptr<Random> random = draw.random("noise syllables 0.5");
//   scramble_syllables("delglim is bigger than skavol.", {"delglim", "skavol"}, 0.5, *random);
//   // "delgska is bigger than limvol."
//
// `rate` is in (0, 1]: the share of the things that change places, rounded, and two at least, where
// there are two. Those that are chosen by chance go round in a circle, so that each of them moves.
#pragma once

#include <string>
#include <vector>

#include "eif/desideratum.h"

namespace eif {

// Parts of a word with one group of vowels each. The consonant before the vowels begins the part:
// "snelkadra" is "snel", "kad", "ra". Put together again they are the word.
std::vector<std::string> split_syllables(const std::string& word);

// Syllables of the made-up words among `words` change places with each other, within a word and
// between words. Everything else stays, a plural's "s" too. None of `words` is the beginning of
// another.
std::string scramble_syllables(const std::string& text, const std::vector<std::string>& words,
                               double rate, Random& random);

// The words of the text change places. Punctuation at the end of the text stays there.
std::string shuffle_words(const std::string& text, double rate, Random& random);

// A text of `words` alone, in their order, that ends as `like` does: no statement about anything.
std::string pure_noise_text(const std::vector<std::string>& words, const std::string& like);

}  // namespace eif
