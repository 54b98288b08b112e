#include "reports/paper/image_figures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
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
using ::testing::Not;
using ::testing::SizeIs;

constexpr size_t kImages = 100;

Captions captions_of(std::vector<uint64_t> seeds) {
  return Captions(tiny_context(Modality::kImage), {}, std::move(seeds));
}

// `self` on the diagonal, `same` within a digit, and for digits a → b: a + b/100.
MeasuredMatrix planted(const std::string& request, uint64_t seed, double self, double same) {
  MeasuredMatrix measured = measured_images(request, seed);
  Matrix& matrix = measured.matrix;
  for (size_t i = 0; i < kImages; ++i) {
    matrix.base()[i] = static_cast<double>(i);
    for (size_t j = 0; j < kImages; ++j) {
      const size_t from = i / 10, to = j / 10;
      const double other = static_cast<double>(from) + static_cast<double>(to) / 100;
      matrix.at(i, j) = i == j ? self : from == to ? same : other;
    }
  }
  return measured;
}

std::vector<ReproducedFigure> figures_of(const std::vector<std::string>& requests,
                                         const std::vector<uint64_t>& seeds = {0, 1}) {
  MatrixStore store;
  for (size_t k = 0; k < requests.size(); ++k) {
    for (const uint64_t seed : seeds) {
      store.keep(planted(requests[k], seed, 50,
                         static_cast<double>(10 * (k + 1)) + static_cast<double>(seed)));
    }
  }
  const absl::StatusOr<std::vector<ReproducedFigure>> figures =
      image_figures(store, captions_of(seeds));
  EXPECT_TRUE(figures.ok()) << figures.status();
  return figures.value_or(std::vector<ReproducedFigure>());
}

std::vector<std::string> ids(const std::vector<ReproducedFigure>& figures) {
  std::vector<std::string> result;
  for (const ReproducedFigure& figure : figures) result.push_back(figure.id);
  return result;
}

TEST(DigitMeansTest, LeaveOutWhatAnImageDoesForItself) {
  const Matrix means = digit_means(planted("digits", 0, 1000, 7).matrix);
  EXPECT_EQ(means.trained_ids()[3], "digit 3");
  EXPECT_THAT(means.at(3, 3), DoubleEq(7));
  EXPECT_THAT(means.at(3, 8), DoubleNear(3.08, 1e-12));  // a mean of a hundred, rounded at each
  EXPECT_EQ(means.base()[2], 24.5);
}

TEST(ImageFiguresTest, NoDigitsGiveNoFigures) {
  EXPECT_THAT(*image_figures(MatrixStore(), captions_of({0})), IsEmpty());
}

TEST(ImageFiguresTest, WithoutNoiseThereIsNoFigureOfIt) {
  EXPECT_THAT(ids(figures_of({"digits"})), ElementsAre("fig1_digits", "fig1_digit_means"));
}

TEST(ImageFiguresTest, TheMatrixIsThatOfTheFirstSeed) {
  const ReproducedFigure figure = figures_of({"digits"}).front();
  EXPECT_EQ(figure.matrices[0].second.at(0, 1), 10);
  const std::vector<std::string> texts = svg_texts(figure.svg);
  EXPECT_THAT(texts, Contains("7").Times(2));
  EXPECT_THAT(texts, Contains(HasSubstr("seeds 0–1. Shown: seed 0.")));
  // More than 98 % of the cells are at most 10; the diagonal is as dark as colours get.
  EXPECT_THAT(svg_rects(figure.svg, diverging_color(50, 10)), SizeIs(testing::Ge(kImages)));
}

TEST(ImageFiguresTest, MeansAreOverAllSeeds) {
  const ReproducedFigure figure = figures_of({"digits"})[1];
  EXPECT_THAT(figure.matrices[0].second.at(4, 4), DoubleEq(10.5));
  EXPECT_THAT(svg_texts(figure.svg), Contains(HasSubstr("Means over 2 seeds.")));
}

TEST(ImageFiguresTest, NoiseIsDrawnByItsLevel) {
  const std::vector<ReproducedFigure> figures =
      figures_of({"digits", "noisy_2_to_clean", "clean_to_noisy_2", "noisy_0.5_to_clean",
                  "clean_to_noisy_0.5", "pure_noise_to_clean"});
  ASSERT_THAT(figures, SizeIs(3));
  const NumberTable& table = figures[2].tables[0].second;
  EXPECT_THAT(table.header, ElementsAre("influence", "seed 0", "seed 1"));
  ASSERT_THAT(table.rows, SizeIs(6));
  EXPECT_EQ(table.rows[1].name, "noisy_0.5_to_clean");
  EXPECT_THAT(table.rows[1].numbers, ElementsAre(DoubleEq(40), DoubleEq(41)));
  EXPECT_EQ(table.rows[4].name, "clean_to_noisy_2");
  EXPECT_THAT(table.rows[4].numbers, ElementsAre(DoubleEq(30), DoubleEq(31)));
  EXPECT_THAT(svg_elements(figures[2].svg, "circle"), SizeIs(6));
  EXPECT_THAT(svg_texts(figures[2].svg), Contains(HasSubstr("Whiskers: the smallest")));
}

TEST(ImageFiguresTest, OneSeedHasNeitherMeansNorWhiskers) {
  for (const ReproducedFigure& figure : figures_of({"digits", "pure_noise_to_clean"}, {0})) {
    EXPECT_THAT(svg_texts(figure.svg), Contains(HasSubstr("seed 0."))) << figure.id;
    EXPECT_THAT(figure.svg, Not(HasSubstr("Means over"))) << figure.id;
    EXPECT_THAT(figure.svg, Not(HasSubstr("Whiskers"))) << figure.id;
    EXPECT_THAT(figure.svg, Not(HasSubstr("Shown:"))) << figure.id;
  }
}

TEST(ImageFiguresTest, TheNumberOfAFigureIsLeftToThePage) {
  for (const ReproducedFigure& figure : figures_of({"digits", "pure_noise_to_clean"})) {
    EXPECT_THAT(figure.title, Not(HasSubstr("Figure"))) << figure.id;
    EXPECT_EQ(figure.of_paper, "figure 1") << figure.id;
  }
}

TEST(ImageFiguresTest, AMatrixOfOtherImagesIsRefused) {
  MatrixStore store;
  MeasuredMatrix measured = measured_images("clean_to_noisy_2", 3);
  measured.matrix = Matrix({"a", "b"}, {"a"});
  store.keep(measured);
  EXPECT_EQ(image_figures(store, captions_of({3})).status(),
            absl::DataLossError("the matrix clean_to_noisy_2 of seed 3 has 2 rows and 1 columns; "
                                "figure 1 is drawn from 10 images of each digit, 100 of both"));
}

}  // namespace
}  // namespace eif
