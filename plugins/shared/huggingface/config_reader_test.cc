#include "plugins/shared/huggingface/config_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "suite/formats/test_files.h"

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

ConfigDocument document(const std::string& json) {
  return ConfigDocument::parse(json, "m/config.json").value();
}

TEST(ConfigReaderTest, ReadsWhatIsThereAndDefaultsForTheRest) {
  const ConfigDocument found = document(
      R"({"size": 3, "rate": 0.5, "flag": true, "word": "x", "list": [1, 2], "none": null})");
  const ConfigReader config = found.root();
  EXPECT_EQ(config.integer("size"), 3);
  EXPECT_EQ(config.integer("other", 7), 7);
  EXPECT_EQ(config.positive("rate"), 0.5);
  EXPECT_EQ(config.number("other", -1), -1);
  EXPECT_TRUE(config.flag("flag", false));
  EXPECT_EQ(config.text("word"), "x");
  EXPECT_THAT(config.integers("list", 2), ElementsAre(1, 2));
  EXPECT_EQ(config.first_text("list"), "");
  EXPECT_TRUE(found.status().ok()) << found.status();
}

TEST(ConfigReaderTest, NullIsMissingOrNothing) {
  const ConfigDocument found = document(R"({"none": null})");
  EXPECT_FALSE(found.root().has("none"));
  EXPECT_EQ(found.root().integer("none", 7), 7);
  EXPECT_EQ(found.root().optional_integer("none", 7), std::nullopt);
  EXPECT_EQ(found.root().optional_integer("other", 7), 7);
  EXPECT_EQ(found.root().optional_positive("none", 0.5), std::nullopt);
}

TEST(ConfigReaderTest, TheFirstErrorSticks) {
  const ConfigDocument found = document(R"({"size": "3", "list": [1, 2.5]})");
  EXPECT_EQ(found.root().integer("size"), 1);
  EXPECT_THAT(found.root().integers("list", 2), IsEmpty());
  EXPECT_EQ(found.status().message(),
            "m/config.json: size is \"3\"; expected a whole number from 1 to 16777216");
}

// Python's json writes NaN, Infinity and -Infinity, which are no JSON.
TEST(ConfigReaderTest, NumbersWithoutAValueAreRefusedWhereTheyAreRead) {
  const ConfigDocument found = document(
      R"({"dropout": NaN, "list": [1, -Infinity], "a \"NaN\"": "Infinity \\", "rate": Infinity})");
  EXPECT_TRUE(found.root().has("a \"NaN\""));
  EXPECT_EQ(found.root().text("a \"NaN\""), "Infinity \\");
  EXPECT_TRUE(found.status().ok()) << found.status();
  EXPECT_EQ(found.root().positive("rate"), 1);
  EXPECT_EQ(found.status().message(), "m/config.json: rate is \"Infinity\"; expected a number above 0");
  EXPECT_EQ(message_of(ConfigDocument::parse("{\"rate\": Nan}", "m/config.json")),
            "m/config.json: is not JSON: at line 1, column 10 found \"N\", expected a colon and a "
            "value. Download or write the file again.");
}

TEST(ConfigReaderTest, NullIsNamedWhereItIsRefused) {
  const ConfigDocument found = document(R"({"none": null})");
  found.root().fail("none", "true");
  EXPECT_EQ(found.status().message(), "m/config.json: none is null; expected true");
}

TEST(ConfigReaderTest, NestedObjectsAreNamed) {
  const ConfigDocument found = document(R"({"rope": {"factor": -1}})");
  found.root().object("rope").positive("factor");
  EXPECT_EQ(found.status().message(), "m/config.json, rope: factor is -1; expected a number above 0");
  EXPECT_TRUE(found.root().object("other").empty());
}

TEST(ConfigReaderTest, AnotherNameIsReadInPlace) {
  const ConfigDocument found = document(R"({"n_embd": 3, "size": 5})");
  ConfigReader config = found.root();
  config.read_as("hidden_size", "n_embd");
  config.read_as("size", "n_size");
  EXPECT_EQ(config.integer("hidden_size"), 3);
  EXPECT_EQ(config.integer("size"), 5);
  EXPECT_TRUE(found.status().ok()) << found.status();
}

}  // namespace
}  // namespace eif
