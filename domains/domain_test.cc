#include "domains/domain.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "domains/draw_for_test.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

DomainTemplate two_samples() {
  return {"size",
          "How big",
          "3.2",
          {{"bigger", {"{B} is bigger than {A}s."}, {}},
           {"chain", {"{A} {spare}", "{{B}} {B}"}, {true, true, false, "control"}}}};
}

TEST(Placeholders, AreListedOnceInOrderOfAppearance) {
  const absl::StatusOr<std::vector<std::string>> names = placeholders(two_samples());
  ASSERT_TRUE(names.ok()) << names.status();
  EXPECT_THAT(*names, ElementsAre("B", "A", "spare"));
}

TEST(Placeholders, ErrorWhenBracesAreWrong) {
  DomainTemplate domain = two_samples();
  domain.samples[1].statements[0] = "{A";
  const absl::Status status = placeholders(domain).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(),
            "domain size, sample chain: \"{A\": the { at byte 1 is not closed; a placeholder is "
            "written {name}, a brace itself {{ or }}");
  EXPECT_EQ(fill(domain, TestDraw()).status(), status);
}

TEST(Fill, GivesEachPlaceholderTheWordOfItsPlace) {
  const Domain domain = filled(two_samples());
  EXPECT_EQ(domain.name, "size");
  ASSERT_EQ(domain.samples.size(), 2u);
  EXPECT_EQ(domain.samples[0].sample.id, "bigger");
  EXPECT_THAT(texts(domain.samples[0].sample), ElementsAre("w1 is bigger than w2s."));
  EXPECT_THAT(texts(domain.samples[1].sample), ElementsAre("w2 w3", "{B} w1"));
  EXPECT_TRUE(domain.samples[1].role.extended);
  EXPECT_FALSE(domain.samples[1].role.evaluate);
}

TEST(Fill, FillsPromptsInTheOrderInWhichTheyAreRead) {
  DomainTemplate domain = two_samples();
  domain.samples = {{"asked", {" {B}."}, {}, {"Who knows {A}?"}}};
  const Domain made = filled(domain);
  const auto& asked = std::get<PromptedText>(made.samples[0].sample.statements[0]);
  EXPECT_EQ(asked.prompt, "Who knows w1?");
  EXPECT_EQ(asked.completion, " w2.");
}

TEST(Fill, ErrorOfTheDrawIsPassedOn) {
  const absl::Status status = fill(two_samples(), TestDraw(0, /*available_words=*/2)).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(status.message(), "no more words");
}

TEST(Fill, WithoutPlaceholdersAsksForNoWords) {
  const DomainTemplate domain{"frogs", "", "", {{"frogs", {"Frogs sleep."}, {}}}};
  const Domain frogs = filled(domain, TestDraw(0, /*available_words=*/0));
  ASSERT_EQ(frogs.samples.size(), 1u);
  EXPECT_THAT(texts(frogs.samples[0].sample), ElementsAre("Frogs sleep."));
}

TEST(Fill, ErrorWhenTheDrawGivesTooFewWords) {
  class Forgetful final : public Draw {
   public:
    uint64_t seed() const override { return 0; }
    Modality modality() const override { return Modality::kText; }
    std::unique_ptr<Random> random(const std::string&) const override { return nullptr; }
    absl::StatusOr<std::vector<std::string>> words(size_t) const override {
      return std::vector<std::string>{"w1"};
    }
    absl::StatusOr<std::vector<LabelledImage>> digits(int) const override {
      return absl::UnimplementedError("no images");
    }
    const std::vector<std::string>& claims() const override { return no_claims; }
    bool large() const override { return false; }

    std::vector<std::string> no_claims;
  };
  const absl::Status status = fill(two_samples(), Forgetful()).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
  EXPECT_EQ(status.message(), "domain size: the draw gave 1 words instead of 3");
}

DomainTemplate six_letters(size_t chosen) {
  DomainTemplate domain{"letters", "", "", {}, chosen};
  for (const char* letter : {"a", "b", "c", "d", "e", "f"}) {
    domain.samples.push_back({letter, {letter}, {}});
  }
  return domain;
}

TEST(Fill, ChoosesByTheDomainsOwnStreamAndKeepsTheOrder) {
  // The stream gives 4 of 6, 0 of 5, 2 of 4. The fifth letter, e, changes places with a; the first
  // of the rest is b; the third of what remains (c, d, a, f) is a.
  const TestDraw draw(/*seed=*/4);
  EXPECT_THAT(ids_of(filled(six_letters(3), draw).trained()), ElementsAre("a", "b", "e"));
  EXPECT_THAT(draw.streams, ElementsAre("domain/letters"));
}

TEST(Fill, ChoosesAllWhereNoNumberIsGivenOrTooFewAreThere) {
  for (const size_t chosen : {0, 6, 7}) {
    const TestDraw draw;
    EXPECT_EQ(filled(six_letters(chosen), draw).samples.size(), 6u) << chosen;
    EXPECT_THAT(draw.streams, IsEmpty());
  }
}

TEST(Domain, TrainedAndEvaluatedFollowTheirFlags) {
  DomainTemplate domain = six_letters(0);
  domain.samples[1].role.train = false;
  domain.samples[2].role.evaluate = false;
  EXPECT_THAT(ids_of(filled(domain).trained()), ElementsAre("a", "c", "d", "e", "f"));
  EXPECT_THAT(ids_of(filled(domain).evaluated()), ElementsAre("a", "b", "d", "e", "f"));
}

TEST(Domain, FindGivesTheSample) {
  const absl::StatusOr<Sample> sample = filled(two_samples()).find("chain");
  ASSERT_TRUE(sample.ok()) << sample.status();
  EXPECT_EQ(sample->id, "chain");
  EXPECT_EQ(sample->statements.size(), 2u);
}

TEST(Domain, FindErrorWhenThereIsNoSuchSample) {
  const absl::Status status = filled(two_samples()).find("chains").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(status.message(), "domain size has no sample \"chains\"; it has bigger, chain");
}

}  // namespace
}  // namespace eif
