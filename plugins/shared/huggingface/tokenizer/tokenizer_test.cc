#include "plugins/shared/huggingface/tokenizer/tokenizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "suite/formats/test_files.h"

namespace eif {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

// A Llama-like tokenizer of four letters.
json example() {
  return json::parse(R"json({
    "version": "1.0", "truncation": null, "padding": null,
    "added_tokens": [
      {"id": 1, "content": "<s>", "single_word": false, "lstrip": false, "rstrip": false,
       "normalized": false, "special": true},
      {"id": 8, "content": "<end>", "single_word": false, "lstrip": false, "rstrip": true,
       "normalized": false, "special": true}],
    "normalizer": {"type": "Sequence", "normalizers": [
      {"type": "Prepend", "prepend": "_"},
      {"type": "Replace", "pattern": {"String": " "}, "content": "_"}]},
    "pre_tokenizer": null,
    "post_processor": {"type": "TemplateProcessing",
      "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}},
                 {"Sequence": {"id": "A", "type_id": 0}}],
      "pair": [], "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}}},
    "decoder": {"type": "Anything"},
    "model": {"type": "BPE", "dropout": null, "unk_token": "<unk>",
      "continuing_subword_prefix": "", "end_of_word_suffix": null, "fuse_unk": true,
      "byte_fallback": false, "ignore_merges": false,
      "vocab": {"<unk>": 0, "<s>": 1, "_": 2, "a": 3, "b": 4, "c": 5, "_a": 6, "bc": 7},
      "merges": ["_ a", "b c"]}})json");
}

std::unique_ptr<Tokenizer> parsed(const json& file, std::optional<int64_t> bos_id = std::nullopt) {
  absl::StatusOr<std::unique_ptr<Tokenizer>> tokenizer =
      Tokenizer::parse(file.dump(), "t.json", bos_id);
  EXPECT_TRUE(tokenizer.ok()) << tokenizer.status();
  return tokenizer.ok() ? *std::move(tokenizer) : nullptr;
}

std::vector<int64_t> encoded(const Tokenizer& tokenizer, std::string_view text, Bos bos) {
  absl::StatusOr<std::vector<int64_t>> ids = tokenizer.encode(text, bos);
  EXPECT_TRUE(ids.ok()) << ids.status();
  return ids.ok() ? *ids : std::vector<int64_t>{};
}

// ---- What it does ------------------------------------------------------------------------------

TEST(Tokenizer, NormalizesTheTextBetweenAddedTokens) {
  const auto tokenizer = parsed(example());
  EXPECT_THAT(encoded(*tokenizer, "abc<end> \na b", Bos::kNever), ElementsAre(6, 7, 8, 6, 2, 4));
}

TEST(Tokenizer, BeginsAsTheFileSays) {
  const auto tokenizer = parsed(example());
  EXPECT_EQ(tokenizer->bos_id(), 1);
  EXPECT_THAT(encoded(*tokenizer, "a", Bos::kAuto), ElementsAre(1, 6));
  EXPECT_THAT(encoded(*tokenizer, "a", Bos::kAlways), ElementsAre(1, 6));
  EXPECT_THAT(encoded(*tokenizer, "a", Bos::kNever), ElementsAre(6));
  EXPECT_THAT(encoded(*tokenizer, "", Bos::kAuto), ElementsAre(1));
}

TEST(Tokenizer, BeginsAsTheConfigurationSaysWhereTheFileDoesNot) {
  json file = example();
  file["post_processor"] = nullptr;
  const auto tokenizer = parsed(file, 1);
  EXPECT_THAT(encoded(*tokenizer, "a", Bos::kAuto), ElementsAre(6));
  EXPECT_THAT(encoded(*tokenizer, "a", Bos::kAlways), ElementsAre(1, 6));
  EXPECT_THAT(encoded(*tokenizer, "<s>a", Bos::kAlways), ElementsAre(1, 6))
      << "it is there already";
}

TEST(Tokenizer, BeginsOnceWhereTheTextHasABeginningToo) {
  const auto tokenizer = parsed(example());
  EXPECT_THAT(encoded(*tokenizer, "<s>a", Bos::kAlways), ElementsAre(1, 6));
  EXPECT_THAT(encoded(*tokenizer, "<s>a", Bos::kAuto), ElementsAre(1, 1, 6))
      << "as the Hugging Face library does it";
  EXPECT_THAT(encoded(*tokenizer, "<s>a", Bos::kNever), ElementsAre(1, 6));
}

