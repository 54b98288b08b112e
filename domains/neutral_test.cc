#include "domains/neutral.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "domains/domain.h"
#include "domains/draw_for_test.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace eif {
namespace {

using ::testing::Contains;
using ::testing::Not;
using ::testing::UnorderedElementsAreArray;

std::vector<std::string> words_of(const std::string& text) {
  return absl::StrSplit(absl::AsciiStrToLower(text), absl::ByAnyChar(" .,"), absl::SkipEmpty());
}

// Words of every language that say nothing of what a sentence is about.
const std::set<std::string>& function_words() {
  static const auto& words = *new std::set<std::string>(
      {"a", "an", "the", "of", "to", "in", "is", "and", "or", "it", "was", "with", "that", "when", "from",
       "for"});
  return words;
}

// Reading it must not help a sample by what they have in common.
TEST(Neutral, HasNoWordOfTheFramesOfADomain) {
  for (const std::string& sentence : neutral_sentences()) {
    for (const std::string& name : domain_names()) {
      const DomainTemplate& domain = **find_domain(name);
      if (domain.chosen > 0 || absl::StartsWith(name, "random_claim")) continue;
      for (const SampleTemplate& sample : domain.samples) {
        for (const std::string& statement : sample.statements) {
          for (const std::string& word : words_of(statement)) {
            if (function_words().contains(word)) continue;
            EXPECT_THAT(words_of(sentence), Not(Contains(word))) << name << "/" << sample.id;
          }
        }
      }
    }
  }
}

TEST(Neutral, IsNoClaimAndNoEverydaySentence) {
  std::set<std::string> asked;
  for (const char* name : {"random_claim_100", "everyday"}) {
    for (const SampleTemplate& sample : (*find_domain(name))->samples) {
      asked.insert(sample.statements.begin(), sample.statements.end());
    }
  }
  for (const std::string& sentence : neutral_sentences()) EXPECT_FALSE(asked.contains(sentence));
}

TEST(Neutral, EachDrawHasAllSentencesInAnOrderOfItsOwn) {
  const std::vector<std::string> one = neutral_sentences(TestDraw(1));
  EXPECT_THAT(one, UnorderedElementsAreArray(neutral_sentences()));
  EXPECT_EQ(one, neutral_sentences(TestDraw(1)));
  EXPECT_NE(one.back(), neutral_sentences(TestDraw(2)).back());
}

}  // namespace
}  // namespace eif
