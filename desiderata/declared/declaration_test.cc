#include "desiderata/declared/declaration.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::StartsWith;

// Lines 1 to 5, and 6 to 17.
constexpr char kHead[] = R"toml(id = "mine"
version = "1.0"
claim = "Who learns a fact knows it."
holds = "it is known"
violated = "it is not known"
)toml";
constexpr char kSamples[] = R"toml(
[[sample]]
id = "fact"
text = "{A} likes {B}."
[[sample]]
id = "control"
text = "{A} met {B}."
evaluate = false
[[sample]]
id = "liked"
text = "{B} is liked."
train = false
)toml";
constexpr char kExpectation[] = R"toml(
[[expectation]]
id = "known"
effect = "(fact > liked) - (control > liked)"
)toml";

Declaration read(const std::string& toml) {
  absl::StatusOr<Declaration> declaration = parse_declaration(toml, "mine.toml");
  EXPECT_TRUE(declaration.ok()) << declaration.status();
  return declaration.value_or(Declaration());
}

std::string error_of(const std::string& toml) {
  const absl::StatusOr<Declaration> declaration = parse_declaration(toml, "mine.toml");
  EXPECT_EQ(declaration.status().code(), absl::StatusCode::kInvalidArgument) << toml;
  return std::string(declaration.status().message());
}

std::string file(const std::string& expectations) {
  return absl::StrCat(kHead, kSamples, expectations);
}

// The error of an expectation with these lines, which begin at line 21 of the file.
std::string entry_error(const std::string& lines, const char* kind = "expectation") {
  return error_of(file(absl::StrCat("\n[[", kind, "]]\nid = \"known\"\n", lines)));
}

TEST(ParseDeclaration, ReadsSamplesOfItsOwn) {
  const Declaration declaration = read(file(kExpectation));
  EXPECT_EQ(declaration.id, "mine");
  EXPECT_EQ(declaration.version, "1.0");
  EXPECT_EQ(declaration.words.claim, "Who learns a fact knows it.");
  EXPECT_EQ(declaration.words.holds, "it is known");
  EXPECT_EQ(declaration.words.violated, "it is not known");
  EXPECT_THAT(declaration.words.modalities, ElementsAre(Modality::kText));
  EXPECT_EQ(declaration.own.samples.size(), 3u);
  ASSERT_EQ(declaration.expectations.size(), 1u);
  const Expectation& expectation = declaration.expectations[0].expectation;
  EXPECT_EQ(expectation.id, "known");
  EXPECT_EQ(expectation.kind, ExpectationKind::kDirection);
  EXPECT_TRUE(expectation.primary);
  EXPECT_EQ(expectation.self_scale, "mine");
  EXPECT_EQ(expectation.claim, "mine: EIF(fact→liked) − EIF(control→liked) > 0");
  EXPECT_THAT(declaration.domains(), ElementsAre("mine"));
}

TEST(ParseDeclaration, AControlMakesTwoExpectationsOfOne) {
  const std::string with_control =
      "[[expectation]]\nid = \"known\"\neffect = \"fact > liked\"\ncontrol = \"control > liked\"\n";
  const Declaration declaration = read(file(with_control));
  ASSERT_EQ(declaration.expectations.size(), 2u);
  EXPECT_EQ(declaration.expectations[0].expectation.id, "known_controlled");
  EXPECT_TRUE(declaration.expectations[0].expectation.primary);
  EXPECT_EQ(declaration.expectations[0].expectation.claim,
            "mine: [EIF(fact→liked)] − [EIF(control→liked)] > 0");
  EXPECT_EQ(declaration.expectations[1].expectation.id, "known_plain");
  EXPECT_FALSE(declaration.expectations[1].expectation.primary);
  EXPECT_EQ(declaration.expectations[1].expectation.claim, "mine: EIF(fact→liked) > 0");

  const Declaration alone = read(file(with_control + "plain = false\n"));
  ASSERT_EQ(alone.expectations.size(), 1u);
  EXPECT_EQ(alone.expectations[0].expectation.id, "known_controlled");
}

