#include "domains/domain_file.h"

#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "domains/statement.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using ::testing::VariantWith;

constexpr char kHead[] = "name = \"size\"\ndescription = \"How big\"\n";  // two lines

std::string domain_error(std::string_view toml) {
  const absl::Status status = parse_domain(toml, "size.toml").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << toml;
  return std::string(status.message());
}

// The error of a sample with id "x" whose table stands on line 3, its id on 4, `lines` from 5 on.
std::string sample_error(const std::string& lines) {
  return domain_error(kHead + std::string("[[sample]]\nid = \"x\"\n") + lines);
}

std::string samples_error(std::string_view toml) {
  const absl::Status status = parse_samples_file(toml, "mine.toml").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << toml;
  return std::string(status.message());
}

TEST(ParseDomain, DeepNestingIsRefusedBeforeItIsParsed) {
  std::string keys;
  for (int i = 0; i < 50'000; ++i) keys += "a.";
  EXPECT_EQ(domain_error(kHead + keys + "a = 1"),
            "size.toml:3: tables and lists are nested deeper than 32 levels; write them flatter, a "
            "dot in a key counts as a level");
}

TEST(ParseDomain, ReadsEveryKey) {
  const absl::StatusOr<DomainTemplate> domain = parse_domain(R"(
    name = "size"
    description = "How big"
    source = "3.2"
    [[sample]]
    id = "bigger"
    text = "{A} is bigger than {B}."
    [[sample]]
    id = "chain_2"
    text = ["{A} is {B}.", "{{B}} is not {A}."]
    extended = true
    train = true
    evaluate = false
    note = "control"
  )",
                                                             "size.toml");
  ASSERT_TRUE(domain.ok()) << domain.status();
  EXPECT_EQ(domain->name, "size");
  EXPECT_EQ(domain->description, "How big");
  EXPECT_EQ(domain->source, "3.2");
  EXPECT_EQ(domain->chosen, 0u);
  ASSERT_EQ(domain->samples.size(), 2u);

  const SampleTemplate& plain = domain->samples[0];
  EXPECT_EQ(plain.id, "bigger");
  EXPECT_THAT(plain.statements, ElementsAre("{A} is bigger than {B}."));
  EXPECT_FALSE(plain.role.extended);
  EXPECT_TRUE(plain.role.train);
  EXPECT_TRUE(plain.role.evaluate);
  EXPECT_EQ(plain.role.note, "");

  const SampleTemplate& control = domain->samples[1];
  EXPECT_THAT(control.statements, ElementsAre("{A} is {B}.", "{{B}} is not {A}."));
  EXPECT_TRUE(control.role.extended);
  EXPECT_TRUE(control.role.train);
  EXPECT_FALSE(control.role.evaluate);
  EXPECT_EQ(control.role.note, "control");
}

TEST(ParseDomain, ErrorWhenNoToml) {
  EXPECT_THAT(domain_error("name = \"size\"\nname = \"again\"\n"), StartsWith("size.toml:2:"));
  EXPECT_THAT(domain_error("name = \"size\"\nname = \"again\"\n"), HasSubstr("no TOML: "));
  EXPECT_THAT(domain_error("[[sample]]\nid = \"open"), StartsWith("size.toml:2:"));
  EXPECT_THAT(domain_error("id = \"\xC3(\""), StartsWith("size.toml:1:"));
  EXPECT_THAT(domain_error("x = " + std::string(100000, '[')), StartsWith("size.toml:1:"));
}

TEST(ParseDomain, ErrorWhenAKeyIsUnknown) {
  EXPECT_EQ(domain_error(kHead + std::string("author = \"me\"")),
            "size.toml:3: unknown key \"author\"; expected name, description, source, known_entities, "
            "sample");
  EXPECT_EQ(
      sample_error("text = \"a\"\ntrained = false"),
      "size.toml:6: sample \"x\": unknown key \"trained\"; expected id, text, prompt, completion, "
      "extended, train, evaluate, note, exchange. Did you mean 'train'?");
}

TEST(ParseDomain, ReadsEntitiesThatAModelKnows) {
  const absl::StatusOr<DomainTemplate> domain = parse_domain(
      kHead + std::string("known_entities = [\"SUN\"]\n[[sample]]\nid = \"x\"\n"
                          "text = \"SUN is bigger than {A}.\""),
      "size.toml");
  ASSERT_TRUE(domain.ok()) << domain.status();
  EXPECT_THAT(domain->known_entities, ElementsAre("SUN"));
}

