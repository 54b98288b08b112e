#include "plugins/shared/huggingface/tokenizer/tokenizer_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "plugins/shared/huggingface/tokenizer/tokenizer.h"
#include "suite/formats/test_files.h"

namespace eif {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

// Letters, and <s> as an added token that swallows the space after it.
constexpr const char* kTokenizer = R"({
  "added_tokens": [{"id": 3, "content": "<s>", "single_word": false, "lstrip": false,
                    "rstrip": true, "normalized": false, "special": true}],
  "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, " ": 2, "<s>": 3, "t": 4}, "merges": []}})";

absl::StatusOr<std::vector<int64_t>> ids(const FilesBesideTokenizer& files, const char* text,
                                         Bos bos = Bos::kNever) {
  const auto tokenizer = Tokenizer::parse(kTokenizer, "m/tokenizer.json", std::nullopt, files);
  if (!tokenizer.ok()) return tokenizer.status();
  return (*tokenizer)->encode(text, bos);
}

std::string message(const json& config) {
  return std::string(ids({.tokenizer_config = config.dump()}, "a").status().message());
}

TEST(TokenizerConfig, AddsTokensWithTheNextIds) {
  const json config = {{"added_tokens_decoder",
                        {{"3", {{"content", "<s>"}, {"rstrip", true}, {"special", true}}},
                         {"5", {{"content", "<tag>"}, {"special", true}}}}},
                       {"additional_special_tokens", {"<x>"}},
                       {"pad_token", "<pad>"}};
  EXPECT_THAT(*ids({.tokenizer_config = config.dump()}, "a<tag>b<pad>a<x>"),
              ElementsAre(0, 5, 1, 6, 0, 7));
  EXPECT_THAT(*ids({}, "a<tag>b"), ElementsAre(0, 4, 0, 1)) << "t and a are letters";
}

TEST(TokenizerConfig, OverridesHowAnAddedTokenIsFound) {
  const json config = {{"added_tokens_decoder", {{"3", {{"content", "<s>"}, {"special", true}}}}}};
  EXPECT_THAT(*ids({}, "<s> a"), ElementsAre(3, 0));
  EXPECT_THAT(*ids({.tokenizer_config = config.dump()}, "<s> a"), ElementsAre(3, 2, 0));
  const json name = {{"bos_token", "<s>"}};
  EXPECT_THAT(*ids({.tokenizer_config = name.dump()}, "<s> a"), ElementsAre(3, 0))
      << "a name alone changes no flags";
}

TEST(TokenizerConfig, NamesTheBeginning) {
  const json config = {{"bos_token", {{"__type", "AddedToken"}, {"content", "<s>"}}}};
  EXPECT_THAT(*ids({.tokenizer_config = config.dump()}, "a", Bos::kAlways), ElementsAre(3, 0));
  EXPECT_THAT(*ids({.tokenizer_config = R"({"bos_token": "<bos>"})"}, "a", Bos::kAlways),
              ElementsAre(5, 0));
}

TEST(TokenizerConfig, OlderFilesCountWithoutADecoder) {
  FilesBesideTokenizer files = {.special_tokens_map = R"({"additional_special_tokens": ["<x>"]})",
                                .added_tokens = R"({"<tag>": 5})"};
  EXPECT_THAT(*ids(files, "a<tag><x>"), ElementsAre(0, 5, 6));
  files.tokenizer_config = R"({"added_tokens_decoder": {}})";
  EXPECT_THAT(*ids(files, "a<tag>"), ElementsAre(0, 4, 0));
}

TEST(TokenizerConfig, NamesOfItsOwnAddTokensInTheOrderOfTheFile) {
  EXPECT_THAT(
      *ids({.tokenizer_config = R"({"z_token": "<z>", "a_token": "<a>", "pad_token": "<p>"})"},
           "<p><z><a>"),
      ElementsAre(5, 6, 7));
  EXPECT_THAT(*ids({.tokenizer_config =
                        R"({"extra_special_tokens": {"z_token": "<z>", "a_token": "<a>"}})"},
                   "<z><a>"),
              ElementsAre(5, 6));
  EXPECT_THAT(*ids({.special_tokens_map = R"({"image_token": "<image>"})"}, "a<image>"),
              ElementsAre(0, 5));
}

TEST(TokenizerConfig, OfTwoFilesOneCounts) {
  FilesBesideTokenizer files = {
      .tokenizer_config = R"({"pad_token": "<x>", "image_token": "<x>"})",
      .special_tokens_map = R"({"pad_token": "<y>", "image_token": "<y>"})"};
  EXPECT_THAT(*ids(files, "<y><x>"), ElementsAre(5, 6))
      << "the map's pad_token, and the configuration's image_token";
  files.special_tokens_map = R"({"pad_token": null})";
  files.tokenizer_config = R"({"pad_token": "<p>"})";
  EXPECT_THAT(*ids(files, "a<p>"), ElementsAre(0)) << "null takes it away";
}

TEST(TokenizerConfig, ListsOfMoreTokens) {
  FilesBesideTokenizer files = {
      .tokenizer_config = R"({"extra_special_tokens": ["<x>"]})",
      .special_tokens_map =
          R"({"extra_special_tokens": ["<y>"], "additional_special_tokens": ["<z>"]})"};
  EXPECT_THAT(*ids(files, "<x><y>a<z>"), ElementsAre(5, 6, 0)) << "the older key is passed over";
  files.tokenizer_config = R"({"extra_special_tokens": {}, "additional_special_tokens": ["<x>"]})";
  files.special_tokens_map = R"({"extra_special_tokens": {"y_token": "<y>"}})";
  EXPECT_THAT(*ids(files, "<x><y>"), ElementsAre(5)) << "names take the place of the list";
}

TEST(TokenizerConfig, AddedTokensAreSpecialWhereAStringNamesThem) {
  // A special token comes before one that is looked for in normalized text, such as "ab".
  const auto with = [](const char* eos) {
    return FilesBesideTokenizer{
        .tokenizer_config = absl::StrCat(R"({"sep_token": "b <s>", "eos_token": )", eos, "}"),
        .added_tokens = R"({"ab": 5})"};
  };
  EXPECT_THAT(*ids(with(R"("ab")"), "ab <s>"), ElementsAre(5, 2, 3));
  EXPECT_THAT(*ids(with(R"({"__type": "AddedToken", "content": "ab"})"), "ab <s>"),
              ElementsAre(0, 6));
}

TEST(TokenizerConfig, IdsThatContradictTokenizerJsonAreRefused) {
  EXPECT_EQ(message({{"added_tokens_decoder", {{"7", {{"content", "<tag>"}}}}}}),
            "m/tokenizer_config.json: $.added_tokens_decoder.7: found 7, expected 5, the next id "
            "after the vocabulary");
  EXPECT_EQ(message({{"added_tokens_decoder", {{"4", {{"content", "<s>"}, {"rstrip", true}}}}}}),
            "m/tokenizer_config.json: $.added_tokens_decoder.4: found 4, expected 3, the id in the "
            "vocabulary");
}

TEST(TokenizerConfig, DamagedFilesAreRefused) {
  EXPECT_THAT(message({{"added_tokens_decoder", {{"x", {{"content", "<tag>"}}}}}}),
              HasSubstr("expected a token id as its key"));
  EXPECT_THAT(message({{"added_tokens_decoder", 3}}),
              HasSubstr("found 3, expected an object of ids and tokens"));
  EXPECT_THAT(message({{"bos_token", 3}}),
              HasSubstr("$.bos_token: found 3, expected a token, or an object with its content"));
  EXPECT_THAT(message(json::array()), HasSubstr("found [], expected an object"));
  EXPECT_THAT(std::string(ids({.tokenizer_config = "{"}, "a").status().message()),
              HasSubstr("m/tokenizer_config.json: is not JSON"));
}

TEST(TokenizerConfig, IsReadBesideTheTokenizer) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "tokenizer.json") << kTokenizer;
  std::ofstream(folder.path() / "tokenizer_config.json") << R"({"pad_token": "<pad>"})";
  const auto tokenizer = Tokenizer::load(folder.path() / "tokenizer.json");
  ASSERT_TRUE(tokenizer.ok()) << tokenizer.status();
  EXPECT_THAT(*(*tokenizer)->encode("a<pad>", Bos::kNever), ElementsAre(0, 5));
  EXPECT_EQ((*tokenizer)->tokens_of_config(), "0000<pad>\n");
}

}  // namespace
}  // namespace eif
