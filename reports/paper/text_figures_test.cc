#include "reports/paper/text_figures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "reports/figures/color_scale.h"
#include "reports/figures/svg_for_test.h"
#include "reports/paper/run_for_test.h"

namespace eif {
namespace {

using ::testing::Contains;
using ::testing::DoubleEq;
using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsNan;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ::testing::SizeIs;

// A sample does `self` for itself and `other` for every other one; base losses are 3.
MeasuredMatrix planted(const std::string& domain, uint64_t seed, Condition condition, double self,
                       double other) {
  MeasuredMatrix measured = measured_text(domain, seed, condition);
  Matrix& matrix = measured.matrix;
  for (size_t j = 0; j < matrix.columns(); ++j) {
    matrix.base()[j] = 3;
    for (size_t i = 0; i < matrix.rows(); ++i) {
      matrix.at(i, j) = matrix.trained_ids()[i] == matrix.evaluated_ids()[j] ? self : other;
    }
  }
  return measured;
}

// By fine-tuning the influence on others is 0.1 and 0.3, in context 2 and 4; on oneself 0.5 and 8.
MatrixStore measured(const std::vector<std::string>& domains,
                     const std::vector<uint64_t>& seeds = {0, 1}, bool was_read = true) {
  MatrixStore store;
  for (const std::string& domain : domains) {
    for (const uint64_t seed : seeds) {
      const double step = static_cast<double>(seed);
      store.keep(planted(domain, seed, Condition::kFineTuning, 0.5, 0.1 + 0.2 * step));
      if (was_read) store.keep(planted(domain, seed, Condition::kInContext, 8, 2 + 2 * step));
    }
  }
  return store;
}

// What the desiderata of the same run say of the domains.
RunResult results_for(const std::vector<std::string>& domains) {
  RunResult run = run_of_claims(Modality::kText);
  DesideratumResult& trained = result_of(run, "sparsity");
  DesideratumResult& read = result_of(run, "sparsity", Condition::kInContext);
  for (const std::string& domain : domains) {
    const Observation density{.id = absl::StrCat(domain, "_density"), .unit = "1"};
    trained.self_scales.push_back({domain, 0.5});
    trained.observations.push_back({density, {0.75, 1}});
    read.self_scales.push_back({domain, 8});
    read.observations.push_back({density, {0.5, 0.5}});
  }
  return run;
}

std::vector<ReproducedFigure> figures_of(const MatrixStore& store, const RunResult& run) {
  const Captions captions(tiny_context(Modality::kText), {}, store.seeds());
  const absl::StatusOr<std::vector<ReproducedFigure>> figures =
      text_figures(store, ModelResults(run, "tiny"), captions);
  EXPECT_TRUE(figures.ok()) << figures.status();
  return figures.value_or(std::vector<ReproducedFigure>());
}

std::vector<ReproducedFigure> figures_of(const std::vector<std::string>& domains) {
  return figures_of(measured(domains), results_for(domains));
}

std::vector<std::string> ids(const std::vector<ReproducedFigure>& figures) {
  std::vector<std::string> result;
  for (const ReproducedFigure& figure : figures) result.push_back(figure.id);
  return result;
}

TEST(TextFiguresTest, NoTextGivesNoFigures) {
  EXPECT_THAT(figures_of(MatrixStore(), RunResult()), IsEmpty());
}

TEST(TextFiguresTest, EachDomainHasAFigureAndAllHaveDensityAndHistograms) {
  EXPECT_THAT(ids(figures_of({"random_claim", "squares", "belongs_to"})),
              ElementsAre("fig2-4_belongs_to", "fig2-4_squares", "fig5_random_claim",
                          "fig5_density", "fig6_histograms", "fig6_histograms_in_context"));
}

TEST(TextFiguresTest, TheNumberOfAFigureIsLeftToThePage) {
  const std::vector<ReproducedFigure> figures = figures_of({"random_claim", "squares"});
  std::vector<std::string> of_paper;
  for (const ReproducedFigure& figure : figures) {
    EXPECT_THAT(figure.title, Not(HasSubstr("Figure"))) << figure.id;
    of_paper.push_back(figure.of_paper);
  }
  EXPECT_THAT(of_paper,
              ElementsAre("figures 2 to 4", "figure 5", "figure 5", "figure 6", "figure 6"));
}

TEST(TextFiguresTest, MatricesAreMeansOverTheSeedsOfThePapersSamples) {
  const ReproducedFigure figure = figures_of({"squares"}).front();
  ASSERT_THAT(figure.matrices, SizeIs(2));
  const auto& [name, by_fine_tuning] = figure.matrices[0];
  EXPECT_EQ(name, "fig2-4_squares_fine_tuning");
  EXPECT_EQ(by_fine_tuning.rows(), 6u);
  EXPECT_THAT(by_fine_tuning.trained_ids(), Not(Contains("broken_chain")));
  EXPECT_THAT(by_fine_tuning.at("chain", "combined"), DoubleEq(0.2));
  EXPECT_EQ(by_fine_tuning.base()[0], 3);
  EXPECT_THAT(figure.matrices[1].second.at("chain", "combined"), DoubleEq(3));
}

TEST(TextFiguresTest, ColoursAreInUnitsOfTheSelfScaleOfTheirCondition) {
  const ReproducedFigure figure = figures_of({"squares"}).front();
  // Six samples on the diagonal of each panel, 1 after division; 0.2 / 0.5 and 3 / 8 elsewhere.
  EXPECT_THAT(svg_rects(figure.svg, diverging_color(1, 1)), SizeIs(12));
  EXPECT_THAT(svg_rects(figure.svg, diverging_color(0.4, 1)), SizeIs(30));
  EXPECT_THAT(svg_rects(figure.svg, diverging_color(0.375, 1)), SizeIs(testing::Ge(30u)));
  EXPECT_THAT(figure.numbers,
              Contains(testing::Pair("self_scale fig2-4_squares_fine_tuning", 0.5)));
  const std::vector<std::string> texts = svg_texts(figure.svg);
  EXPECT_THAT(texts, IsSupersetOf({"by fine-tuning, in units of the self scale, 0.5 nats/token",
                                   "in context, in units of the self scale, 8 nats/token",
                                   "influence ÷ self scale"}));
}

TEST(TextFiguresTest, WithoutASelfScaleTheLargestCellIsTheUnitAndTheColourBarSaysSo) {
  RunResult run = results_for({"squares"});
  result_of(run, "sparsity", Condition::kInContext).self_scales.clear();
  std::vector<std::string> texts = svg_texts(figures_of(measured({"squares"}), run).front().svg);
  EXPECT_THAT(texts, IsSupersetOf({"in context, in units of the largest cell, 8 nats/token",
                                   "influence ÷ unit of the panel"}));
  EXPECT_THAT(texts, Not(Contains("influence ÷ self scale")));
  EXPECT_THAT(absl::StrJoin(texts, " "),
              HasSubstr("There is no self scale in context, because samples do not help "
                        "themselves there."));

  result_of(run, "sparsity").self_scales.clear();
  texts = svg_texts(figures_of(measured({"squares"}), run).front().svg);
  EXPECT_THAT(texts, Contains("influence ÷ largest cell"));
  EXPECT_THAT(absl::StrJoin(texts, " "), Not(HasSubstr("The self scale is")));
}

TEST(TextFiguresTest, LabelsAreTheTemplatesAndTheCaptionStandsAlone) {
  const std::vector<std::string> texts = svg_texts(figures_of({"squares"}).front().svg);
  EXPECT_THAT(texts,
              Contains("SQUARE belongs to the set of {B}.").Times(6));  // three samples have it
  EXPECT_THAT(texts, Contains("in_rectangle_square").Times(3));  // one row, two panels of columns
  EXPECT_THAT(texts, Contains(HasSubstr("float32 on cpu, seeds 0–1. Means over 2 seeds.")));
}

TEST(TextFiguresTest, ClaimsAreShownAsTheFirstSeedDrawsThem) {
  const ReproducedFigure figure = figures_of({"random_claim"}).front();
  const MeasuredMatrix first = measured_text("random_claim", 0);
  const std::string text = std::get<std::string>(first.evaluated[0].statements[0]);
  EXPECT_THAT(svg_texts(figure.svg), Contains(HasSubstr(text.substr(0, text.find(' ')))));
  EXPECT_EQ(figure.matrices[0].second.evaluated_ids(), ids_of(first.evaluated));
  EXPECT_THAT(figure.matrices[0].second.at(0, 1), DoubleEq(0.1));
}

TEST(TextFiguresTest, DensitiesAreThoseOfSparsity) {
  const std::vector<ReproducedFigure> figures = figures_of({"squares"});
  const NumberTable& table = figures[1].tables[0].second;
  EXPECT_EQ(figures[1].id, "fig5_density");
  ASSERT_THAT(table.rows, SizeIs(2));
  EXPECT_EQ(table.rows[0].name, "squares by fine-tuning");
  EXPECT_THAT(table.rows[0].numbers, ElementsAre(0.75, 1));
  EXPECT_EQ(table.rows[1].name, "squares in context");
  EXPECT_THAT(table.rows[1].numbers, ElementsAre(0.5, 0.5));
  EXPECT_THAT(svg_texts(figures[1].svg), IsSupersetOf({"0.88", "0.50"}));
}

TEST(TextFiguresTest, ASeedThatSparsityLeftOutHasNoDensity) {
  RunResult run = results_for({"squares"});
  DesideratumResult& sparsity = result_of(run, "sparsity");
  sparsity.seeds = {1};  // seed 0 drew what another seed had drawn
  sparsity.observations[0].per_seed = {0.75};
  const NumberTable table = figures_of(measured({"squares"}), run)[1].tables[0].second;
  EXPECT_THAT(table.header, ElementsAre("share of cells", "seed 0", "seed 1"));
  EXPECT_THAT(table.rows[0].numbers, ElementsAre(IsNan(), 0.75));
}

TEST(TextFiguresTest, HistogramsAreMeansOverTheSeeds) {
  const std::vector<ReproducedFigure> figures = figures_of({"squares"});
  const NumberTable& bins = figures[2].tables[0].second;
  ASSERT_THAT(bins.rows, SizeIs(30));
  EXPECT_THAT(bins.rows.back().numbers,
              ElementsAre(DoubleNear(0.5 * 29 / 30, 1e-12), DoubleNear(0.5, 1e-12),
                          DoubleNear(6.0 / 36, 1e-12)));  // the diagonal
  double sum = 0;
  for (const NamedRow& row : bins.rows) sum += row.numbers[2];
  EXPECT_THAT(sum, DoubleNear(1, 1e-12));
}

TEST(TextFiguresTest, WhatWasNotReadHasNoPanelsBarsOrColumns) {
  RunResult run = results_for({"squares"});
  std::erase_if(run.results, [](const DesideratumResult& result) {
    return result.key.condition == Condition::kInContext;
  });
  const std::vector<ReproducedFigure> figures =
      figures_of(measured({"squares"}, {0, 1}, /*was_read=*/false), run);
  EXPECT_THAT(ids(figures), ElementsAre("fig2-4_squares", "fig5_density", "fig6_histograms"));
  EXPECT_THAT(figures[0].matrices, SizeIs(1));
  EXPECT_THAT(figures[1].tables[0].second.rows, SizeIs(1));
  for (const ReproducedFigure& figure : figures) {
    EXPECT_THAT(figure.svg, Not(HasSubstr("in context"))) << figure.id;
  }
}

TEST(TextFiguresTest, OneSeedHasNeitherMeansNorWhiskers) {
  RunResult run = results_for({"squares", "random_claim"});
  for (const ReproducedFigure& figure :
       figures_of(measured({"squares", "random_claim"}, {0}), run)) {
    EXPECT_THAT(svg_texts(figure.svg), Contains(HasSubstr("seed 0."))) << figure.id;
    for (const char* words : {"Means over", "mean of the histograms", "Whiskers", "Shown:"}) {
      EXPECT_THAT(figure.svg, Not(HasSubstr(words))) << figure.id;
    }
  }
}

TEST(TextFiguresTest, ManyClaimsAreShownWithoutTheirWords) {
  const std::vector<ReproducedFigure> figures = figures_of({"random_claim_100"});
  EXPECT_EQ(figures.front().id, "fig5_random_claim_100");
  EXPECT_THAT(svg_texts(figures.front().svg), Not(Contains("claim_001")));
}

}  // namespace
}  // namespace eif
