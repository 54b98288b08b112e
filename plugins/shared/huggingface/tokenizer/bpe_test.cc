#include "plugins/shared/huggingface/tokenizer/bpe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace eif::tokenizer {
namespace {

using nlohmann::json;
using testing::ElementsAre;

Bpe read(const json& model) {
  absl::StatusOr<TokenizerJson> parts =
      read_tokenizer_json(json::object({{"model", model}}).dump(), "tokenizer.json");
  EXPECT_TRUE(parts.ok()) << parts.status();
  JsonDocument document(parts->rest, "tokenizer.json");
  Bpe bpe = Bpe::read(document.root()["model"], *parts);
  EXPECT_TRUE(document.status().ok()) << document.status();
  return bpe;
}

TEST(Bpe, MergesInTheOrderOfTheListAndFromTheLeft) {
  const Bpe bpe =
      read({{"vocab", {{"a", 0}, {"b", 1}, {"aa", 2}, {"ab", 3}}}, {"merges", {"a b", "a a"}}});
  EXPECT_THAT(bpe.encode("aaab"), ElementsAre(2, 3));
  EXPECT_THAT(bpe.encode("aaa"), ElementsAre(2, 0));
}

TEST(Bpe, LastPlaceOfARepeatedMergeCounts) {
  const Bpe bpe = read(
      {{"vocab", {{"a", 0}, {"b", 1}, {"aa", 2}, {"ab", 3}}}, {"merges", {"a b", "a a", "a b"}}});
  EXPECT_THAT(bpe.encode("aab"), ElementsAre(2, 1));
}

TEST(Bpe, WholeWordsOfTheVocabularyMayGoBeforeMerges) {
  json model = {{"vocab", {{"a", 0}, {"b", 1}, {"ba", 2}}}, {"merges", json::array()}};
  EXPECT_THAT(read(model).encode("ba"), ElementsAre(1, 0));
  model["ignore_merges"] = true;
  EXPECT_THAT(read(model).encode("ba"), ElementsAre(2));
}

TEST(Bpe, UnknownCharactersAreFusedOrNot) {
  json model = {{"vocab", {{"?", 0}, {"a", 1}}}, {"merges", json::array()}};
  EXPECT_THAT(read(model).encode("xyaz"), ElementsAre(1))
      << "left out, as there is no unknown token";
  model["unk_token"] = "?";
  EXPECT_THAT(read(model).encode("xyaz"), ElementsAre(0, 0, 1, 0));
  model["fuse_unk"] = true;
  EXPECT_THAT(read(model).encode("xyaz"), ElementsAre(0, 1, 0));
}

TEST(Bpe, BytesStandInForCharactersThatAllHaveThem) {
  const Bpe bpe = read({{"vocab", {{"?", 0}, {"<0xC3>", 1}, {"<0xA9>", 2}}},
                        {"merges", json::array()},
                        {"unk_token", "?"},
                        {"byte_fallback", true}});
  EXPECT_THAT(bpe.encode("é"), ElementsAre(1, 2));
  EXPECT_THAT(bpe.encode("è"), ElementsAre(0)) << "there is no <0xA8>";
}

// The definition: looks through the whole word for each merge.
std::vector<std::string> merge_slowly(
    const std::vector<std::pair<std::string, std::string>>& merges, const std::string& word) {
  std::vector<std::string> pieces;
  for (const char c : word) pieces.emplace_back(1, c);
  for (bool merged = true; merged;) {
    merged = false;
    for (const auto& [left, right] : merges) {
      for (size_t i = 0; i + 1 < pieces.size() && !merged; ++i) {
        if (pieces[i] != left || pieces[i + 1] != right) continue;
        pieces[i] += right;
        pieces.erase(pieces.begin() + i + 1);
        merged = true;
      }
      if (merged) break;
    }
  }
  return pieces;
}

TEST(Bpe, AgreesWithTheDefinitionOnRandomMerges) {
  // No two merges give the same piece: there the Hugging Face library, whose order the parity test
  // checks, is not quite the definition.
  std::mt19937 random(1);
  for (int round = 0; round < 20; ++round) {
    std::vector<std::string> pieces = {"a", "b", "c"};
    std::vector<std::pair<std::string, std::string>> merges;
    json model = {{"vocab", {{"a", 0}, {"b", 1}, {"c", 2}}}, {"merges", json::array()}};
    while (merges.size() < 12) {
      const std::string left = pieces[random() % pieces.size()];
      const std::string right = pieces[random() % pieces.size()];
      if (model["vocab"].contains(left + right)) continue;
      model["vocab"][left + right] = pieces.size();
      model["merges"].push_back({left, right});
      merges.emplace_back(left, right);
      pieces.push_back(left + right);
    }
    const Bpe bpe = read(model);
    for (int word_index = 0; word_index < 50; ++word_index) {
      std::string word(random() % 60, 'a');
      for (char& c : word) c = static_cast<char>('a' + random() % 3);
      std::vector<int32_t> expected;
      for (const std::string& piece : merge_slowly(merges, word))
        expected.push_back(*bpe.id(piece));
      EXPECT_EQ(bpe.encode(word), expected) << word << " " << model["merges"];
    }
  }
}

TEST(Bpe, LongWordsDoNotTakeQuadraticTime) {
  // A second or so; looking through the word for each merge takes hours.
  const Bpe bpe =
      read({{"vocab", {{"a", 0}, {"aa", 1}, {"aaaa", 2}}}, {"merges", {"a a", "aa aa"}}});
  EXPECT_EQ(bpe.encode(std::string(4'000'000, 'a')), std::vector<int32_t>(1'000'000, 2));
}

}  // namespace
}  // namespace eif::tokenizer