// The samples of its own with another entity for {A}, where the expectation asks for it.
TEST(ParseDeclaration, ReadsExchanges) {
  const std::string exchange = "exchange = [\"A\", \"B\"]\n";
  const Declaration declaration = read(absl::StrReplaceAll(
      file(R"toml(
[[expectation]]
id = "known"
effect = "(fact > liked)"
control = "(control > liked)"
exchanged = true
)toml"),
      {{"text = \"{A} likes {B}.\"\n", "text = \"{A} likes {B}.\"\n" + exchange},
       {"text = \"{A} met {B}.\"\n", "text = \"{A} met {B}.\"\n" + exchange}}));
  ASSERT_EQ(declaration.own.samples.size(), 5u);
  EXPECT_EQ(declaration.own.samples[3].id, "exchanged_fact");
  EXPECT_THAT(declaration.own.samples[3].statements, ElementsAre("{B} likes {A}."));
  EXPECT_EQ(declaration.own.samples[4].id, "exchanged_control");
  ASSERT_EQ(declaration.expectations.size(), 2u);
  const DeclaredExpectation& controlled = declaration.expectations[0];
  EXPECT_EQ(controlled.expectation.claim,
            "mine: [EIF(fact→liked)] − [EIF(control→liked)], mean of this and of exchanged_…, > 0");
  EXPECT_THAT(controlled.cells(),
              ElementsAre(Cell{"control", "liked"}, Cell{"exchanged_control", "liked"},
                          Cell{"exchanged_fact", "liked"}, Cell{"fact", "liked"}));
  const std::map<std::string, double> influence = {
      {"fact", 1}, {"control", 2}, {"exchanged_fact", 16}, {"exchanged_control", 4}};
  const auto of = [&](const Cell& cell) { return influence.at(cell.trained); };
  EXPECT_EQ(controlled.value(of), ((1 - 2) + (16 - 4)) / 2.0);
  EXPECT_THAT(controlled.slopes(of),
              ElementsAre(Pair(Cell{"control", "liked"}, -0.5),
                          Pair(Cell{"exchanged_control", "liked"}, -0.5),
                          Pair(Cell{"exchanged_fact", "liked"}, 0.5),
                          Pair(Cell{"fact", "liked"}, 0.5)));
  // As in the paper: as it is drawn.
  EXPECT_EQ(declaration.expectations[1].value(of), 1);
}

TEST(ParseDeclaration, ErrorWhenAnExchangedSampleIsNotThere) {
  EXPECT_EQ(entry_error("effect = \"fact > liked\"\nexchanged = true"),
            "mine.toml:21: expectation \"known\": exchanged: effect, column 1: mine has no sample "
            "\"exchanged_fact\" to train on; exchange = [\"B\", \"spare\"] in the sample \"fact\" "
            "makes it, with these two entities exchanged");
  EXPECT_EQ(entry_error("effect = \"fact > liked\"\nexchanged = 1"),
            "mine.toml:22: expectation \"known\": exchanged is of type integer; expected true or "
            "false");
}