TEST(ParseDomain, ErrorWhenAKnownEntityStandsNowhere) {
  const std::string sample = "\n[[sample]]\nid = \"x\"\ntext = \"SUN is big.\"";
  EXPECT_EQ(domain_error(kHead + std::string("known_entities = [\"SUN\", \"MOON\"]") + sample),
            "size.toml:3: known_entities: \"MOON\" stands in no sample; leave it out");
  for (const char* wrong : {"\"SUN\"", "[]", "[1]"}) {
    EXPECT_EQ(domain_error(kHead + absl::StrCat("known_entities = ", wrong) + sample),
              "size.toml:3: known_entities is no list of names; expected words that stand in the "
              "texts without braces, such as [\"SQUARE\"]");
  }
}

TEST(ParseDomain, ErrorWhenNameOrDescriptionIsMissing) {
  EXPECT_EQ(domain_error(""), "size.toml:1: there is no name; add name = \"…\"");
  EXPECT_EQ(domain_error("name = \"size\""),
            "size.toml:1: there is no description; add description = \"…\"");
}

TEST(ParseDomain, ErrorWhenNameOrIdIsNoIdentifier) {
  EXPECT_EQ(domain_error("name = \"Size\""),
            "size.toml:1: name is \"Size\"; expected a lower-case letter and then a–z, 0–9 or _");
  EXPECT_EQ(
      domain_error(kHead + std::string("[[sample]]\nid = \"a b\"")),
      "size.toml:4: sample number 1: id is \"a b\"; expected a lower-case letter and then a–z, "
      "0–9 or _");
  EXPECT_EQ(domain_error("name = \"" + std::string(101, 'a') + "\""),
            "size.toml:1: name has 101 bytes; at most 100 are allowed");
}

TEST(ParseDomain, ErrorWhenThereIsNoSample) {
  EXPECT_EQ(domain_error(kHead),
            "size.toml:1: there is no sample; expected [[sample]] tables with id and text");
  EXPECT_EQ(domain_error(kHead + std::string("sample = []")),
            "size.toml:3: sample is not a list of tables (found: array); write [[sample]]");
  EXPECT_EQ(domain_error(kHead + std::string("[sample]\nid = \"x\"")),
            "size.toml:3: sample is not a list of tables (found: table); write [[sample]]");
}

TEST(ParseDomain, ErrorWhenIdIsMissing) {
  EXPECT_EQ(domain_error(kHead + std::string("[[sample]]\nid = \"x\"\ntext = \"a\"\n"
                                             "[[sample]]\ntext = \"a\"")),
            "size.toml:6: sample number 2: there is no id; add id = \"…\"");
}

TEST(ParseDomain, ErrorWhenAnIdIsUsedTwice) {
  EXPECT_EQ(domain_error(kHead + std::string("[[sample]]\nid = \"x\"\ntext = \"a\"\n"
                                             "[[sample]]\nid = \"x\"\ntext = \"b\"")),
            "size.toml:6: sample id \"x\" is already that of line 3; ids are distinct");
}

TEST(ParseDomain, ErrorWhenTextIsMissing) {
  EXPECT_EQ(
      sample_error(""),
      "size.toml:3: sample \"x\": there is no text; add text = \"…\" or an array of statements, or "
      "prompt and completion, of which the completion is scored");
}

TEST(ParseDomain, ErrorWhenPromptAndCompletionDoNotGoTogether) {
  EXPECT_EQ(sample_error("prompt = \"a\""),
            "size.toml:3: sample \"x\": there is no completion; prompt and completion go together");
  EXPECT_EQ(sample_error("completion = \"a\""),
            "size.toml:3: sample \"x\": there is no prompt; prompt and completion go together");
  EXPECT_EQ(sample_error("text = \"a\"\nprompt = \"b\"\ncompletion = \"c\""),
            "size.toml:3: sample \"x\": text excludes prompt and completion; add text = \"…\" or an "
            "array of statements, or prompt and completion, of which the completion is scored");
  EXPECT_EQ(sample_error("prompt = [\"a\", \"b\"]\ncompletion = \"c\""),
            "size.toml:5: sample \"x\": there are 2 prompts and 1 completions; expected one for each");
}

TEST(ParseDomain, PromptsHavePlaceholders) {
  const absl::StatusOr<DomainTemplate> domain = parse_domain(
      "name = \"n\"\ndescription = \"d\"\n[[sample]]\nid = \"x\"\nprompt = \"Who is {A}?\"\n"
      "completion = \" {B}.\"\n",
      "size.toml");
  ASSERT_TRUE(domain.ok()) << domain.status();
  EXPECT_THAT(domain->samples[0].prompts, ElementsAre("Who is {A}?"));
  EXPECT_THAT(domain->samples[0].statements, ElementsAre(" {B}."));
}

