#include "desiderata/declared/declared_desideratum.h"

#include <cmath>

#include "desiderata/shared/draw_for_test.h"
#include "desiderata/shared/learners_for_test.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "suite/formats/test_files.h"

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

constexpr char kMine[] = R"toml(
id = "mine"
version = "2.1"
claim = "Who learns a fact knows it."
holds = "it is known"
violated = "it is not known"
[[sample]]
id = "fact"
text = ["{A} likes {B}.", "{B} likes {C}."]
[[sample]]
id = "unused"
text = "{Z} is unused."
[[sample]]
id = "control"
text = "{A} met {B}."
extended = true
[[sample]]
id = "liked"
text = "{B} is liked by {A}."
train = false
[[expectation]]
id = "known"
effect = "(fact > liked) - (control > liked)"
[[expectation]]
id = "as_much"
kind = "invariance"
effect = "mean(abs((fact > fact) - (fact > liked)), abs(control > liked))"
[[observation]]
id = "share"
value = "(fact > liked) / (fact > fact)"
)toml";

std::unique_ptr<DeclaredDesideratum> read(std::string_view toml) {
  auto read = parse_declared_desideratum(toml, "mine.toml");
  EXPECT_TRUE(read.ok()) << read.status();
  return read.ok() ? *std::move(read) : nullptr;
}

TEST(DeclaredDesideratum, AsksForTheCellsOfItsSumsAndForTheSelfScale) {
  const auto requests = read(kMine)->plan(DrawForTest(Modality::kText));
  ASSERT_TRUE(requests.ok()) << requests.status();
  ASSERT_EQ(requests->size(), 1u);
  const Request& request = requests->front();
  EXPECT_EQ(request.name, "mine");
  EXPECT_EQ(request.domain, "mine");
  EXPECT_THAT(ids_of(request.trained), ElementsAre("fact", "control"));
  EXPECT_THAT(ids_of(request.evaluated), ElementsAre("fact", "liked"));
  EXPECT_THAT(texts_of(request.trained[0]), ElementsAre("ala likes bok.", "bok likes cyd."));
  // The control is marked as added, and no part of the unit.
  ASSERT_TRUE(request.only.has_value());
  EXPECT_THAT(*request.only,
              ElementsAre(Cell{"control", "liked"}, Cell{"fact", "fact"}, Cell{"fact", "liked"}));
}

TEST(DeclaredDesideratum, ScoresItsSums) {
  const LogicalLearner learner({{"fact", "liked"}}, {{"control", "liked"}});
  const Scores scores = scores_of(*read(kMine), Modality::kText, learner);
  EXPECT_THAT(scores.effects, UnorderedElementsAre(Pair("known", 2), Pair("as_much", 0.5)));
  EXPECT_THAT(scores.observations, UnorderedElementsAre(Pair("share", 1)));
}

TEST(DeclaredDesideratum, ACellThatWasNotMeasuredLeavesNoEffect) {
  const Influence learner = [](const Sample& trained, const Sample&) {
    return trained.id == "control" ? std::nan("") : 1;
  };
  const Scores scores = scores_of(*read(kMine), Modality::kText, learner);
  EXPECT_TRUE(std::isnan(scores.effects.at("known")));
  EXPECT_TRUE(std::isnan(scores.effects.at("as_much")));
  EXPECT_EQ(scores.observations.at("share"), 1);
}

TEST(DeclaredDesideratum, TheDigestIsThatOfTheContents) {
  const std::string digest = read(kMine)->digest();
  EXPECT_EQ(digest.size(), 32u);
  EXPECT_EQ(read(kMine)->digest(), digest);
  EXPECT_NE(read(std::string(kMine) + "# a remark\n")->digest(), digest);
}

TEST(ReadDeclaredDesideratum, ReadsAFileAndNamesItInErrors) {
  const TemporaryFolder folder;
  const std::string path = folder.file("mine.toml", kMine).string();
  const auto read = read_declared_desideratum(path);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ((*read)->id(), "mine");
  EXPECT_EQ((*read)->version(), "2.1");

  folder.file("mine.toml", "id = 3");
  EXPECT_EQ(read_declared_desideratum(path).status().message(),
            path + ":1: id is of type integer; expected a string");
  EXPECT_THAT(read_declared_desideratum(path + ".not").status().message(),
              HasSubstr("mine.toml.not"));
}

}  // namespace
}  // namespace eif