TEST(Tokenizer, PutsTheTokensOfRobertaAround) {
  json file = example();
  file["post_processor"] = {
      {"type", "RobertaProcessing"}, {"cls", {"<s>", 1}}, {"sep", {"<end>", 8}}};
  EXPECT_THAT(encoded(*parsed(file), "a", Bos::kAuto), ElementsAre(1, 6, 8));
}

TEST(Tokenizer, TakesATokenThatIsAddedTwiceAsTheLastSays) {
  json file = example();
  json token = file["added_tokens"][1];
  file["added_tokens"][2] = token;
  EXPECT_THAT(encoded(*parsed(file), "a<end> a", Bos::kNever), ElementsAre(6, 8, 6));
  token["rstrip"] = false;
  file["added_tokens"][3] = token;
  EXPECT_THAT(encoded(*parsed(file), "a<end> a", Bos::kNever), ElementsAre(6, 8, 2, 6));
}

TEST(Tokenizer, PassesOverAnAddedTokenWithoutText) {
  json file = example();
  file["added_tokens"][2] = file["added_tokens"][1];
  file["added_tokens"][2]["content"] = "";
  EXPECT_THAT(encoded(*parsed(file), "a<end>", Bos::kNever), ElementsAre(6, 8));
}

TEST(Tokenizer, TakesADropoutOfZero) {
  json file = example();
  file["model"]["dropout"] = 0.0;
  EXPECT_THAT(encoded(*parsed(file), "bc", Bos::kNever), ElementsAre(2, 7));
}

TEST(Tokenizer, ReadsMergesThatStandBeforeTheVocabulary) {
  const std::string model = R"("model": {"merges": [["b", "c"]], "vocab": {"b": 0, "c": 1, "bc": 2}})";
  const auto tokenizer = Tokenizer::parse("{" + model + "}", "t.json");
  ASSERT_TRUE(tokenizer.ok()) << tokenizer.status();
  EXPECT_THAT(encoded(**tokenizer, "bc", Bos::kNever), ElementsAre(2));
}

TEST(Tokenizer, KnowsItsVocabulary) {
  const auto tokenizer = parsed(example());
  EXPECT_EQ(tokenizer->vocabulary_size(), 9u);
  EXPECT_EQ(tokenizer->piece(7), "bc");
  EXPECT_EQ(tokenizer->piece(8), "<end>");
  EXPECT_EQ(tokenizer->piece(9), std::nullopt);
}

// ---- What is wrong with a text -----------------------------------------------------------------

TEST(Tokenizer, RefusesTextThatIsNotUtf8) {
  const auto tokenizer = parsed(example());
  const absl::Status status = tokenizer->encode("ab\xFF", Bos::kAuto).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(),
            "the text to encode has the byte 0xFF at offset 2, expected UTF-8. Convert it first.");
}

TEST(Tokenizer, RefusesTextThatIsTooLong) {
  const auto tokenizer = parsed(example());
  const absl::Status status =
      tokenizer->encode(std::string(Tokenizer::kMaxTextBytes + 1, 'a'), Bos::kAuto).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "the text to encode has 67108865 bytes, expected at most 67108864");
}

TEST(Tokenizer, RefusesABeginningThatNobodyNames) {
  json file = example();
  file["post_processor"] = nullptr;
  const absl::Status status = parsed(file)->encode("a", Bos::kAlways).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("no beginning-of-sequence token"));
}

// Each place of the text takes millions of steps, and no place more than PCRE2 allows.
TEST(Tokenizer, GivesAllPatternsTogetherABoundedNumberOfSteps) {
  json file = example();
  const json step = {{"type", "Split"},
                     {"pattern", {{"Regex", "(?:(?:.?){9}){9}[A-Z]"}}},
                     {"behavior", "Isolated"},
                     {"invert", false}};
  file["pre_tokenizer"] = {{"type", "Sequence"}, {"pretokenizers", std::vector<json>(8, step)}};
  const absl::Status status = parsed(file)->encode(std::string(20, 'a'), Bos::kNever).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(status.message()), HasSubstr("match limit exceeded"));
}

