#include "suite/host/reproduction/image_figures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "domains/images/digit_samples.h"
#include "reports/figures/color_scale.h"
#include "reports/figures/svg_for_test.h"

namespace eif {
namespace {

using ::testing::Contains;
using ::testing::DoubleEq;
using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr size_t kImages = 100;

Request images_request(const std::string& name) {
  std::vector<LabelledImage> images;
  for (int label = 0; label < 10; ++label) {
    for (int i = 0; i < kDigitsPerClass; ++i) images.push_back({{1, 1, {0.5f}}, label});
  }
  const std::vector<Sample> samples = as_samples(images);
  return {name, "digits", samples, samples};
}

// `self` on the diagonal, `same` within a digit, and for digits a → b: a + b/100.
Matrix planted(double self, double same) {
  const Request request = images_request("digits");
  Matrix matrix(ids_of(request.trained), ids_of(request.evaluated));
  for (size_t i = 0; i < kImages; ++i) {
    matrix.base()[i] = static_cast<double>(i);
    for (size_t j = 0; j < kImages; ++j) {
      const size_t from = i / 10, to = j / 10;
      const double other = static_cast<double>(from) + static_cast<double>(to) / 100;
      matrix.at(i, j) = i == j ? self : from == to ? same : other;
    }
  }
  return matrix;
}

MatrixStore measured(const std::vector<std::string>& requests) {
  MatrixStore store;
  for (size_t k = 0; k < requests.size(); ++k) {
    const Request request = images_request(requests[k]);
    for (const uint64_t seed : {0, 1}) {
      store.keep({"cnn", "noise_invariance", seed, Condition::kFineTuning, request,
                  planted(50, static_cast<double>(10 * (k + 1) + seed))});
    }
  }
  return store;
}

std::vector<std::string> ids(const std::vector<ReproducedFigure>& figures) {
  std::vector<std::string> result;
  for (const ReproducedFigure& figure : figures) result.push_back(figure.id);
  return result;
}

TEST(DigitMeansTest, LeaveOutWhatAnImageDoesForItself) {
  const Matrix means = digit_means(planted(1000, 7));
  EXPECT_EQ(means.trained_ids()[3], "digit 3");
  EXPECT_THAT(means.at(3, 3), DoubleEq(7));
  EXPECT_THAT(means.at(3, 8), DoubleNear(3.08, 1e-12));  // a mean of a hundred, rounded at each
  EXPECT_EQ(means.base()[2], 24.5);
}

TEST(ImageFiguresTest, NoDigitsGiveNoFigures) {
  EXPECT_THAT(image_figures(MatrixStore(), "tiny"), IsEmpty());
}

TEST(ImageFiguresTest, WithoutNoiseThereIsNoFigureOfIt) {
  EXPECT_THAT(ids(image_figures(measured({"digits"}), "tiny")),
              ElementsAre("fig1_digits", "fig1_digit_means"));
}

TEST(ImageFiguresTest, TheMatrixIsThatOfTheFirstSeed) {
  const ReproducedFigure figure = image_figures(measured({"digits"}), "cnn, seeds 0–1").front();
  EXPECT_EQ(figure.matrices[0].second.at(0, 1), 10);
  const std::vector<std::string> texts = svg_texts(figure.svg);
  EXPECT_THAT(texts, Contains("7").Times(2));
  EXPECT_THAT(texts, Contains(HasSubstr("cnn, seeds 0–1. Shown: the first seed.")));
  // More than 98 % of the cells are at most 10; the diagonal is as dark as colours get.
  EXPECT_THAT(svg_rects(figure.svg, diverging_color(50, 10)), SizeIs(testing::Ge(kImages)));
}

TEST(ImageFiguresTest, MeansAreOverAllSeeds) {
  const ReproducedFigure figure = image_figures(measured({"digits"}), "tiny")[1];
  EXPECT_THAT(figure.matrices[0].second.at(4, 4), DoubleEq(10.5));
}

TEST(ImageFiguresTest, NoiseIsDrawnByItsLevel) {
  const std::vector<ReproducedFigure> figures =
      image_figures(measured({"digits", "noisy_2_to_clean", "clean_to_noisy_2",
                              "noisy_0.5_to_clean", "clean_to_noisy_0.5", "pure_noise_to_clean"}),
                    "tiny");
  ASSERT_THAT(figures, SizeIs(3));
  const NumberTable& table = figures[2].tables[0].second;
  EXPECT_THAT(table.header, ElementsAre("influence", "seed 0", "seed 1"));
  ASSERT_THAT(table.rows, SizeIs(6));
  EXPECT_EQ(table.rows[1].name, "noisy_0.5_to_clean");
  EXPECT_THAT(table.rows[1].numbers, ElementsAre(DoubleEq(40), DoubleEq(41)));
  EXPECT_EQ(table.rows[4].name, "clean_to_noisy_2");
  EXPECT_THAT(table.rows[4].numbers, ElementsAre(DoubleEq(30), DoubleEq(31)));
  EXPECT_THAT(svg_elements(figures[2].svg, "circle"), SizeIs(6));
}

}  // namespace
}  // namespace eif
