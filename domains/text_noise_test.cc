#include "domains/text_noise.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace eif {
namespace {

using ::testing::ElementsAre;

// A small generator of its own, for the same numbers everywhere.
class SomeRandom final : public Random {
 public:
  explicit SomeRandom(uint64_t seed) : state_(seed) {}
  uint64_t below(uint64_t limit) override {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return (state_ >> 33) % limit;
  }
  double normal() override { return 0; }

 private:
  uint64_t state_;
};

// Always the first of what is left.
class FirstRandom final : public Random {
 public:
  uint64_t below(uint64_t) override { return 0; }
  double normal() override { return 0; }
};

std::vector<std::string> sorted_words(const std::string& text) {
  std::vector<std::string> words = absl::StrSplit(text, absl::ByAnyChar(" ."), absl::SkipEmpty());
  std::sort(words.begin(), words.end());
  return words;
}

size_t differences(const std::string& one, const std::string& other) {
  const std::vector<std::string> a = absl::StrSplit(one, ' '), b = absl::StrSplit(other, ' ');
  size_t count = 0;
  for (size_t i = 0; i < a.size(); ++i) count += a[i] != b[i] ? 1 : 0;
  return count;
}

TEST(SplitSyllables, EachPartHasOneGroupOfVowels) {
  EXPECT_THAT(split_syllables("delglim"), ElementsAre("delg", "lim"));
  EXPECT_THAT(split_syllables("skadraflu"), ElementsAre("skad", "raf", "lu"));
  EXPECT_THAT(split_syllables("bam"), ElementsAre("bam"));
  EXPECT_THAT(split_syllables("ala"), ElementsAre("a", "la"));
  EXPECT_THAT(split_syllables("pjt"), ElementsAre("pjt"));
  EXPECT_THAT(split_syllables("boatea"), ElementsAre("boa", "tea"));
}

TEST(SplitSyllables, ThePartsAreTheWord) {
  for (const std::string word :
       {"delglim", "skadraflu", "volzorprelimtam", "a", "eau", "strengths"}) {
    EXPECT_EQ(absl::StrJoin(split_syllables(word), ""), word);
  }
}

TEST(ScrambleSyllables, SyllablesOfMadeUpWordsGoRoundInACircle) {
  FirstRandom random;
  EXPECT_EQ(scramble_syllables("dal is bigger than vel.", {"dal", "vel"}, 1, random),
            "vel is bigger than dal.");
  // a la bo ka: each takes the place of the next, and the last that of the first.
  EXPECT_EQ(scramble_syllables("ala, boka", {"ala", "boka"}, 1, random), "kaa, labo");
}

TEST(ScrambleSyllables, OnlyMadeUpWordsChange) {
  for (uint64_t seed = 0; seed < 50; ++seed) {
    SomeRandom random(seed);
    const std::string text =
        scramble_syllables("all delglims have a skavol", {"delglim", "skavol"}, 1, random);
    const std::vector<std::string> words = absl::StrSplit(text, ' ');
    EXPECT_EQ(words[0], "all");
    EXPECT_EQ(words[1].back(), 's');
    EXPECT_EQ(words[2], "have");
    EXPECT_EQ(words[3], "a");
    EXPECT_NE(words[1], "delglims");
    EXPECT_NE(words[4], "skavol");
  }
}

TEST(ScrambleSyllables, WithoutTwoSyllablesNothingChanges) {
  FirstRandom random;
  EXPECT_EQ(scramble_syllables("dal sleeps.", {"dal"}, 1, random), "dal sleeps.");
  EXPECT_EQ(scramble_syllables("Frogs sleep.", {"dal"}, 1, random), "Frogs sleep.");
}

TEST(ShuffleWords, WordsChangePlacesAndTheEndStays) {
  FirstRandom random;
  EXPECT_EQ(shuffle_words("one two three four.", 1, random), "four one two three.");
  EXPECT_EQ(shuffle_words("one two three four.", 0.5, random), "two one three four.");
  EXPECT_EQ(shuffle_words("one.", 1, random), "one.");
}

TEST(ShuffleWords, LineBreaksStayWhereTheyAre) {
  FirstRandom random;
  EXPECT_EQ(shuffle_words("one two\nthree\tfour.\n", 1, random), "four one\ntwo\tthree.\n");
}

TEST(ShuffleWords, AsManyMoveAsTheRateSays) {
  const std::string text = "a b c d e f g h";
  for (const auto& [rate, moved] :
       std::vector<std::pair<double, size_t>>{{0.01, 2}, {0.25, 2}, {0.5, 4}, {0.75, 6}, {1, 8}}) {
    for (uint64_t seed = 0; seed < 50; ++seed) {
      SomeRandom random(seed);
      const std::string shuffled = shuffle_words(text, rate, random);
      EXPECT_EQ(differences(shuffled, text), moved) << rate;
      EXPECT_EQ(sorted_words(shuffled), sorted_words(text));
    }
  }
}

TEST(PureNoiseText, IsTheWordsAndTheEndOfTheOther) {
  EXPECT_EQ(pure_noise_text({"dal", "vel"}, "The boat was sold."), "dal vel.");
  EXPECT_EQ(pure_noise_text({"dal", "vel"}, "a klarbu"), "dal vel");
}

}  // namespace
}  // namespace eif
