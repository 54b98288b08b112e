#include "reports/paper/image_figures.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "domains/images/digit_samples.h"
#include "domains/images/noise_requests.h"
#include "eif/matrix_summary.h"
#include "reports/figures/heat_map.h"
#include "reports/figures/line_chart.h"
#include "reports/paper/findings.h"

namespace eif {
namespace {

constexpr size_t kDigitCount = 10;
constexpr char kUnit[] = "influence (nats)";

std::string digit_name(size_t digit) { return absl::StrCat("digit ", digit); }

size_t digit_of(size_t image) { return image / kDigitsPerClass; }

// Other images of the same digit.
bool related(size_t i, size_t j) { return i != j && digit_of(i) == digit_of(j); }
bool of_two_digits(size_t i, size_t j) { return digit_of(i) != digit_of(j); }

// Where most cells are darker than they were, the few largest ones would make the others pale.
double color_limit(const Matrix& matrix) {
  constexpr double kNotSaturated = 0.98;  // of the cells
  std::vector<double> magnitudes;
  for (const double value : matrix.values()) {
    if (std::isfinite(value)) magnitudes.push_back(std::abs(value));
  }
  if (magnitudes.empty()) return 1;
  std::sort(magnitudes.begin(), magnitudes.end());
  const auto place =
      static_cast<size_t>(kNotSaturated * static_cast<double>(magnitudes.size() - 1));
  return magnitudes[place] > 0 ? magnitudes[place] : 1;
}

ReproducedFigure digits_figure(const MatrixStore& store, const Captions& captions) {
  const Matrix& matrix = *store.matrices(kDigits, Condition::kFineTuning).front().second;
  const double limit = color_limit(matrix);
  HeatMap map{
      .text = {.title = with_findings("Influence between handwritten digits",
                                      {blocks_found(mean_where(matrix, related),
                                                    mean_where(matrix, of_two_digits))}),
               .subtitle = "Training on the image of a row, how much the loss of the image "
                           "of a column falls. Sorted by digit, ten images of each.",
               .caption = absl::StrCat(
                   captions.of_first_seed(),
                   absl::StrFormat(" Colours are as dark as they get from ±%.3g nats on (2 %% of "
                                   "the cells).",
                                   limit))},
      .panels = {{"", matrix.rows(), matrix.columns(), matrix.values()}},
      .row_title = "trained on (digit)",
      .column_title = "evaluated on (digit)",
      .unit = kUnit,
      .limit = limit};
  for (size_t digit = 0; digit < kDigitCount; ++digit) {
    map.groups.push_back({absl::StrCat(digit), kDigitsPerClass});
  }
  return {.id = "fig1_digits",
          .title = map.text.title,
          .of_paper = "figure 1",
          .paper =
              "§2.1: influence is symmetric, and a block pattern emerges, because "
              "learning one digit makes another of the same digit much more likely.",
          .svg = heat_map_svg(map),
          .matrices = {{"fig1_digits", matrix}}};
}

ReproducedFigure digit_means_figure(const MatrixStore& store, const Captions& captions) {
  std::vector<Matrix> of_seeds;
  for (const auto& [seed, matrix] : store.matrices(kDigits, Condition::kFineTuning)) {
    of_seeds.push_back(digit_means(*matrix));
  }
  const Matrix mean = mean_matrix(of_seeds);
  HeatMap map{.text = {.title = with_findings("Mean influence between images of two digits",
                                               {closest_found(mean)}),
                       .subtitle = "The mean of each block of the matrix, an image's influence on "
                                   "itself left out.",
                       .caption = captions.of_means()},
              .panels = {{"", mean.rows(), mean.columns(), mean.values()}},
              .unit = kUnit,
              .limit = color_limit(mean)};
  for (size_t digit = 0; digit < kDigitCount; ++digit) map.rows.push_back({digit_name(digit), {}});
  map.columns = map.rows;
  return {.id = "fig1_digit_means",
          .title = map.text.title,
          .of_paper = "figure 1",
          .paper =
              "§2.1: the confusions of the model show, symmetrically: learning 2 influences 9 "
              "as well, because of their visual similarity.",
          .svg = heat_map_svg(map),
          .matrices = {{"fig1_digit_means", mean}}};
}

// The mean within a digit, of each seed.
std::vector<double> related_means(const MatrixStore& store, const std::string& request) {
  std::vector<double> means;
  for (const auto& [seed, matrix] : store.matrices(request, Condition::kFineTuning)) {
    means.push_back(mean_where(*matrix, related));
  }
  return means;
}

LinePoint point_at(double x, const std::vector<double>& per_seed) {
  const auto [low, high] = std::minmax_element(per_seed.begin(), per_seed.end());
  return {x, mean_of(per_seed), {*low, *high}};
}

ReproducedFigure noise_figure(const MatrixStore& store, const Captions& captions) {
  LineSeries from_noisy{"noisy → clean", {}}, to_noisy{"clean → noisy", {}};
  NumberTable table{.header = {"influence"}, .rows = {}};
  for (const uint64_t seed : captions.seeds()) table.header.push_back(absl::StrCat("seed ", seed));
  const auto measured = [&](const std::string& request) {
    table.rows.push_back({request, related_means(store, request)});
    return table.rows.back().numbers;
  };
  const std::vector<double> clean = measured(kDigits);
  from_noisy.points.push_back(point_at(0, clean));
  to_noisy.points.push_back(point_at(0, clean));
  for (const NoiseLevel& level : kNoiseLevels) {
    if (!store.has(noisy_to_clean(level)) || !store.has(clean_to_noisy(level))) continue;
    from_noisy.points.push_back(point_at(level.sigma, measured(noisy_to_clean(level))));
    to_noisy.points.push_back(point_at(level.sigma, measured(clean_to_noisy(level))));
  }
  LineChart chart{
      .text = {.title = with_findings("What noisy images teach about clean ones, and back",
                                      {kept_found(from_noisy.points.back().y,
                                                  from_noisy.points.front().y,
                                                  from_noisy.points.back().x)}),
               .subtitle = "Mean influence between different images of the same digit, one of them "
                           "with Gaussian noise on every pixel (Eq. 5, 6). A good learner's red "
                           "line falls to 0.",
               .caption = captions.of_whiskers()},
      .titles = {"standard deviation σ of the noise (ink − paper = 1)", kUnit},
      .series = {from_noisy, to_noisy},
      .references = {
          {"pure noise → clean images of its label", mean_of(measured(kPureNoiseToClean))}}};
  return {.id = "fig1_noise",
          .title = chart.text.title,
          .of_paper = "figure 1",
          .paper =
              "§2.1, Eq. 5, 6: a model should learn less from low-quality samples and nothing "
              "from noise; instead the influence of a noisy sample on a good one is as big as "
              "that of a good one on a noisy one.",
          .svg = line_chart_svg(chart),
          .tables = {{"fig1_noise", table}}};
}

// The figures and claims count on ten images of each digit, in order.
absl::Status check_shapes(const MatrixStore& store) {
  std::vector<std::string> requests = {kDigits, kPureNoiseToClean};
  for (const NoiseLevel& level : kNoiseLevels) {
    requests.push_back(noisy_to_clean(level));
    requests.push_back(clean_to_noisy(level));
  }
  constexpr size_t kImages = kDigitCount * kDigitsPerClass;
  for (const std::string& request : requests) {
    for (const auto& [seed, matrix] : store.matrices(request, Condition::kFineTuning)) {
      if (matrix->rows() == kImages && matrix->columns() == kImages) continue;
      return absl::DataLossError(absl::StrCat("the matrix ", request, " of seed ", seed, " has ",
                                              matrix->rows(), " rows and ", matrix->columns(),
                                              " columns; figure 1 is drawn from ", kDigitsPerClass,
                                              " images of each digit, ", kImages, " of both"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<ReproducedFigure>> image_figures(const MatrixStore& store,
                                                            const Captions& captions) {
  if (absl::Status status = check_shapes(store); !status.ok()) return status;
  if (!store.has(kDigits)) return std::vector<ReproducedFigure>();
  std::vector<ReproducedFigure> figures = {digits_figure(store, captions),
                                           digit_means_figure(store, captions)};
  if (store.has(kPureNoiseToClean)) figures.push_back(noise_figure(store, captions));
  return figures;
}

Matrix digit_means(const Matrix& digits) {
  std::vector<std::string> names;
  for (size_t digit = 0; digit < kDigitCount; ++digit) names.push_back(digit_name(digit));
  Matrix means(names, names);
  for (size_t column = 0; column < kDigitCount; ++column) {
    double base = 0;
    for (size_t i = 0; i < kDigitsPerClass; ++i)
      base += digits.base()[column * kDigitsPerClass + i];
    means.base()[column] = base / kDigitsPerClass;
    for (size_t row = 0; row < kDigitCount; ++row) {
      means.at(row, column) = mean_where(digits, [&](size_t i, size_t j) {
        return i != j && digit_of(i) == row && digit_of(j) == column;
      });
    }
  }
  return means;
}

}  // namespace eif
