#include "suite/formats/json_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "suite/formats/test_files.h"

namespace eif {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
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
              HasSubstr("the key \"" + key.substr(0, 60) + "…\" twice"));
}

// ---- What is no JSON ---------------------------------------------------------------------------

std::string no_json(const std::string& where_and_what) {
  return absl::StrCat("a.json: is not JSON: at ", where_and_what,
                      ". Download or write the file again.");
}

TEST(ParseJson, SaysWhereItIsNoJsonAndWhatWasExpected) {
  EXPECT_EQ(error("{\"a\": }"),
            no_json("line 1, column 7 found \"}\", expected a colon and a value"));
  EXPECT_EQ(error("{\"a\" 1}"),
            no_json("line 1, column 6 found \"1\", expected a colon and a value"));
  EXPECT_EQ(error("{\n  a: 1}"),
            no_json("line 2, column 3 found \"a\", expected a key in double quotes, or }"));
  EXPECT_EQ(
      error("{\"a\": 1 \"b\": 2}"),
      no_json(
          "line 1, column 11 found \"\\\"b\\\"\", expected a comma and a key in double quotes, or "
          "}"));
  EXPECT_EQ(error("[,]"), no_json("line 1, column 2 found \",\", expected a value, or ]"));
  EXPECT_EQ(error("[1 2]"),
            no_json("line 1, column 4 found \"2\", expected a comma and a value, or ]"));
  EXPECT_EQ(
      error("[[], {}"),
      no_json("line 1, column 7 found the end of the text, expected a comma and a value, or ]"));
  EXPECT_EQ(error(""), no_json("line 1, column 0 found the end of the text, expected a value"));
  EXPECT_EQ(error("1 2"), no_json("line 1, column 3 found \"2\", expected nothing more"));
  EXPECT_EQ(error("trus"), no_json("line 1, column 4 found \"trus\", expected a value"));
  EXPECT_EQ(
      error("[\"a b\nc\"]"),
      no_json("line 2, column 0 found a text with a line break, a control character or a wrong "
              "escape, or without end, expected a value, or ]"));
}

TEST(ParseJson, NoMessageHasWordsOfTheLibrary) {
  for (const char* bad : {"", "{", "[1,", "\"a", "\"\\x\"", "nul", "-", "1.", "1e", "{1:2}", "// a",
                          "'a'", "NaN", "\xEF\xBB\xBF", "[\"a\nb\"]", "\"\\ud800\"", "1e999"}) {
    EXPECT_THAT(error(bad), Not(HasSubstr("json.exception"))) << bad;
    EXPECT_THAT(error(bad), StartsWith("a.json: is not JSON: ")) << bad;
  }
}

TEST(ParseJson, ALongTokenIsShortened) {
  EXPECT_LT(error("[\"" + std::string(1 << 20, 'a')).size(), 300u);
}

TEST(ParseJson, WhatIsNoUtf8IsNamed) {
  EXPECT_EQ(error("\"\xff\""), "a.json: found the byte 0xFF at offset 1, expected UTF-8");
}

// The library would take it for the end of the text, and what follows for nothing.
TEST(ParseJson, AZeroByteEndsNothing) {
  EXPECT_EQ(error(std::string("{}\0 {\"a\": 1}", 12)),
            "a.json: is not JSON: found a zero byte at offset 2, expected text. Download or write "
            "the file again.");
}

TEST(ParseJson, AByteOrderMarkMayStandInFront) {
  const absl::StatusOr<nlohmann::json> json = parse_json("\xEF\xBB\xBF{\"a\": 1}", "a.json");
  ASSERT_TRUE(json.ok()) << json.status();
  EXPECT_EQ(json->at("a"), 1);
}

TEST(ParseJson, ANumberBeyondDoublesIsNoJson) {
  EXPECT_EQ(
      error("[1e999]"),
      "a.json: is not JSON: the number \"1e999\" at line 1, column 6 is beyond 64-bit floating "
      "point");
}

// ---- Trees and streams -------------------------------------------------------------------------

TEST(ParseJson, IsTheLibrarysTree) {
  const std::string text =
      R"({"a": [1, -2, 3.5, true, null, "x", {}, [], {"b": {"c": [[18446744073709551615]]}}],
          "z": -9223372036854775808, "": "é\n\u00e9\ud83d\ude00", "e": 1e-300})";
  const absl::StatusOr<nlohmann::json> json = parse_json(text, "a.json");
  ASSERT_TRUE(json.ok()) << json.status();
  EXPECT_EQ(*json, nlohmann::json::parse(text));
  EXPECT_EQ(json->dump(), nlohmann::json::parse(text).dump());
}

double seconds_to_parse(size_t objects) {
  std::string text = "[{}";
  for (size_t i = 1; i < objects; ++i) text += ",{}";
  text += "]";
  const auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE(parse_json(text, "a.json").ok());
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// With the library's parser with a callback, 1,000,000 objects would take 4,000,000,000,000 steps.
TEST(ParseJson, TimeIsInProportionToTheText) { EXPECT_LT(seconds_to_parse(1'000'000), 30.0); }

class Counter final : public JsonSink {
 public:
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t value) override {
    sum += value;
    return value < 100 || refuse("has a number above 99");
  }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool start_object(size_t) override { return true; }
  bool key(string_t&) override { return true; }
  bool end_object() override { return true; }
  bool start_array(size_t) override { return true; }
  bool end_array() override { return true; }

  uint64_t sum = 0;
};

TEST(ReadJson, GivesThePartsToTheSink) {
  Counter counter;
  EXPECT_EQ(read_json(R"({"a": [1, 2, {"b": 3}]})", "a.json", counter), absl::OkStatus());
  EXPECT_EQ(counter.sum, 6u);
}

TEST(ReadJson, ASinkMayRefuse) {
  Counter counter;
  const absl::Status status = read_json("[1, 100, 7]", "a.json", counter);
  EXPECT_EQ(message_of(status), "a.json: has a number above 99");
  EXPECT_EQ(counter.sum, 101u);  // and nothing of what follows
}

}  // namespace
}  // namespace eif
