#include "reports/paper/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <string>

#include "reports/figures/svg_for_test.h"
#include "reports/paper/reproduction_json.h"
#include "reports/paper/run_for_test.h"

namespace eif {
namespace {

using Json = nlohmann::json;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::Not;

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

std::vector<ModelReproduction> example() {
  Matrix matrix({"fact", "other"}, {"fact", "other"});
  matrix.at(0, 0) = 0.5;
  const ReproducedFigure figure{
      .id = "fig1",
      .title = "What a < b does",
      .of_paper = "figure 1",
      .paper = "§2: it is & is not.",
      .svg = "<svg/>\n",
      .matrices = {{"fig1_matrix", matrix}},
      .tables = {{"fig1_table", {{"share", "seed 0"}, {{"all", {0.25}}}}}},
      .numbers = {{"self_scale", 0.5}, {"lost", kMissing}}};
  const ClaimEvidence evidence{.id = "symmetry.correlation",
                               .what = "corr(E, Eᵀ) > 0",
                               .unit = "1",
                               .by_fine_tuning = {{0, 1}, {0.25, 0.75}, "holds"},
                               .in_context = ClaimNumber{{0, 1}, {-0.5, kMissing}},
                               .role = EvidenceRole::kPrimary,
                               .claimed_verdict = "holds"};
  return {{.model = "a/b",
           .folder = "a_b",
           .seeds = {0, 1},
           .figures = {figure, figure},
           .claims = {{"symmetry", "2.1", "Influence is <symmetric>.", {evidence}}}}};
}

RunResult example_run() {
  RunResult run = run_of_claims(Modality::kText);
  run.context.models[0].name = "a/b";
  return run;
}

// XHTML, so that what reads the figures back reads this, too; only the doctype is HTML's.
std::vector<SvgElement> elements_of(const std::string& page) {
  return svg_elements(page.substr(page.find("<html")));
}

std::vector<std::string> texts_of(const std::string& page, const std::string& tag) {
  std::vector<std::string> texts;
  for (const SvgElement& element : elements_of(page)) {
    if (element.tag == tag) texts.push_back(element.text);
  }
  return texts;
}

TEST(PaperPage, IsWellFormedAndEscaped) {
  const std::string page = paper_page(example_run(), example());
  EXPECT_THAT(page, Not(HasSubstr("<symmetric>")));
  std::vector<std::string> images;
  for (const SvgElement& element : elements_of(page)) {
    if (element.tag == "img") images.push_back(element.attributes.at("src"));
  }
  EXPECT_THAT(images, ElementsAre("a_b/fig1.svg", "a_b/fig1.svg"));
  EXPECT_THAT(texts_of(page, "p"), Contains("§2.1: Influence is <symmetric>."));
  EXPECT_THAT(texts_of(page, "td"), IsSupersetOf({"0.5 (0.25 to 0.75), holds", "not measured"}));
}

TEST(PaperPage, NumbersTheFiguresAndLeavesTheirTitlesToThePictures) {
  std::vector<ModelReproduction> models = example();
  models.push_back(models[0]);
  const std::string page = paper_page(example_run(), models);
  EXPECT_THAT(texts_of(page, "h3"), IsSupersetOf({"Figure 1 ", "Figure 2 ", "Figure 4 "}));
  EXPECT_THAT(texts_of(page, "small"), Contains("after figure 1 of the paper").Times(4));
  for (const SvgElement& element : elements_of(page)) {
    EXPECT_THAT(element.text, Not(HasSubstr("What a < b does"))) << element.tag;
  }
}

TEST(PaperPage, SaysOfEachClaimWhetherItAgreesAndWhy) {
  std::vector<ModelReproduction> models = example();
  std::vector<ClaimEvidence>& evidence = models[0].claims[0].evidence;
  evidence.push_back(evidence[0]);
  evidence[1].by_fine_tuning.verdict = "inconclusive";
  evidence.push_back(evidence[0]);
  evidence[2].role = EvidenceRole::kPlain;
  evidence[2].by_fine_tuning.verdict = "violated";
  std::string page = paper_page(example_run(), models);
  // In the explanation, in the overview and beside the claim.
  EXPECT_THAT(texts_of(page, "span"), Contains("agrees").Times(3));
  EXPECT_THAT(texts_of(page, "span"),
              Contains("1 of 2 primary expectations as the paper says, 1 undecided; without "
                       "controls disagrees: 0 of 1 comparison as the paper says"));

  for (ClaimEvidence& entry : evidence) {
    entry.role = EvidenceRole::kObservation;
    entry.claimed_verdict = "";
  }
  page = paper_page(example_run(), models);
  EXPECT_THAT(texts_of(page, "span"), Contains("agrees").Times(1));
  EXPECT_THAT(texts_of(page, "span"), Contains("no verdict").Times(3));
}

TEST(PaperPage, HasNoColumnOfAConditionThatWasNotMeasured) {
  std::vector<ModelReproduction> models = example();
  EXPECT_THAT(texts_of(paper_page(example_run(), models), "th"), Contains("in context"));
  models[0].claims[0].evidence[0].in_context.reset();
  const std::string page = paper_page(example_run(), models);
  EXPECT_THAT(texts_of(page, "th"), Not(Contains("in context")));
  // That of the overview, whose stance is an element of its own.
  EXPECT_THAT(texts_of(page, "td"), Contains("").Times(1));
}

TEST(PaperPage, SaysWhereThereIsNoNumberForAClaim) {
  std::vector<ModelReproduction> models = example();
  models[0].claims[0].evidence.clear();
  EXPECT_THAT(texts_of(paper_page(example_run(), models), "p"),
              Contains("This run has no number for it."));
}

TEST(PaperPage, TellsUnderWhatCircumstancesAModelWasMeasured) {
  const std::string page = paper_page(example_run(), example());
  EXPECT_THAT(texts_of(page, "p"),
              Contains("seeds 0–1, learning rate 0.5, 200 rows in 12 s, parameters 12"));
  EXPECT_THAT(page, HasSubstr("eif-suite 9.8.7, engine replay, sgd, float32 on cpu, 2 threads, "
                              "torch 2.13.0, started "));
}

TEST(PaperPage, SaysWhatAReaderMustKnowFirst) {
  RunResult run = example_run();
  EXPECT_THAT(paper_page(run, example()), Not(HasSubstr("class=\"notice\"")));
  run.end = RunEnd::kInterrupted;
  run.request.control = "shuffled-names";
  run.problems = {"a < b"};
  run.context.models.push_back({.name = "later"});
  const std::vector<std::string> lines = texts_of(paper_page(run, example()), "p");
  EXPECT_THAT(
      lines,
      IsSupersetOf({"This is the control shuffled-names and no measurement of the models.",
                    "The run was cut short (interrupted): only the seeds that were complete count.",
                    "later: no seed was complete.", "a < b"}));
}

TEST(ReproductionJson, HasEachFigureAndEachNumber) {
  const Json document = Json::parse(reproduction_json(example_run(), example()));
  EXPECT_EQ(document.at("schema"), 1);
  EXPECT_EQ(document.at("context").at("engine"), "replay");
  const Json& model = document.at("models").at(0);
  EXPECT_EQ(model.at("model"), "a/b");
  EXPECT_EQ(model.at("seeds"), Json({0, 1}));
  const Json& figure = model.at("figures").at(0);
  EXPECT_EQ(figure.at("number"), 1);
  EXPECT_EQ(model.at("figures").at(1).at("number"), 2);
  EXPECT_EQ(figure.at("of_paper"), "figure 1");
  EXPECT_EQ(figure.at("svg"), "a_b/fig1.svg");
  EXPECT_EQ(figure.at("data"),
            Json({"a_b/fig1_matrix.csv", "a_b/fig1_matrix.npy", "a_b/fig1_table.csv"}));
  EXPECT_EQ(figure.at("numbers"), Json({{"self_scale", 0.5}, {"lost", nullptr}}));
  const Json& claim = model.at("claims").at(0);
  EXPECT_EQ(claim.at("stance"), "agrees");
  EXPECT_EQ(claim.at("primary"), Json({{"as_claimed", 1}, {"otherwise", 0}, {"undecided", 0}}));
  EXPECT_EQ(claim.at("plain"), Json({{"as_claimed", 0}, {"otherwise", 0}, {"undecided", 0}}));
  const Json& evidence = claim.at("evidence").at(0);
  EXPECT_EQ(evidence.at("role"), "primary");
  EXPECT_EQ(evidence.at("claimed"), "holds");
  EXPECT_EQ(
      evidence.at("fine_tuning"),
      Json({{"mean", 0.5}, {"seeds", {0, 1}}, {"per_seed", {0.25, 0.75}}, {"verdict", "holds"}}));
  EXPECT_EQ(evidence.at("in_context"),
            Json({{"mean", nullptr}, {"seeds", {0, 1}}, {"per_seed", {-0.5, nullptr}}}));
}

}  // namespace
}  // namespace eif
