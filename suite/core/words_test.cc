#include "suite/core/words.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::UnorderedElementsAre;

// SplitMix64. A source of its own, so that this test pins the words and not the project's
// generator.
class TestRandom final : public Random {
 public:
  explicit TestRandom(uint64_t seed) : state_(seed) {}
  uint64_t below(uint64_t limit) override {
    const uint64_t whole =
        UINT64_MAX - UINT64_MAX % limit;  // a multiple of limit: no remainder bias
    uint64_t value = next();
    while (value >= whole) value = next();
    return value % limit;
  }
  double normal() override { return 0; }

 private:
  uint64_t next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  uint64_t state_;
};

std::vector<std::string> words_of_seed(uint64_t seed, size_t count, const WordRules& rules = {}) {
  TestRandom random(seed);
  absl::StatusOr<std::vector<std::string>> words = make_words(count, random, rules);
  EXPECT_TRUE(words.ok()) << words.status();
  return words.value_or(std::vector<std::string>());
}

// How many words have exactly `length` syllables: n!/(n−k)!.
double words_of_length(size_t length) {
  double words = 1;
  for (size_t i = 0; i < length; ++i) words *= static_cast<double>(syllables().size() - i);
  return words;
}

// P(two words are the same), and Σ p³ for the spread of a count of coincidences.
double sum_of_powers(int power) {
  double sum = 0;
  for (size_t length = 2; length <= 5; ++length) {
    sum += words_of_length(length) * std::pow(0.25 / words_of_length(length), power);
  }
  return sum;
}

// Reads a word back. The list is a prefix code, so that at most one syllable fits.
std::vector<std::string> spell(std::string_view word) {
  std::vector<std::string> parts;
  while (!word.empty()) {
    const auto part = std::find_if(syllables().begin(), syllables().end(),
                                   [&](std::string_view s) { return word.starts_with(s); });
    if (part == syllables().end()) return {};
    parts.emplace_back(*part);
    word.remove_prefix(part->size());
  }
  return parts;
}

TEST(Syllables, NoneIsTheBeginningOfAnother) {
  std::vector<std::string_view> sorted(syllables().begin(), syllables().end());
  std::sort(sorted.begin(), sorted.end());
  for (size_t i = 1; i < sorted.size(); ++i) {
    EXPECT_FALSE(sorted[i].starts_with(sorted[i - 1])) << sorted[i - 1] << " begins " << sorted[i];
  }
}

TEST(Syllables, BeginWithAConsonantHoldOneVowelAndTakeAPluralS) {
  constexpr std::string_view kVowels = "aeiou";
  for (const std::string_view syllable : syllables()) {
    EXPECT_EQ(syllable.find_first_not_of("abcdefghijklmnopqrstuvwxyz"), std::string_view::npos);
    EXPECT_EQ(kVowels.find(syllable.front()), std::string_view::npos) << syllable;
    EXPECT_EQ(std::string_view("sxzhy").find(syllable.back()), std::string_view::npos) << syllable;
    const auto vowels = std::count_if(syllable.begin(), syllable.end(), [&](char c) {
      return kVowels.find(c) != std::string_view::npos;
    });
    EXPECT_EQ(vowels, 1) << syllable;
  }
}

TEST(Syllables, DoNotSpellTheWordsOfThePaper) {
  for (const char* word : {"klarbu", "pimjon", "greev", "skimoy", "krombom"}) {
    EXPECT_TRUE(spell(word).empty()) << word;
  }
}

TEST(Words, EntropyIsWhatTheHeaderSays) {
  double bits = 2;  // which of the four lengths
  for (size_t length = 2; length <= 5; ++length) bits += std::log2(words_of_length(length)) / 4;
  EXPECT_NEAR(bits, 24.97, 0.005);  // the header gives two decimals
}

TEST(Words, CollisionRateIsWhatTheHeaderSays) {
  EXPECT_NEAR(1 / sum_of_powers(2), 144367, 0.5);  // the header gives a whole number
}

TEST(Words, RepeatBetweenDrawsAsOftenAsTheBirthdayFormulaSays) {
  constexpr double kWords = 20000;
  TestRandom random(1);
  std::map<std::string, double> times;
  for (int i = 0; i < kWords; ++i) {
    // One at a time: words of different draws may be the same.
    absl::StatusOr<std::vector<std::string>> word = make_words(1, random);
    ASSERT_TRUE(word.ok()) << word.status();
    ++times[word->front()];
  }
  double coincidences = 0;  // pairs of equal words
  for (const auto& [word, n] : times) coincidences += n * (n - 1) / 2;

  const double pairs = kWords * (kWords - 1) / 2;
  const double p = sum_of_powers(2);
  // Pairs that share a word are correlated: Var = C(m,2) p (1 − p) + 6 C(m,3) (Σ p_i³ − p²).
  const double triples = pairs * (kWords - 2) / 3;
  const double variance = pairs * p * (1 - p) + 6 * triples * (sum_of_powers(3) - p * p);
  // Five standard deviations: about 250 of 1385. A wrong list length, repeated syllables or uneven
  // lengths change the rate by more.
  EXPECT_NEAR(coincidences, pairs * p, 5 * std::sqrt(variance));
}