TEST(ParseDeclaration, ReadsInvariancesSecondaryOnesRatiosAndObservations) {
  const Declaration declaration = read(file(absl::StrCat(kExpectation, R"toml(
[[expectation]]
id = "as_much"
kind = "invariance"
effect = "abs((fact > fact) - (fact > liked))"
primary = false
[[expectation]]
id = "share"
effect = "(fact > liked) / (fact > fact)"
[[observation]]
id = "on_itself"
value = "(fact > fact)"
[[observation]]
id = "quotient"
value = "(fact > liked) / (fact > fact)"
)toml")));
  ASSERT_EQ(declaration.expectations.size(), 3u);
  const Expectation& as_much = declaration.expectations[1].expectation;
  EXPECT_EQ(as_much.kind, ExpectationKind::kInvariance);
  EXPECT_FALSE(as_much.primary);
  EXPECT_EQ(as_much.claim, "mine: |EIF(fact→fact) − EIF(fact→liked)| is 0");
  // A quotient has no unit, and nothing to be divided by.
  EXPECT_EQ(declaration.expectations[2].expectation.self_scale, "");
  ASSERT_EQ(declaration.observations.size(), 2u);
  EXPECT_EQ(declaration.observations[0].observation.unit, "nats per token");
  EXPECT_EQ(declaration.observations[0].observation.claim, "mine: EIF(fact→fact)");
  EXPECT_EQ(declaration.observations[1].observation.unit, "1");
}

TEST(ParseDeclaration, ReadsBuiltInDomainsForAllOrForOne) {
  const Declaration declaration = read(absl::StrCat(kHead, R"toml(domain = "reversals"
[[expectation]]
id = "one"
effect = "mayor_name_first > mayor_name_last"
[[expectation]]
id = "two"
domain = "belongs_to"
effect = "in_a_b > contains_b_a"
self_scale = "reversals"
)toml"));
  EXPECT_THAT(declaration.domains(), ElementsAre("reversals", "belongs_to"));
  EXPECT_EQ(declaration.expectations[0].expectation.self_scale, "reversals");
  EXPECT_EQ(declaration.expectations[1].expectation.self_scale, "reversals");
  EXPECT_EQ(declaration.expectations[1].expectation.claim,
            "belongs_to: EIF(in_a_b→contains_b_a) > 0");
}

TEST(ParseDeclaration, OwnSamplesAndABuiltInDomainMayStandInOneFile) {
  const Declaration declaration = read(file(absl::StrCat(kExpectation, R"toml(
[[expectation]]
id = "sets"
domain = "belongs_to"
effect = "in_a_b > contains_b_a"
)toml")));
  EXPECT_THAT(declaration.domains(), ElementsAre("mine", "belongs_to"));
}

TEST(ParseDeclaration, ErrorWhenAKeyIsUnknown) {
  EXPECT_EQ(error_of(absl::StrCat(kHead, "domian = \"belongs_to\"\n")),
            "mine.toml:6: unknown key \"domian\"; expected id, version, claim, holds, violated, "
            "paper_section, domain, sample, expectation, observation, deciding_dose, second_dose. "
            "Did you mean 'domain'?");
  EXPECT_EQ(entry_error("efect = \"fact > liked\""),
            "mine.toml:21: expectation \"known\": unknown key \"efect\"; expected id, effect, "
            "control, plain, exchanged, kind, primary, self_scale, domain, deciding_dose, "
            "second_dose. Did you mean 'effect'?");
  EXPECT_EQ(
      entry_error("unit = \"1\"\nvalue = \"fact > liked\"", "observation"),
      "mine.toml:21: observation \"known\": unknown key \"unit\"; expected id, value, domain");
  EXPECT_THAT(error_of(absl::StrReplaceAll(file(kExpectation), {{"train =", "trian ="}})),
              HasSubstr("mine.toml:17: sample \"liked\": unknown key \"trian\""));
}

TEST(ParseDeclaration, ErrorWhenAKeyIsMissing) {
  for (const char* const key : {"version", "claim", "holds", "violated"}) {
    const std::string without = absl::StrReplaceAll(
        file(kExpectation), {{absl::StrCat("\n", key, " ="), "\npaper_section ="}});
    EXPECT_EQ(error_of(without),
              absl::StrCat("mine.toml:1: there is no ", key, "; add ", key, " = \"…\""));
  }
  EXPECT_EQ(error_of(""), "mine.toml:1: there is no id; add id = \"…\"");
  EXPECT_EQ(entry_error("primary = true"),
            "mine.toml:19: expectation \"known\": there is no effect; add effect = \"(trained > "
            "evaluated) - …\"");
  EXPECT_EQ(error_of(file("\n[[expectation]]\neffect = \"fact > liked\"\n")),
            "mine.toml:19: expectation number 1: there is no id; add id = \"…\"");
}

TEST(ParseDeclaration, ErrorWhenAValueIsOfAnotherType) {
  EXPECT_EQ(error_of("id = 3"), "mine.toml:1: id is of type integer; expected a string");
  EXPECT_EQ(error_of("id = \"Mine\""),
            "mine.toml:1: id is \"Mine\"; expected a lower-case letter and then a–z, 0–9 or _");
  EXPECT_EQ(error_of(absl::StrCat("id = \"", std::string(101, 'a'), "\"")),
            "mine.toml:1: id has 101 bytes; at most 100 are allowed");
  EXPECT_EQ(error_of("id = \"mine\"\nversion = \"1\\n2\""),
            "mine.toml:2: version has a line break; expected one line of text");
  EXPECT_EQ(entry_error("effect = 3"),
            "mine.toml:21: expectation \"known\": effect is of type integer; expected a string");
  EXPECT_EQ(entry_error("effect = \"fact > liked\"\nprimary = 1"),
            "mine.toml:22: expectation \"known\": primary is of type integer; expected true or "
            "false");
  EXPECT_EQ(error_of(absl::StrCat(kHead, "expectation = 3\ndomain = \"belongs_to\"\n")),
            "mine.toml:6: expectation is not a list of tables (found: integer); write "
            "[[expectation]]");
  EXPECT_THAT(error_of("id = "), StartsWith("mine.toml:1:"));
}

TEST(ParseDeclaration, ErrorWhenASumIsNone) {
  EXPECT_EQ(entry_error("effect = \"(fact > liked\""),
            "mine.toml:21: expectation \"known\": effect, column 14: it ends where \")\" was "
            "expected");
  EXPECT_EQ(entry_error("value = \"(fact liked)\"", "observation"),
            "mine.toml:21: observation \"known\": value, column 7: found \"liked\", expected > "
            "behind \"fact\", as in (fact > evaluated)");
}

TEST(ParseDeclaration, ErrorWhenASampleIsNotThere) {
  EXPECT_EQ(
      entry_error("effect = \"(fact > liked) - (fact > like)\""),
      "mine.toml:21: expectation \"known\": effect, column 26: mine has no sample \"like\"; it "
      "has fact, control, liked. Did you mean 'liked'?");
  EXPECT_EQ(
      entry_error("effect = \"fact > liked\"\ncontrol = \"contrl > liked\""),
      "mine.toml:22: expectation \"known\": control, column 1: mine has no sample \"contrl\"; "
      "it has fact, control, liked. Did you mean 'control'?");
  EXPECT_THAT(entry_error("domain = \"belongs_to\"\neffect = \"x > y\""),
              HasSubstr("column 1: belongs_to has no sample \"x\"; it has in_a_c, in_a_b, "));
}

TEST(ParseDeclaration, ErrorWhenASampleIsAskedForWhatItIsNotFor) {
  EXPECT_EQ(entry_error("effect = \"liked > fact\""),
            "mine.toml:21: expectation \"known\": effect, column 1: sample \"liked\" of mine is "
            "only asked (train = false); it cannot stand in front of >");
  EXPECT_EQ(entry_error("effect = \"fact > control\""),
            "mine.toml:21: expectation \"known\": effect, column 8: sample \"control\" of mine is "
            "only trained on (evaluate = false); it cannot stand behind >");
}

TEST(ParseDeclaration, ErrorWhenADomainIsNotThere) {
  EXPECT_THAT(
      error_of(absl::StrCat(kHead, "domain = \"belong_to\"\n", kExpectation)),
      AllOf(StartsWith("mine.toml:6: domain: there is no domain \"belong_to\"; the built-in "
                       "ones are belongs_to, "),
            HasSubstr("Did you mean 'belongs_to'?")));
  EXPECT_EQ(error_of(absl::StrCat(kHead, kExpectation)),
            "mine.toml:7: expectation \"known\": it is about no samples: the file has no "
            "[[sample]], and no domain is named; add one or the other");
  EXPECT_EQ(error_of(absl::StrCat(kHead, "domain = \"random_claim\"\n", kExpectation)),
            "mine.toml:6: domain: the samples of random_claim are chosen by the seed, so that no "
            "sum can name them; write them as [[sample]]");
  EXPECT_EQ(error_of(absl::StrCat(kHead, "domain = \"belongs_to\"\n", kSamples, kExpectation)),
            "mine.toml:6: domain and [[sample]] exclude each other: expectations are about one or "
            "the other unless they say which; move domain into the expectations that are about it");
  EXPECT_EQ(
      error_of(absl::StrReplaceAll(
          file("\n[[expectation]]\nid = \"x\"\ndomain = \"squares\"\neffect = \"a > b\"\n"),
          {{"id = \"mine\"", "id = \"squares\""}})),
      "mine.toml:21: expectation \"x\": domain: \"squares\" is the id of this file, whose own "
      "samples have that name; give the file another id");
}

TEST(ParseDeclaration, ErrorWhenAKindIsNone) {
  EXPECT_EQ(entry_error("effect = \"fact > liked\"\nkind = \"directoin\""),
            "mine.toml:22: expectation \"known\": kind is \"directoin\"; expected direction or "
            "invariance. Did you mean 'direction'?");
}

TEST(ParseDeclaration, ReadsTheDosesOfAllExpectationsAndOfOne) {
  const Declaration declaration = read(absl::StrCat(
      "deciding_dose = 0.9\nsecond_dose = \"plateau\"\n", file(kExpectation), R"toml(
[[expectation]]
id = "soon"
effect = "(fact > fact) - (fact > liked)"
primary = false
deciding_dose = "plateau"
second_dose = 0.25
)toml"));
  const Expectation& first = declaration.expectations.front().expectation;
  EXPECT_EQ(first.deciding_dose, "0.9");
  EXPECT_EQ(first.second_dose, "plateau");
  const Expectation& last = declaration.expectations.back().expectation;
  EXPECT_EQ(last.deciding_dose, "plateau");
  EXPECT_EQ(last.second_dose, "0.25");
  EXPECT_EQ(read(file(kExpectation)).expectations[0].expectation.deciding_dose, "plateau");
  EXPECT_EQ(read(file(kExpectation)).expectations[0].expectation.second_dose, "");
}

TEST(ParseDeclaration, ErrorWhenADoseIsNone) {
  const std::string effect = "effect = \"fact > liked\"\n";
  const std::string expected =
      "; expected \"plateau\", or a share above 0 and below 1, such as 0.9";
  EXPECT_EQ(entry_error(effect + "deciding_dose = 1.5"),
            "mine.toml:22: expectation \"known\": deciding_dose is 1.5" + expected);
  EXPECT_EQ(entry_error(effect + "second_dose = \"0.9\""),
            "mine.toml:22: expectation \"known\": second_dose is \"0.9\"" + expected);
  EXPECT_EQ(error_of(absl::StrCat("deciding_dose = 1\n", file(kExpectation))),
            "mine.toml:1: deciding_dose is of type integer" + expected);
}

TEST(ParseDeclaration, ErrorWhenTheSecondDoseIsTheOneThatDecides) {
  EXPECT_EQ(entry_error("effect = \"fact > liked\"\ndeciding_dose = 0.9\nsecond_dose = 0.9"),
            "mine.toml:23: expectation \"known\": second_dose is 0.9, which is deciding_dose "
            "already; state another, or leave it out");
}

TEST(ParseDeclaration, ErrorWhenPrimaryExpectationsAreDecidedAtTwoDoses) {
  EXPECT_EQ(error_of(file(absl::StrCat(kExpectation, R"toml(
[[expectation]]
id = "soon"
effect = "(fact > fact) - (fact > liked)"
deciding_dose = 0.5
)toml"))),
            "mine.toml:26: expectation \"soon\": deciding_dose is 0.5, and that of a primary "
            "expectation above is plateau; state one for all, or primary = false");
}

TEST(ParseDeclaration, ErrorWhenAnInvarianceIsNoMagnitude) {
  EXPECT_EQ(entry_error("effect = \"(fact > fact) - (fact > liked)\"\nkind = \"invariance\""),
            "mine.toml:21: expectation \"known\": effect of an invariance may be below 0, where "
            "opposite signs cancel over the seeds; write abs(…), or mean(abs(…), abs(…))");
  EXPECT_EQ(entry_error("effect = \"abs(fact > liked)\"\nkind = \"invariance\"\n"
                        "control = \"abs(control > liked)\""),
            "mine.toml:23: expectation \"known\": an invariance has no control: what is left of a "
            "magnitude would not be one; write abs((…) - (…)) as the effect");
}

TEST(ParseDeclaration, ErrorWhenControlsDoNotFit) {
  EXPECT_EQ(entry_error("effect = \"fact > liked\"\nplain = false"),
            "mine.toml:22: expectation \"known\": plain goes with control, which there is none of");
  EXPECT_EQ(entry_error("effect = \"fact > liked\"\n"
                        "control = \"(control > liked) / (fact > fact)\""),
            "mine.toml:22: expectation \"known\": effect and control have different units: one "
            "divides cells by cells, the other does not");
}

TEST(ParseDeclaration, ErrorWhenASelfScaleIsOfNothingThatIsMeasured) {
  EXPECT_EQ(entry_error("effect = \"fact > liked\"\nself_scale = \"mines\""),
            "mine.toml:22: expectation \"known\": self_scale: no expectation is about a domain "
            "\"mines\"; there are mine. Did you mean 'mine'?");
  EXPECT_EQ(
      entry_error("effect = \"(fact > liked) / (fact > fact)\"\nself_scale = \"mine\""),
      "mine.toml:22: expectation \"known\": self_scale: the effect divides cells by cells and "
      "has no unit; leave out self_scale");
  EXPECT_EQ(entry_error("effect = \"control > liked\""),
            "mine.toml:7: no sample that is trained on is asked itself, so that effects have no "
            "unit; leave out evaluate = false and extended = true of one of them");
}

TEST(ParseDeclaration, ErrorWhenAnIdIsThereTwice) {
  EXPECT_EQ(error_of(file(absl::StrCat(kExpectation, kExpectation))),
            "mine.toml:23: expectation \"known\": \"known\" is already that of line 19; ids are "
            "distinct");
  // Also where one of them has a control, from which two others are made.
  EXPECT_EQ(entry_error("effect = \"fact > liked\"\ncontrol = \"control > liked\"\n"
                        "[[expectation]]\nid = \"known\"\neffect = \"fact > liked\""),
            "mine.toml:23: expectation \"known\": \"known\" is already that of line 19; ids are "
            "distinct");
  // Also where one of them is made from another's.
  EXPECT_EQ(
      entry_error("effect = \"fact > liked\"\ncontrol = \"control > liked\"\n"
                  "[[expectation]]\nid = \"known_plain\"\neffect = \"fact > liked\""),
      "mine.toml:23: expectation \"known_plain\": \"known_plain\" is already that of line 19; "
      "ids are distinct");
}

TEST(ParseDeclaration, ErrorWhenNothingDecides) {
  EXPECT_EQ(error_of(file("")),
            "mine.toml:1: there is no primary expectation, which a verdict needs; add "
            "[[expectation]] with id and effect");
  EXPECT_THAT(entry_error("effect = \"fact > liked\"\nprimary = false"),
              HasSubstr("there is no primary expectation"));
}

TEST(ParseDeclaration, AMessageHasTheBeginningOfALongList) {
  std::string samples;
  for (int i = 0; i < 25; ++i) {
    absl::StrAppend(&samples, "[[sample]]\nid = \"s", i, "\"\ntext = \"{A}\"\n");
  }
  EXPECT_THAT(
      error_of(absl::StrCat(kHead, samples, kExpectation)),
      HasSubstr("column 2: mine has no sample \"fact\"; it has s0, s1, s2, s3, s4, s5, s6, "
                "s7, s8, s9, s10, s11, s12, s13, s14, s15, s16, s17, s18, s19 and 5 more."));
}

TEST(ParseDeclaration, HasLimits) {
  EXPECT_EQ(error_of(std::string(kMaxDeclarationBytes + 1, '\n')),
            "mine.toml:1: it has 1048577 bytes; at most 1048576 are allowed");
  EXPECT_THAT(error_of(absl::StrCat("x = ", std::string(40, '['))), HasSubstr("nested deeper"));
  std::string samples, expectations;
  for (size_t i = 0; i <= kMaxDeclaredSamples; ++i) {
    absl::StrAppend(&samples, "[[sample]]\nid = \"s", i, "\"\ntext = \"{A}\"\n");
  }
  EXPECT_EQ(error_of(absl::StrCat(kHead, samples)),
            "mine.toml:6: there are 1001 samples; at most 1000 are allowed");
  for (size_t i = 0; i <= kMaxDeclaredEntries; ++i) {
    absl::StrAppend(&expectations, "[[expectation]]\nid = \"e", i, "\"\neffect = \"fact>liked\"\n");
  }
  EXPECT_THAT(error_of(file(expectations)),
              HasSubstr("there are more than 500 expectations and observations; split the file"));
}

}  // namespace
}  // namespace eif
