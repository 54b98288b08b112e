#include "suite/host/reproduction/text_figures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "domains/domain.h"
#include "reports/figures/color_scale.h"
#include "reports/figures/svg_for_test.h"
#include "suite/host/draw.h"

namespace eif {
namespace {

using ::testing::Contains;
using ::testing::DoubleEq;
using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ::testing::SizeIs;

Request domain_request(const std::string& name, uint64_t seed) {
  DigitSource no_digits("");
  const DrawSettings settings;
  const Domain domain = *draw_domain(name, SeededDraw(seed, Modality::kText, no_digits, settings));
  return {name, name, domain.trained(), domain.evaluated()};
}

// A sample does `self` for itself and `other` for every other one; base losses are 3.
Matrix planted(const Request& request, double self, double other) {
  Matrix matrix(ids_of(request.trained), ids_of(request.evaluated));
  for (size_t j = 0; j < matrix.columns(); ++j) {
    matrix.base()[j] = 3;
    for (size_t i = 0; i < matrix.rows(); ++i) {
      matrix.at(i, j) = matrix.trained_ids()[i] == matrix.evaluated_ids()[j] ? self : other;
    }
  }
  return matrix;
}

// Two seeds of each domain: by fine-tuning the influence on others is 0.1 and 0.3, in context 2 and
// 4; on oneself 0.5 and 8.
MatrixStore measured(const std::vector<std::string>& domains) {
  MatrixStore store;
  for (const std::string& domain : domains) {
    for (const uint64_t seed : {0, 1}) {
      const Request request = domain_request(domain, seed);
      const double step = static_cast<double>(seed);
      store.keep({"tiny", "symmetry", seed, Condition::kFineTuning, request,
                  planted(request, 0.5, 0.1 + 0.2 * step)});
      store.keep({"tiny", "symmetry", seed, Condition::kInContext, request,
                  planted(request, 8, 2 + 2 * step)});
    }
  }
  return store;
}

// What the desiderata of the same run say of the domains.
std::vector<DesideratumResult> results_for(const std::vector<std::string>& domains) {
  DesideratumResult result{.model = "tiny", .desideratum = "sparsity"};
  for (const std::string& domain : domains) {
    result.self_scales.push_back({domain, 0.5});
    result.in_context_self_scales.push_back({domain, 8});
    result.observations.push_back(
        {{.id = absl::StrCat(domain, "_density"), .unit = "1"}, {0.75, 1}, {0.5, 0.5}});
  }
  return {result};
}

std::vector<ReproducedFigure> figures_of(const std::vector<std::string>& domains) {
  const absl::StatusOr<std::vector<ReproducedFigure>> figures =
      text_figures(measured(domains), results_for(domains), "tiny, seeds 0–1");
  EXPECT_TRUE(figures.ok()) << figures.status();
  return *figures;
}

TEST(TextFiguresTest, NoTextGivesNoFigures) {
  EXPECT_THAT(*text_figures(MatrixStore(), {}, "tiny"), IsEmpty());
}

TEST(TextFiguresTest, EachDomainHasAFigureAndAllHaveDensityAndHistograms) {
  std::vector<std::string> ids;
  for (const ReproducedFigure& figure : figures_of({"random_claim", "squares", "belongs_to"})) {
    ids.push_back(figure.id);
  }
  EXPECT_THAT(ids, ElementsAre("fig2-4_belongs_to", "fig2-4_squares", "fig5_random_claim",
                               "fig5_density", "fig6_histograms", "fig6_histograms_in_context"));
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
}

TEST(TextFiguresTest, WithoutASelfScaleTheLargestCellIsTheUnit) {
  std::vector<DesideratumResult> results = results_for({"squares"});
  results[0].in_context_self_scales.clear();
  const auto figures = text_figures(measured({"squares"}), results, "tiny");
  ASSERT_TRUE(figures.ok()) << figures.status();
  EXPECT_THAT(svg_texts(figures->front().svg),
              Contains("in context, no self scale: ÷ largest cell, 8 nats/token"));
}

TEST(TextFiguresTest, LabelsAreTheTemplatesAndTheCaptionStandsAlone) {
  const std::vector<std::string> texts = svg_texts(figures_of({"squares"}).front().svg);
  EXPECT_THAT(texts,
              Contains("SQUARE belongs to the set of {B}.").Times(6));  // three samples have it
  EXPECT_THAT(texts, Contains("in_rectangle_square").Times(3));  // one row, two panels of columns
  EXPECT_THAT(texts, IsSupersetOf({"by fine-tuning, self scale 0.5 nats/token",
                                   "in context, self scale 8 nats/token"}));
  EXPECT_THAT(texts, Contains(HasSubstr("tiny, seeds 0–1. Means over all seeds")));
}

TEST(TextFiguresTest, ClaimsAreShownAsTheFirstSeedDrawsThem) {
  const ReproducedFigure figure = figures_of({"random_claim"}).front();
  const Request request = domain_request("random_claim", 0);
  const std::string text = std::get<std::string>(request.evaluated[0].statements[0]);
  EXPECT_THAT(svg_texts(figure.svg), Contains(HasSubstr(text.substr(0, text.find(' ')))));
  EXPECT_EQ(figure.matrices[0].second.evaluated_ids(), ids_of(request.evaluated));
  EXPECT_THAT(figure.matrices[0].second.at(0, 1), DoubleEq(0.1));
}

TEST(TextFiguresTest, DensitiesAreThoseOfSparsity) {
  const std::vector<ReproducedFigure> figures = figures_of({"squares"});
  const NumberTable& table = figures[1].tables[0].second;
  EXPECT_EQ(figures[1].id, "fig5_density");
  ASSERT_THAT(table.rows, SizeIs(2));
  EXPECT_EQ(table.rows[0].name, "squares by fine-tuning");
  EXPECT_THAT(table.rows[0].numbers, ElementsAre(0.75, 1));
  EXPECT_THAT(table.rows[1].numbers, ElementsAre(0.5, 0.5));
  EXPECT_THAT(svg_texts(figures[1].svg), IsSupersetOf({"0.88", "0.50"}));
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

TEST(TextFiguresTest, ManyClaimsAreShownWithoutTheirWords) {
  const std::vector<ReproducedFigure> figures = figures_of({"random_claim_100"});
  EXPECT_EQ(figures.front().id, "fig5_random_claim_100");
  EXPECT_THAT(svg_texts(figures.front().svg), Not(Contains("claim_001")));
}

}  // namespace
}  // namespace eif
