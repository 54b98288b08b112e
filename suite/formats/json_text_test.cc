#include "suite/formats/json_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "suite/formats/test_files.h"

namespace eif {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string error(const std::string& text) {
  const absl::StatusOr<nlohmann::json> json = parse_json(text, "a.json");
  EXPECT_EQ(json.status().code(), absl::StatusCode::kInvalidArgument);
  return message_of(json);
}

std::string nested(const std::string& open, const std::string& inner, const std::string& close,
                   int levels) {
  std::string text;
  for (int i = 0; i < levels; ++i) text += open;
  text += inner;
  for (int i = 0; i < levels; ++i) text += close;
  return text;
}

TEST(ParseJson, ReadsWhatIsOrdinary) {
  const absl::StatusOr<nlohmann::json> json = parse_json(R"({"a": [1, {"a": "é"}]})", "a.json");
  ASSERT_TRUE(json.ok()) << json.status();
  EXPECT_EQ(json->at("a").at(1).at("a"), "é");
}

TEST(ParseJson, TakesTheDeepestAndRefusesOneMore) {
  EXPECT_TRUE(parse_json(nested("[", "1", "]", 32), "a.json").ok());
  EXPECT_TRUE(parse_json(nested("{\"a\":", "1", "}", 32), "a.json").ok());
  const std::string message = "a.json: is nested deeper than 32 levels; no file of this kind is";
  EXPECT_EQ(error(nested("[", "1", "]", 33)), message);
  EXPECT_EQ(error(nested("{\"a\":", "1", "}", 33)), message);
}

TEST(ParseJson, DepthIsBoundedWhileReading) {
  const std::string text(32 << 20, '[');
  const size_t memory = peak_memory_of([&] {
    EXPECT_EQ(error(text), "a.json: is nested deeper than 32 levels; no file of this kind is");
  });
  // Eight bytes a bracket, which the JSON library would need, are 256 MiB.
  EXPECT_LT(memory, size_t{32} << 20);
}

TEST(ParseJson, BracketsInTextAreNoNesting) {
  EXPECT_TRUE(parse_json("\"" + std::string(100, '[') + "\"", "a.json").ok());
}

TEST(ParseJson, RefusesAKeyThatIsThereTwice) {
  EXPECT_EQ(error(R"({"b": {"a": 1}, "a": 2, "a": 3})"),
            "a.json: has an object with the key \"a\" twice; expected each key once");
  const std::string key(100, 'k');
  EXPECT_THAT(error("{\"" + key + "\": 1, \"" + key + "\": 2}"),
              HasSubstr("the key \"" + key.substr(0, 59) + "… twice"));
}

TEST(ParseJson, SaysWhereItIsNoJson) {
  EXPECT_THAT(
      error("{\"a\": }"),
      StartsWith("a.json: is not JSON: [json.exception.parse_error.101] parse error at line "
                 "1, column 7: syntax error while parsing value"));
  EXPECT_THAT(error("1 2"), HasSubstr("expected end of input. Download or write the file again."));
  EXPECT_THAT(error("\"\xff\""), HasSubstr("ill-formed UTF-8 byte"));
}

TEST(ParseJson, ANumberBeyondDoublesIsNoJson) {
  EXPECT_THAT(error("1e999"), HasSubstr("a.json: is not JSON: [json.exception.out_of_range.406]"));
}

}  // namespace
}  // namespace eif