TEST(Tokenizer, PassesOnThatAPatternGaveUp) {
  json file = example();
  file["pre_tokenizer"] = {{"type", "Split"},
                           {"pattern", {{"Regex", "(a+)+b"}}},
                           {"behavior", "Isolated"},
                           {"invert", false}};
  const absl::Status status =
      parsed(file)->encode(std::string(40, 'a') + "cb", Bos::kAuto).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
}

// ---- What is wrong with a file -----------------------------------------------------------------

absl::Status status_of(const json& file) {
  return Tokenizer::parse(file.dump(), "t.json").status();
}

struct Refusal {
  std::string pointer;  // what is changed in the example
  json value;
  absl::StatusCode code;
  std::string message;  // how it begins
};

std::ostream& operator<<(std::ostream& stream, const Refusal& refusal) {
  return stream << refusal.pointer << " = " << refusal.value;
}

class TokenizerRefuses : public testing::TestWithParam<Refusal> {};

TEST_P(TokenizerRefuses, ByName) {
  json file = example();
  file[json::json_pointer(GetParam().pointer)] = GetParam().value;
  const absl::Status status = status_of(file);
  EXPECT_EQ(status.code(), GetParam().code);
  EXPECT_THAT(std::string(status.message()), StartsWith("t.json: $" + GetParam().message));
}

constexpr auto kUnsupported = absl::StatusCode::kUnimplemented;
constexpr auto kWrong = absl::StatusCode::kInvalidArgument;

json added(const json& changes) {
  json token = example()["added_tokens"][1];
  token.update(changes);
  return token;
}

json split(const json& changes) {
  json step = {{"type", "Split"},
               {"pattern", {{"Regex", "a"}}},
               {"behavior", "Isolated"},
               {"invert", false}};
  step.update(changes);
  return step;
}

json metaspace(const json& changes) {
  json step = {{"type", "Metaspace"}, {"replacement", "_"}};
  step.update(changes);
  return step;
}

INSTANTIATE_TEST_SUITE_P(
    WholeFile, TokenizerRefuses,
    testing::Values(
        Refusal{"/version", "2.0", kUnsupported, ".version: found \"2.0\", expected version 1.0"},
        Refusal{
            "/truncation",
            {{"max_length", 5}},
            kUnsupported,
            ".truncation: found {\"max_length\":5}, expected null: statements are encoded whole"},
        Refusal{"/padding", {{"strategy", "BatchLongest"}}, kUnsupported, ".padding: found {"},
        Refusal{"/sentencepiece", true, kUnsupported,
                ".sentencepiece: found true, expected no such field, only version, truncation, "},
        Refusal{"/model", 3, kWrong, ".model: found 3, expected an object"}));

INSTANTIATE_TEST_SUITE_P(
    Model, TokenizerRefuses,
    testing::Values(
        Refusal{"/model/type", "Unigram", kUnsupported,
                ".model.type: found \"Unigram\", expected BPE"},
        Refusal{"/model/dropout", 0.1, kUnsupported,
                ".model.dropout: found 0.1, expected null: dropout makes ids random"},
        Refusal{"/model/continuing_subword_prefix", "##", kUnsupported,
                ".model.continuing_subword_prefix: found \"##\", expected null or \"\""},
        Refusal{"/model/end_of_word_suffix", "</w>", kUnsupported,
                ".model.end_of_word_suffix: found \"</w>\", expected null or \"\""},
        Refusal{"/model/fuse_unk", "yes", kWrong,
                ".model.fuse_unk: found \"yes\", expected true or false"},
        Refusal{"/model/scores", json::array(), kUnsupported,
                ".model.scores: found [], expected no such"},
        Refusal{"/model/unk_token", "<none>", kWrong,
                ".model.unk_token: found \"<none>\", expected a piece of the vocabulary"},
        Refusal{"/model/vocab", json::array(), kWrong,
                ".model.vocab: found nothing, expected an object of pieces and their ids"},
        Refusal{"/model/vocab", json::object(), kWrong,
                ".model.vocab: found nothing, expected at least one"},
        Refusal{"/model/vocab/a", -1, kWrong,
                ".model.vocab.a: found -1, expected a token id from 0 to 16777215"},
        Refusal{"/model/vocab/a", 1 << 24, kWrong,
                ".model.vocab.a: found 16777216, expected a token id"},
        Refusal{"/model/vocab/a", 18446744073709551615u, kWrong,
                ".model.vocab.a: found 18446744073709551615, expected a token id"},
        Refusal{"/model/vocab/a", 1.5, kWrong, ".model.vocab.a: found 1.5, expected a token id"},
        Refusal{"/model/vocab/b", 3, kWrong,
                ".model.vocab.b: found 3, expected an id that no other"},
        Refusal{"/model/merges", nullptr, kWrong,
                ".model.merges: found nothing, expected an array"},
        Refusal{"/model/merges/1", "b x", kWrong,
                ".model.merges[1]: found \"b x\", expected pieces of the vocabulary that join"},
        Refusal{"/model/merges/1", "c b", kWrong,
                ".model.merges[1]: found \"c b\", expected pieces"},
        Refusal{"/model/merges/1", "bc", kWrong,
                ".model.merges[1]: found \"bc\", expected \"left right\" or [\"left\", \"right\"]"},
        Refusal{"/model/merges/1", "b c d", kWrong,
                ".model.merges[1]: found \"b c d\", expected \"left"},
        Refusal{"/model/merges/1", json::array({"b", "c", "c"}), kWrong,
                ".model.merges[1]: found ["}));

