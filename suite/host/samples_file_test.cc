#include "suite/host/samples_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "suite/core/mask.h"
#include "suite/formats/test_files.h"

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string error(const std::string& lines) {
  return message_of(parse_samples_jsonl(lines, "mine.jsonl"));
}

TEST(SamplesJsonl, EachLineIsASample) {
  const auto samples = parse_samples_jsonl(
      "{\"id\": \"fact\", \"text\": \"a b\"}\n\n"
      "{\"text\": [\"a\", \"b\\nc\"]}\n"
      "{\"id\": \"asked\", \"prompt\": \"a\", \"completion\": \" b\"}",
      "mine.jsonl");
  ASSERT_TRUE(samples.ok()) << samples.status();
  EXPECT_THAT(ids_of(*samples), ElementsAre("fact", "line_3", "asked"));
  EXPECT_EQ(text_of(samples->at(1).statements.at(1)), "b\nc");
  EXPECT_EQ(std::get<PromptedText>(samples->at(2).statements.at(0)).completion, " b");
}

TEST(SamplesJsonl, ErrorsNameFileAndLine) {
  EXPECT_EQ(error(""), "mine.jsonl:1: there is no sample; expected a JSON object on each line");
  EXPECT_THAT(error("{\"text\": \"a\"}\n{"), HasSubstr("mine.jsonl:2: is not JSON"));
  EXPECT_EQ(error("[]"),
            "mine.jsonl:1: expected a JSON object with text, or prompt and completion");
  EXPECT_EQ(error(R"({"text": "a", "id": 1})"), "mine.jsonl:1: id is no text");
  EXPECT_EQ(error(R"({"text": ""})"), "mine.jsonl:1: text is blank; expected text");
  EXPECT_EQ(error(R"({"text": [1]})"), "mine.jsonl:1: text is no text and no list of texts");
  EXPECT_EQ(error(R"({"prompt": "a"})"),
            "mine.jsonl:1: expected either text, or both prompt and completion");
  EXPECT_EQ(error("{\"id\": \"a\", \"text\": \"b\"}\n{\"id\": \"a\", \"text\": \"c\"}"),
            "mine.jsonl:2: the id \"a\" is already that of line 1; ids are distinct");
  EXPECT_THAT(error(R"({"text": "a", "complection": "b"})"),
              HasSubstr("there is no key \"complection\". Did you mean 'completion'?"));
}

// What a chat looks like before its template is applied.
TEST(SamplesJsonl, MessagesAreRenderedElsewhere) {
  EXPECT_THAT(error(R"({"messages": [{"role": "user", "content": "a"}]})"),
              HasSubstr("tools/render_chat.py"));
}

TEST(SamplesFile, TheEndOfItsNameIsItsFormat) {
  const TemporaryFolder folder;
  folder.file("a.jsonl", R"({"text": "a"})");
  folder.file("a.toml", "[[sample]]\nid = \"x\"\ntext = \"a\"\n");
  EXPECT_THAT(ids_of(read_samples_file((folder.path() / "a.jsonl").string()).value()),
              ElementsAre("line_1"));
  EXPECT_THAT(ids_of(read_samples_file((folder.path() / "a.jsonl").string(), "query").value()),
              ElementsAre("query_1"));
  EXPECT_THAT(ids_of(read_samples_file((folder.path() / "a.toml").string()).value()),
              ElementsAre("x"));
  EXPECT_EQ(read_samples_file((folder.path() / "b.jsonl").string()).status().code(),
            absl::StatusCode::kNotFound);
}

TEST(Mask, WhereThereIsNoneAllIsScored) {
  const std::vector<Sample> samples = {{"x", {PromptedText{"a", " b"}, "c"}}};
  const std::vector<Sample> whole = scored_in_whole_unless(false, samples);
  EXPECT_EQ(std::get<std::string>(whole[0].statements[0]), "a b");
  EXPECT_EQ(std::get<std::string>(whole[0].statements[1]), "c");
  const std::vector<Sample> masked = scored_in_whole_unless(true, samples);
  EXPECT_TRUE(std::holds_alternative<PromptedText>(masked[0].statements[0]));
  EXPECT_TRUE(masks_training(Mask::kBoth) && masks_evaluation(Mask::kBoth));
  EXPECT_TRUE(masks_training(Mask::kTraining) && !masks_evaluation(Mask::kTraining));
  EXPECT_TRUE(!masks_training(Mask::kNone) && !masks_evaluation(Mask::kNone));
}

}  // namespace
}  // namespace eif
