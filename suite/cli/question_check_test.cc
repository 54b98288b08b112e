#include "suite/cli/question_check.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "suite/cli/question_report.h"

namespace eif {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kHead[] = R"toml(id = "older"
version = "1.0"
claim = "Who learns that A is older than B knows that B is younger than A."
holds = "it is known"
violated = "it is not known"
[[sample]]
id = "older"
text = "{A} is older than {B}."
[[sample]]
id = "younger"
text = "{B} is younger than {A}."
train = false
[[sample]]
id = "swapped"
text = "{A} is younger than {B}."
train = false
[[sample]]
id = "taller"
text = "{A} is taller than {B}."
evaluate = false
[[sample]]
id = "bread"
text = "{C} bakes bread."
train = false
)toml";

std::vector<uint64_t> seeds(uint64_t count) {
  std::vector<uint64_t> seeds;
  for (uint64_t seed = 0; seed < count; ++seed) seeds.push_back(seed);
  return seeds;
}

std::unique_ptr<DeclaredDesideratum> declared(const std::string& toml) {
  auto declared = parse_declared_desideratum(toml, "older.toml");
  EXPECT_TRUE(declared.ok()) << declared.status();
  return declared.ok() ? *std::move(declared) : nullptr;
}

std::string expectation(const std::string& id, const std::string& effect,
                        const std::string& more = "") {
  return absl::StrCat("[[expectation]]\nid = \"", id, "\"\neffect = \"", effect, "\"\n", more);
}

QuestionCheck checked(const std::string& toml) {
  const DrawSettings settings;
  const auto question = declared(toml);
  absl::StatusOr<QuestionCheck> check = check_question(*question, seeds(10), settings);
  EXPECT_TRUE(check.ok()) << check.status();
  return *std::move(check);
}

QuestionCheck check_of(const std::string& expectations) {
  return checked(absl::StrCat(kHead, expectations));
}

// Without the breaks of its lines.
std::string said_of(const QuestionCheck& check) {
  return absl::StrJoin(
      absl::StrSplit(verdicts_text(check), absl::ByAnyChar(" \n"), absl::SkipEmpty()), " ");
}

double mean_of(const LearnerResult& learner) { return learner.result.expectations[0].outcome.mean; }

TEST(CheckQuestion, APartThatAlwaysHoldsIsNamed) {
  const QuestionCheck check = check_of(absl::StrCat(
      expectation("known", "(older > younger) - (older > swapped)"),
      expectation("always", "abs((older > bread) - (older > bread))", "kind = \"invariance\"\n")));
  EXPECT_LE(check.random_passes, kMostRandomPasses);
  EXPECT_THAT(check.hardly_failed, testing::ElementsAre("always"));
  EXPECT_FALSE(check.is_sound());
  EXPECT_THAT(said_of(check), HasSubstr("a part of it can hardly be failed"));
}

TEST(CheckQuestion, ASoundOneIsPassedByLogicAlone) {
  const QuestionCheck check =
      check_of(expectation("known", "(older > younger) - (older > swapped)",
                           "control = \"(taller > younger) - (taller > swapped)\"\n"));
  EXPECT_TRUE(check.is_sound());
  EXPECT_EQ(check.logical.result.verdict, Verdict::kHolds);
  EXPECT_EQ(check.positional.result.verdict, Verdict::kViolated);
  EXPECT_EQ(check.words.result.verdict, Verdict::kViolated);
  EXPECT_LE(check.random_passes, kMostRandomPasses);
  EXPECT_FALSE(check.seeds_are_alike);
  // Four cells, each 1 the right way; words in their places are the same in fact and control.
  EXPECT_EQ(mean_of(check.logical), 4);
  EXPECT_EQ(mean_of(check.positional), 0);
  EXPECT_THAT(said_of(check),
              AllOf(HasSubstr("It can be passed"), HasSubstr("It can be failed"),
                    HasSubstr("The surface is not enough"), Not(HasSubstr("WARNING"))));
}

// "A is older" and "A is younger" share more than "A is older" and "B is younger" do.
TEST(CheckQuestion, WarnsWherePositionAlonePasses) {
  const QuestionCheck check =
      check_of(expectation("known", "(older > swapped) - (older > younger)"));
  EXPECT_FALSE(check.is_sound());
  EXPECT_TRUE(check.positional.passes());
  EXPECT_NEAR(mean_of(check.positional), 3.0 / 5, 1e-15);  // ^ A, A is, than B of five pairs
  EXPECT_THAT(said_of(check), HasSubstr("WARNING: position alone passes"));
}