INSTANTIATE_TEST_SUITE_P(
    AddedTokens, TokenizerRefuses,
    testing::Values(
        Refusal{"/added_tokens", "<s>", kWrong, ".added_tokens: found \"<s>\", expected an array"},
        Refusal{"/added_tokens/1", added({{"id", 9}}), kWrong,
                ".added_tokens[1].id: found 9, expected 8, the next id after the vocabulary"},
        Refusal{"/added_tokens/1", added({{"content", "a"}}), kWrong,
                ".added_tokens[1].id: found 8, expected 3, the id in the vocabulary"},
        Refusal{"/added_tokens/1", added({{"content", std::string(4097, 'x')}}), kWrong,
                ".added_tokens[1].content: found \"xxx"},
        Refusal{"/added_tokens/1", added({{"content", "<s>"}, {"id", 2}}), kWrong,
                ".added_tokens[1].id: found 2, expected 1, the id in the vocabulary"},
        Refusal{"/added_tokens/1", added({{"rstrip", nullptr}}), kWrong,
                ".added_tokens[1].rstrip: found nothing, expected true or false"},
        Refusal{"/added_tokens/1", added({{"rank", 1}}), kUnsupported,
                ".added_tokens[1].rank: found 1, expected no such field"}));

INSTANTIATE_TEST_SUITE_P(
    Normalizer, TokenizerRefuses,
    testing::Values(
        Refusal{"/normalizer",
                {{"type", "StripAccents"}},
                kUnsupported,
                ".normalizer.type: found \"StripAccents\", expected Sequence, Prepend, Replace, "
                "Lowercase, NFC, NFD, NFKC or NFKD"},
        Refusal{"/normalizer/normalizers/0",
                {{"type", "Nmt"}},
                kUnsupported,
                ".normalizer.normalizers[0].type: found \"Nmt\""},
        Refusal{"/normalizer/normalizers/0/prepend", nullptr, kWrong,
                ".normalizer.normalizers[0].prepend: found nothing, expected a string"},
        Refusal{"/normalizer/normalizers/0/scheme", 1, kUnsupported,
                ".normalizer.normalizers[0].scheme: found 1, expected no such field"},
        Refusal{
            "/normalizer/normalizers/1/pattern",
            {{"String", ""}},
            kWrong,
            ".normalizer.normalizers[1].pattern.String: found \"\", expected a text to look for"},
        Refusal{"/normalizer/normalizers/1/pattern",
                {{"Glob", "*"}},
                kUnsupported,
                ".normalizer.normalizers[1].pattern.Glob: found \"*\", expected no such field"},
        Refusal{"/normalizer/normalizers/1/pattern",
                {{"Regex", "\\G"}},
                kUnsupported,
                ".normalizer.normalizers[1].pattern.Regex: the pattern has the escape \"\\G\""}));