TEST(ParseSamplesFile, APromptIsReadAndItsCompletionScored) {
  const absl::StatusOr<std::vector<Sample>> samples = parse_samples_file(
      "[[sample]]\nid = \"x\"\nprompt = [\"1 + 1 =\", \"Q:\"]\ncompletion = [\" 2\", \" A\"]\n",
      "mine.toml");
  ASSERT_TRUE(samples.ok()) << samples.status();
  const auto& first = std::get<PromptedText>(samples->at(0).statements[0]);
  EXPECT_EQ(first.prompt, "1 + 1 =");
  EXPECT_EQ(first.completion, " 2");
  EXPECT_EQ(text_of(samples->at(0).statements[1]), "Q: A");
}

TEST(ParseDomain, ErrorWhenTextHasTheWrongType) {
  EXPECT_EQ(sample_error("text = 5"),
            "size.toml:5: sample \"x\": text is of type integer; expected a string or an array of "
            "strings");
  EXPECT_EQ(sample_error("text = []"),
            "size.toml:5: sample \"x\": text is an empty array; expected a string or an array of "
            "strings");
  EXPECT_EQ(sample_error("text = [\"a\",\n true]"),
            "size.toml:6: sample \"x\": statement 2 of text is of type boolean; expected a string");
}

TEST(ParseDomain, ErrorWhenAStatementIsNone) {
  EXPECT_EQ(sample_error("text = \"\""), "size.toml:5: sample \"x\": text is blank; expected text");
  EXPECT_EQ(
      sample_error("text = [\"a\", \"b\\u001bc\"]"),
      "size.toml:5: sample \"x\": statement 2 of text has a control character; expected text");
}

TEST(ParseSamplesFile, AStatementMayHaveLineBreaks) {
  const absl::StatusOr<std::vector<Sample>> samples = parse_samples_file(
      "[[sample]]\nid = \"chat\"\ntext = [\"\"\"\nuser: hello\nbot: hi\n\"\"\", \"a\\r\\n\\tb\"]\n",
      "mine.toml");
  ASSERT_TRUE(samples.ok()) << samples.status();
  EXPECT_EQ(std::get<std::string>(samples->at(0).statements[0]), "user: hello\nbot: hi\n");
  EXPECT_EQ(std::get<std::string>(samples->at(0).statements[1]), "a\r\n\tb");
}

TEST(ParseDomain, AStatementMayHaveLineBreaksAroundItsPlaceholders) {
  const absl::StatusOr<DomainTemplate> domain = parse_domain(
      "name = \"n\"\ndescription = \"d\"\n[[sample]]\nid = \"x\"\ntext = \"\"\"\nA {A}\n\nis a "
      "{B}.\"\"\"\n",
      "size.toml");
  ASSERT_TRUE(domain.ok()) << domain.status();
  EXPECT_EQ(domain->samples[0].statements[0], "A {A}\n\nis a {B}.");
}

TEST(ParseSamplesFile, AnIdIsOneLine) {
  EXPECT_EQ(parse_samples_file("[[sample]]\nid = \"a\\nerror: b\"\ntext = \"c\"\n", "mine.toml")
                .status()
                .message(),
            "mine.toml:2: sample number 1: id has a line break; expected one line of text");
}

TEST(ParseDomain, ErrorWhenBracesAreUnbalanced) {
  EXPECT_EQ(
      sample_error("text = \"{A is\""),
      "size.toml:5: sample \"x\": text: \"{A is\": the { at byte 1 is not closed; a placeholder "
      "is written {name}, a brace itself {{ or }}");
}

TEST(ParseDomain, ErrorWhenAnOptionHasTheWrongType) {
  for (const std::string key : {"extended", "train", "evaluate"}) {
    EXPECT_EQ(sample_error("text = \"a\"\n" + key + " = \"yes\""),
              "size.toml:6: sample \"x\": " + key + " is of type string; expected true or false");
  }
  EXPECT_EQ(sample_error("text = \"a\"\nnote = 1"),
            "size.toml:6: sample \"x\": note is of type integer; expected a string");
  EXPECT_EQ(domain_error("name = 1"), "size.toml:1: name is of type integer; expected a string");
}

TEST(ParseDomain, ErrorWhenASampleIsNeitherTrainedNorEvaluated) {
  EXPECT_EQ(
      sample_error("text = \"a\"\ntrain = false\nevaluate = false"),
      "size.toml:3: sample \"x\": it is neither trained nor evaluated; leave out one of train = "
      "false and evaluate = false");
}