TEST(Words, HaveTwoToFiveDifferentSyllablesEachLengthAsOften) {
  std::map<size_t, int> lengths;
  for (uint64_t seed = 0; seed < 400; ++seed) {
    for (const std::string& word : words_of_seed(seed, 10)) {
      std::vector<std::string> parts = spell(word);
      ++lengths[parts.size()];
      std::sort(parts.begin(), parts.end());
      EXPECT_EQ(std::unique(parts.begin(), parts.end()), parts.end()) << word;
    }
  }
  ASSERT_EQ(lengths.size(), 4u);
  for (size_t length = 2; length <= 5; ++length) {
    // Five standard deviations of a binomial number with mean 1000. In draws of ten words the few
    // that are turned away (about one in all) do not show.
    EXPECT_NEAR(lengths[length], 1000, 5 * std::sqrt(4000 * 0.25 * 0.75)) << length << " syllables";
  }
}

TEST(Words, NoneIsTheBeginningOfAnother) {
  // Among 5000 words left to chance, several hundred would repeat or begin another.
  std::vector<std::string> words = words_of_seed(3, 5000);
  std::sort(words.begin(), words.end());
  for (size_t i = 1; i < words.size(); ++i) {
    EXPECT_FALSE(words[i].starts_with(words[i - 1])) << words[i - 1] << " begins " << words[i];
  }
}

TEST(Words, TheFirstOnesDoNotDependOnTheCount) {
  const std::vector<std::string> many = words_of_seed(4, 50);
  for (const size_t count : {0, 1, 2, 7, 49}) {
    EXPECT_THAT(words_of_seed(4, count),
                ElementsAreArray(many.begin(), many.begin() + static_cast<long>(count)));
  }
}

// The same on every platform: nothing here comes from a standard distribution or a hash order.
TEST(Words, OfASeedAreAlwaysTheSame) {
  // From an independent computation of the same rule in Python.
  EXPECT_THAT(words_of_seed(0, 5),
              ElementsAre("volgelbamdelpar", "zelslinflu", "glazordrim", "leldalnel", "temkon"));
}

TEST(Words, ExcludedOnesAreReplacedAndLaterOnesStay) {
  const std::vector<std::string> plain = words_of_seed(5, 6);
  WordRules rules;
  rules.excluded = {plain[1], plain[3]};
  EXPECT_THAT(words_of_seed(5, 4, rules), ElementsAre(plain[0], plain[2], plain[4], plain[5]));
}

TEST(Words, OfFixedLengthHaveIt) {
  for (const std::string& word : words_of_seed(6, 100, {.min_syllables = 3, .max_syllables = 3})) {
    EXPECT_EQ(spell(word).size(), 3u) << word;
  }
}

TEST(Words, ErrorWhenTheRulesAllowNoSyllable) {
  TestRandom random(0);
  for (const WordRules& rules : {WordRules{.min_syllables = 0, .max_syllables = 5},
                                 WordRules{.min_syllables = 4, .max_syllables = 3},
                                 WordRules{.min_syllables = 2, .max_syllables = 97}}) {
    const absl::Status status = make_words(1, random, rules).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(status.message(),
              "words of " + std::to_string(rules.min_syllables) + " to " +
                  std::to_string(rules.max_syllables) +
                  " syllables were asked for; expected 1 ≤ min_syllables ≤ max_syllables ≤ 96, the "
                  "length of the syllable list");
  }
}

TEST(Words, ErrorWhenThereAreNoMore) {
  TestRandom random(0);
  const WordRules rules{.min_syllables = 1, .max_syllables = 1};
  EXPECT_EQ(words_of_seed(0, 96, rules).size(), 96u);  // every one is found
  const absl::Status status = make_words(97, random, rules).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(
      status.message(),
      "after 96 words, 1000 tries in a row gave none that is new (words of 1 to 1 syllables, 0 "
      "excluded, none the beginning of another); ask for fewer words or raise max_syllables");
}

TEST(Dictionary, HasTheWordsOfAsciiLettersInLowerCase) {
  const auto words = parse_dictionary("Aachen\r\n zebra \n\nit's\nna\u00efve\nzebra", "words");
  ASSERT_TRUE(words.ok()) << words.status();
  EXPECT_THAT(*words, UnorderedElementsAre("aachen", "zebra"));
}

TEST(Dictionary, ErrorWhenThereIsNoWord) {
  for (const char* text : {"", "\n\n", "it's\n42"}) {
    EXPECT_EQ(parse_dictionary(text, "words").status(),
              absl::InvalidArgumentError(
                  "words:1: there is no word of ASCII letters; expected one word a line"));
  }
}

}  // namespace
}  // namespace eif