INSTANTIATE_TEST_SUITE_P(
    PreTokenizer, TokenizerRefuses,
    testing::Values(
        Refusal{"/pre_tokenizer",
                {{"type", "Whitespace"}},
                kUnsupported,
                ".pre_tokenizer.type: found \"Whitespace\", expected Sequence, Split, Digits, "
                "Punctuation, ByteLevel or Metaspace"},
        Refusal{"/pre_tokenizer",
                {{"type", "Digits"}},
                kWrong,
                ".pre_tokenizer.individual_digits: found nothing, expected true or false"},
        Refusal{"/pre_tokenizer",
                {{"type", "ByteLevel"}, {"add_prefix_space", 1}},
                kWrong,
                ".pre_tokenizer.add_prefix_space: found 1, expected true or false"},
        Refusal{"/pre_tokenizer", split({{"behavior", "Glued"}}), kUnsupported,
                ".pre_tokenizer.behavior: found \"Glued\", expected Removed, Isolated, "},
        Refusal{"/pre_tokenizer", split({{"pattern", {{"Regex", "(?<=a+)b"}}}}), kUnsupported,
                ".pre_tokenizer.pattern.Regex: PCRE2 cannot compile the pattern: "},
        Refusal{"/pre_tokenizer", split({{"invert", nullptr}}), kWrong,
                ".pre_tokenizer.invert: found nothing, expected true or false"},
        Refusal{"/pre_tokenizer", metaspace({{"replacement", "__"}}), kWrong,
                ".pre_tokenizer.replacement: found \"__\", expected one character"},
        Refusal{"/pre_tokenizer", metaspace({{"prepend_scheme", "last"}}), kWrong,
                ".pre_tokenizer.prepend_scheme: found \"last\", expected always, first or never"},
        Refusal{"/pre_tokenizer", metaspace({{"prepend_scheme", "first"}}), kUnsupported,
                ".pre_tokenizer.prepend_scheme: found \"first\", expected always or never, because "
                "there is a normalizer"},
        Refusal{
            "/pre_tokenizer",
            metaspace({{"prepend_scheme", "always"}, {"add_prefix_space", false}}), kWrong,
            ".pre_tokenizer.prepend_scheme: found \"always\", expected never, as add_prefix_space"},
        Refusal{
            "/pre_tokenizer",
            {{"type", "Sequence"},
             {"pretokenizers", {split(json::object()), metaspace(json::object())}}},
            kUnsupported,
            ".pre_tokenizer.pretokenizers[1].type: found \"Metaspace\", expected Metaspace only as "
            "the first"}));

INSTANTIATE_TEST_SUITE_P(
    PostProcessor, TokenizerRefuses,
    testing::Values(
        Refusal{"/post_processor",
                {{"type", "TokenTypes"}},
                kUnsupported,
                ".post_processor.type: found \"TokenTypes\", expected Sequence, ByteLevel, "
                "TemplateProcessing, RobertaProcessing or BertProcessing"},
        Refusal{"/post_processor",
                {{"type", "Sequence"},
                 {"processors", {example()["post_processor"], example()["post_processor"]}}},
                kUnsupported,
                ".post_processor.processors[1]: found {"},
        Refusal{"/post_processor",
                {{"type", "RobertaProcessing"}, {"cls", {"<s>", 1}}, {"sep", {"</s>", 99}}},
                kWrong,
                ".post_processor.sep[1]: found 99, expected an id of the vocabulary"},
        Refusal{"/post_processor/single/1/Sequence/id", "B", kUnsupported,
                ".post_processor.single[1].Sequence.id: found \"B\", expected the text A, once"},
        Refusal{"/post_processor/single/0",
                {{"Sequence", {{"id", "A"}}}},
                kUnsupported,
                ".post_processor.single[1].Sequence.id: found \"A\", expected the text A, once"},
        Refusal{"/post_processor/single", json::array(), kWrong,
                ".post_processor.single: found [], expected a template with"},
        Refusal{"/post_processor/single/0/SpecialToken/id", "<t>", kWrong,
                ".post_processor.special_tokens.<t>: found nothing, expected an object"},
        Refusal{"/post_processor/special_tokens/<s>/ids/0", 99, kWrong,
                ".post_processor.special_tokens.<s>.ids[0]: found 99, expected an id of the "
                "vocabulary"}));