TEST(ParseDomain, AnExchangeIsASecondSampleBehindAllOthers) {
  const absl::StatusOr<DomainTemplate> domain = parse_domain(R"(
    name = "size"
    description = "How big"
    [[sample]]
    id = "chain"
    text = ["{A} is bigger than {B}.", "{B} is bigger than {C}."]
    exchange = ["B", "spare"]
    [[sample]]
    id = "broken_chain"
    text = ["{A} is bigger than {B}.", "{spare} is bigger than {C}."]
    exchange = ["B", "spare"]
  )",
                                                             "size.toml");
  ASSERT_TRUE(domain.ok()) << domain.status();
  ASSERT_EQ(domain->samples.size(), 4u);
  EXPECT_EQ(domain->samples[1].id, "broken_chain");
  EXPECT_EQ(domain->samples[2].id, "exchanged_chain");
  EXPECT_THAT(domain->samples[2].statements,
              ElementsAre("{A} is bigger than {spare}.", "{spare} is bigger than {C}."));
  EXPECT_EQ(domain->samples[3].id, "exchanged_broken_chain");
  EXPECT_THAT(domain->samples[3].statements,
              ElementsAre("{A} is bigger than {spare}.", "{B} is bigger than {C}."));
}

TEST(ParseDomain, ErrorWhenAnExchangeIsNone) {
  for (const char* const value : {"\"B\"", "[\"A\"]", "[\"A\", 2]", "[\"A\", \"B\", \"C\"]"}) {
    EXPECT_EQ(sample_error(absl::StrCat("text = \"{A} {B}\"\nexchange = ", value)),
              "size.toml:6: sample \"x\": exchange is no list of two names; expected the "
              "placeholders that change places, such as [\"B\", \"spare\"]")
        << value;
  }
  EXPECT_EQ(sample_error("text = \"{A} {B}\"\nexchange = [\"A\", \"spares\"]\n[[sample]]\n"
                         "id = \"y\"\ntext = \"{spare}\""),
            "size.toml:6: sample \"x\": exchange: no sample has a placeholder {spares}; there are A, "
            "B, spare. Did you mean 'spare'?");
  EXPECT_EQ(sample_error("text = \"{A}\"\nexchange = [\"B\", \"C\"]\n[[sample]]\nid = \"y\"\n"
                         "text = \"{B} {C}\""),
            "size.toml:6: sample \"x\": exchange: neither {B} nor {C} stands in it, so that nothing "
            "is exchanged");
  EXPECT_EQ(sample_error("text = \"{A} {B}\"\ntrain = false\nexchange = [\"A\", \"B\"]"),
            "size.toml:7: sample \"x\": exchange is about what is trained on, and train is false; "
            "leave out one of them");
  EXPECT_EQ(sample_error("text = \"{A} {B}\"\nexchange = [\"A\", \"B\"]\n[[sample]]\n"
                         "id = \"exchanged_x\"\ntext = \"{A}\""),
            "size.toml:3: sample id \"exchanged_x\" is already that of line 7; ids are distinct");
}

TEST(ParseSamplesFile, ReadsIdsAndStatements) {
  const absl::StatusOr<std::vector<Sample>> samples = parse_samples_file(
      "[[sample]]\nid = \"Frogs, 1\"\ntext = \"f{x} = }\"\n[[sample]]\nid = \"two\"\n"
      "text = [\"a\", \"b\"]",
      "mine.toml");
  ASSERT_TRUE(samples.ok()) << samples.status();
  ASSERT_EQ(samples->size(), 2u);
  EXPECT_EQ(samples->at(0).id, "Frogs, 1");
  EXPECT_THAT(samples->at(0).statements, ElementsAre(VariantWith<std::string>("f{x} = }")));
  EXPECT_EQ(samples->at(1).id, "two");
  EXPECT_THAT(samples->at(1).statements,
              ElementsAre(VariantWith<std::string>("a"), VariantWith<std::string>("b")));
}

TEST(ParseSamplesFile, ErrorWhenItHasKeysOfADomain) {
  EXPECT_EQ(samples_error("name = \"size\""), "mine.toml:1: unknown key \"name\"; expected sample");
  EXPECT_EQ(samples_error("[[sample]]\nid = \"x\"\ntext = \"a\"\ntrain = false"),
            "mine.toml:4: sample \"x\": unknown key \"train\"; expected id, text, prompt, completion");
}

TEST(ParseSamplesFile, ErrorWhenAnIdIsBlankOrLong) {
  EXPECT_EQ(samples_error("[[sample]]\nid = \" \""),
            "mine.toml:2: sample number 1: id is blank; expected text");
  EXPECT_EQ(samples_error("[[sample]]\nid = \"" + std::string(101, 'a') + "\""),
            "mine.toml:2: sample number 1: id has 101 bytes; at most 100 are allowed");
}

}  // namespace
}  // namespace eif