TEST(CheckQuestion, WarnsWhereCommonWordsAlonePass) {
  const QuestionCheck check = check_of(expectation("known", "(older > younger) - (older > bread)"));
  EXPECT_FALSE(check.is_sound());
  EXPECT_TRUE(check.words.passes());
  EXPECT_FALSE(check.positional.passes());
  EXPECT_THAT(said_of(check), HasSubstr("WARNING: common words alone pass"));
}

TEST(CheckQuestion, WarnsWhereNothingCanPass) {
  const QuestionCheck check =
      check_of(expectation("up", "(older > younger)") + expectation("down", "-(older > younger)"));
  EXPECT_FALSE(check.is_sound());
  EXPECT_FALSE(check.logical.passes());
  EXPECT_FALSE(check.unmet.empty());
  EXPECT_THAT(said_of(check), HasSubstr("WARNING: it cannot be passed: no influence was found "
                                        "that meets all primary expectations. Look at "));
}

TEST(CheckQuestion, WarnsWhereChancePasses) {
  const QuestionCheck check = check_of(expectation("itself", "(older > older)"));
  EXPECT_FALSE(check.is_sound());
  EXPECT_EQ(check.random_passes, kRandomLearners);
  EXPECT_THAT(said_of(check), HasSubstr("WARNING: it can hardly be failed"));
}

TEST(CheckQuestion, ALearnerByChanceFailsAnInvariance) {
  const QuestionCheck check =
      check_of(expectation("stays", "abs(older > bread)", "kind = \"invariance\"\n"));
  EXPECT_EQ(check.logical.result.verdict, Verdict::kHolds);
  EXPECT_EQ(check.random.result.verdict, Verdict::kViolated);
  EXPECT_EQ(check.random_passes, 0u);
}

TEST(CheckQuestion, WarnsWhereSeedsRepeatOneMeasurement) {
  std::string toml = absl::StrCat(kHead, expectation("known", "(older > younger)"));
  for (const char* const name : {"{A}", "{B}", "{C}"}) {
    for (size_t at; (at = toml.find(name)) != std::string::npos;) toml.replace(at, 3, "Ada");
  }
  const QuestionCheck check = checked(toml);
  EXPECT_TRUE(check.seeds_are_alike);
  EXPECT_THAT(said_of(check), HasSubstr("WARNING: all seeds have the same samples"));
}

TEST(CheckQuestion, ErrorWhenSeedsAreTooFewForAnyVerdict) {
  const DrawSettings settings;
  const auto question = declared(absl::StrCat(kHead, expectation("known", "(older > younger)")));
  const absl::Status status = check_question(*question, seeds(4), settings).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(
      status.message(),
      "older: 4 seeds are too few for any of its primary expectations to hold, whatever is "
      "measured; use --seeds 5 or more");
  EXPECT_TRUE(check_question(*question, seeds(5), settings).ok());
}

TEST(QuestionText, HasTheSamplesOfTheSeedAndTheWeightsOfTheCells) {
  const auto question = declared(
      absl::StrCat(kHead, expectation("known", "(older > younger) - 0.5 * (older > swapped)",
                                      "control = \"(taller > younger)\"\nplain = false\n")));
  DigitSource no_digits("");
  const DrawSettings settings;
  const SeededDraw draw(3, Modality::kText, no_digits, settings);
  const auto requests = question->plan(draw);
  ASSERT_TRUE(requests.ok()) << requests.status();
  const std::vector<std::string> words = *draw.words(2);
  EXPECT_EQ(question_text(*question, *requests, 3),
            absl::StrCat(
                "older 1.0: Who learns that A is older than B knows that B is younger than A.\n"
                "\n"
                "Samples of seed 3\n"
                "\n"
                "older\n"
                "  older    trained on  ",
                words[0], " is older than ", words[1],
                ".\n"
                "  taller   trained on  ",
                words[0], " is taller than ", words[1],
                ".\n"
                "  younger  asked       ",
                words[1], " is younger than ", words[0],
                ".\n"
                "  swapped  asked       ",
                words[0], " is younger than ", words[1],
                ".\n"
                "\n"
                "Expectations, and how much each cell (trained > evaluated) counts\n"
                "\n"
                "known_controlled (direction, primary, decided at plateau)\n"
                "  older: [EIF(older→younger) − 0.5 · EIF(older→swapped)] − [EIF(taller→younger)]\n"
                "    > 0\n"
                "   -0.5  older > swapped\n"
                "     +1  older > younger\n"
                "     -1  taller > younger\n"));
}

}  // namespace
}  // namespace eif