// 60 ids that 60 pieces of the template ask for are 3,600 in front of each text.
TEST(TokenizerFile, ATemplateMayNotPutAnyNumberOfTokensAroundAText) {
  json file = example();
  json& special = file["post_processor"]["special_tokens"]["<s>"]["ids"];
  special = std::vector<int>(60, 1);
  file["post_processor"]["single"].insert(file["post_processor"]["single"].begin(), 60,
                                          file["post_processor"]["single"][0]);
  EXPECT_EQ(status_of(file).message(),
            "t.json: $.post_processor.single: found more than 64 special tokens around a text. No "
            "real tokenizer.json has.");
  special = std::vector<int>(65, 1);
  EXPECT_EQ(status_of(file).message(),
            "t.json: $.post_processor.special_tokens.<s>.ids: found 65 ids, expected at most 64");
}

TEST(TokenizerFile, NormalizersAndPreTokenizersHaveAFewSteps) {
  json file = example();
  file["normalizer"] = {{"type", "Sequence"},
                        {"normalizers", std::vector<json>(17, json::object({{"type", "NFC"}}))}};
  EXPECT_EQ(status_of(file).message(),
            "t.json: $.normalizer.normalizers[16]: found more than 16 steps. No real tokenizer.json "
            "has.");
  file["normalizer"] = nullptr;
  file["pre_tokenizer"] = {{"type", "Sequence"},
                           {"pretokenizers", std::vector<json>(17, split(json::object()))}};
  EXPECT_EQ(status_of(file).message(),
            "t.json: $.pre_tokenizer.pretokenizers[16]: found more than 16 steps. No real "
            "tokenizer.json has.");
}

TEST(TokenizerFile, HasNoMoreValuesThanAnyRealOne) {
  json file = example();
  file["decoder"] = std::vector<int>(500'000, 1);
  EXPECT_EQ(status_of(file).message(),
            "t.json: has more than 500000 values beside its vocabulary and merges. No real "
            "tokenizer.json has.");
}

TEST(TokenizerFile, AddedTokensHaveAMegabyteTogether) {
  json file = example();
  for (int i = 0; i < 300; ++i) {
    file["added_tokens"][1 + i] =
        added({{"id", 8 + i}, {"content", std::to_string(1000 + i) + std::string(4000, 'x')}});
  }
  EXPECT_THAT(std::string(status_of(file).message()),
              HasSubstr("expected at most 1048576 bytes of all added tokens together"));
}

TEST(TokenizerFile, IdsOfAddedTokensMustBeFree) {
  json file = example();
  file["model"]["vocab"]["c"] = 9;  // leaves a hole, so that 8 pieces take the id 8 as well
  file["model"]["vocab"]["a"] = 8;
  EXPECT_EQ(
      status_of(file).message(),
      "t.json: $.added_tokens[1].id: found 8, expected an id that no piece of the vocabulary has");
}

TEST(TokenizerFile, NormalizedTokensMustNotLookTheSame) {
  json file = example();
  file["added_tokens"][1] = added({{"content", "x y"}, {"normalized", true}});
  file["added_tokens"][2] = added({{"content", "x_y"}, {"normalized", true}, {"id", 9}});
  EXPECT_EQ(status_of(file).message(),
            "t.json: $.added_tokens[2].content: found \"x_y\", expected a "
            "text that no other added token has");
}

TEST(TokenizerFile, LongValuesAreCutInMessagesAtACharacter) {
  json file = example();
  std::string version;
  for (int i = 0; i < 40; ++i) version += "é";
  file["version"] = version;
  EXPECT_EQ(status_of(file).message(),
            "t.json: $.version: found \"" + version.substr(0, 58) + "…, expected version 1.0");
}

TEST(TokenizerFile, DamagedJsonIsRefused) {
  const absl::Status status = Tokenizer::parse("{\"version\": é", "t.json").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(
      status.message(),
      "t.json: is not JSON: at line 1, column 13 found \"é\", expected a colon and a value. Download "
      "or write the file again.");
}

TEST(TokenizerFile, OtherEncodingsAreRefused) {
  EXPECT_EQ(Tokenizer::parse("{\"a\": \"\xFF\"}", "t.json").status().message(),
            "t.json: found the byte 0xFF at offset 7, expected UTF-8");
}

TEST(TokenizerFile, RepeatedKeysAreRefused) {
  EXPECT_EQ(
      Tokenizer::parse(R"({"model": {"vocab": {"a": 1, "a": 2}}})", "t.json").status().message(),
      "t.json: $.model.vocab has the piece of the token 2 twice; expected each piece once");
}

TEST(TokenizerFile, DeepNestingIsRefused) {
  const std::string json = std::string(1'000'000, '[') + std::string(1'000'000, ']');
  EXPECT_EQ(Tokenizer::parse(json, "t.json").status().message(),
            "t.json: is nested deeper than 32 levels; no file of this kind is");
}

// Each of 12 steps doubles the text: to 4,096 bytes for each of one.
json doubling_normalizer() {
  const json step = {{"type", "Replace"}, {"pattern", {{"String", "a"}}}, {"content", "aa"}};
  return {{"type", "Sequence"}, {"normalizers", std::vector<json>(12, step)}};
}

TEST(TokenizerFile, ANormalizerMayNotMakeTextLongWithoutEnd) {
  json file = example();
  file["normalizer"] = doubling_normalizer();
  const absl::Status status = parsed(file)->encode("ab", Bos::kNever).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(
      status.message(),
      "the normalizer or pre_tokenizer of the tokenizer makes 2049 bytes of a text of 2, "
      "expected at most 1056 (16 times the text and 1024). No real tokenizer.json does that.");
}

TEST(TokenizerFile, ANormalizerMayNotMakeAddedTokensLongWithoutEnd) {
  json file = example();
  file["normalizer"] = doubling_normalizer();
  file["added_tokens"][1]["content"] = "a";
  file["added_tokens"][1]["id"] = 3;
  file["added_tokens"][1]["normalized"] = true;
  const absl::Status status = status_of(file);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(
      std::string(status.message()),
      StartsWith("t.json: $.added_tokens[1].content: the normalizer or pre_tokenizer of the "
                 "tokenizer makes 2048 bytes of a text of 1, expected at most 1040 "));
}

TEST(TokenizerFile, APreTokenizerMayNotMakeTextLongWithoutEnd) {
  // Bytes beyond ASCII become two bytes each, which are beyond ASCII.
  const json step = {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", false}};
  json file = example();
  file["normalizer"] = nullptr;
  file["pre_tokenizer"] = {{"type", "Sequence"}, {"pretokenizers", std::vector<json>(12, step)}};
  const absl::Status status = parsed(file)->encode("é", Bos::kNever).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(
      status.message(),
      "the normalizer or pre_tokenizer of the tokenizer makes 2048 bytes of a text of 2, "
      "expected at most 1056 (16 times the text and 1024). No real tokenizer.json does that.");
}

TEST(TokenizerFile, HugeFilesAreRefused) {
  const std::string json(Tokenizer::kMaxFileBytes + 1, ' ');
  EXPECT_EQ(Tokenizer::parse(json, "t.json").status().message(),
            "t.json: found 134217729 bytes, expected at most 134217728");
}

TEST(TokenizerFile, BeginningMustBeInTheVocabulary) {
  json file = example();
  file["post_processor"] = nullptr;
  const absl::Status status = Tokenizer::parse(file.dump(), "t.json", 99).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()),
              StartsWith("t.json: found no token 99, expected the "));
}

TEST(TokenizerFile, MissingFilesAreNotFound) {
  const absl::Status status = Tokenizer::load("/nowhere/tokenizer.json").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(status.message(),
            "cannot open /nowhere/tokenizer.json: No such file or directory; expected the model's "
            "tokenizer.json");
}

TEST(TokenizerFile, IsReadFromDisk) {
  const TemporaryFolder folder;
  const absl::StatusOr<std::unique_ptr<Tokenizer>> tokenizer =
      Tokenizer::load(folder.file("tokenizer.json", example().dump()));
  ASSERT_TRUE(tokenizer.ok()) << tokenizer.status();
  EXPECT_THAT(encoded(**tokenizer, "a", Bos::kNever), ElementsAre(6));
}

}  // namespace
}  // namespace eif
