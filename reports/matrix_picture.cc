#include "reports/matrix_picture.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "absl/strings/str_cat.h"
#include "reports/figures/heat_map.h"
#include "suite/formats/printable.h"

namespace eif {
namespace {

// More names than this are too small to read on a page.
constexpr size_t kMostLabelled = 24;

double largest_cell(const Matrix& matrix) {
  double largest = 0;
  for (const double value : matrix.values()) {
    if (std::isfinite(value)) largest = std::max(largest, std::abs(value));
  }
  return largest;
}

std::vector<CellLabel> labels_of(const std::vector<std::string>& ids,
                                 const MatrixContext& context) {
  const std::map<std::string, std::vector<std::string>> texts(context.texts.begin(),
                                                              context.texts.end());
  std::vector<CellLabel> labels;
  for (const std::string& id : ids) {
    CellLabel& label = labels.emplace_back(CellLabel{printable(id, kLongestName), {}});
    const auto found = texts.find(id);
    if (found == texts.end()) continue;
    for (const std::string& text : found->second) {
      label.lines.push_back(printable(text, kLongestName));
    }
  }
  return labels;
}

// Cells have two decimals, and influences are often smaller: so they are shown in a power of ten of
// their unit, of which the largest has one to three.
int exponent_of(double largest) {
  if (largest == 0) return 0;
  return 3 * static_cast<int>(std::floor(std::log10(largest) / 3));
}

std::string caption_of(const MatrixContext& context) {
  std::string caption = absl::StrCat("engine ", context.engine);
  if (std::isfinite(context.learning_rate)) {
    absl::StrAppend(&caption, ", learning rate ", context.learning_rate);
  }
  if (context.training.has_value()) {
    absl::StrAppend(&caption, ", ", training_text(*context.training));
  }
  for (const auto& [name, value] : context.facts) {
    absl::StrAppend(&caption, ", ", name, " ", value);
  }
  return printable(absl::StrCat(caption, ". Grey: not measured."));
}

}  // namespace

std::string matrix_svg(const MatrixContext& context, const Matrix& matrix) {
  const bool is_learned = context.training.has_value();
  const double largest = largest_cell(matrix);
  const int exponent = exponent_of(largest);
  HeatMapPanel panel{.rows = matrix.rows(), .columns = matrix.columns()};
  for (const double value : matrix.values()) {
    panel.values.push_back(value * std::pow(10.0, -exponent));
  }
  HeatMap map{.text = {.title = printable(absl::StrCat("Influence, ", context.model)),
                       .subtitle = "Positive cells: the row helped the column.",
                       .caption = caption_of(context)},
              .panels = {std::move(panel)},
              .row_title = is_learned ? "trained on" : "read before the column",
              .unit = exponent == 0 ? context.unit
                                    : absl::StrCat("1e", exponent, " ", context.unit),
              .limit = largest == 0 ? 1 : largest * std::pow(10.0, -exponent)};
  if (std::max(matrix.rows(), matrix.columns()) <= kMostLabelled) {
    map.rows = labels_of(matrix.trained_ids(), context);
    map.columns = labels_of(matrix.evaluated_ids(), context);
  } else {
    map.groups = {{.name = absl::StrCat(matrix.rows(), " samples"), .count = matrix.rows()}};
  }
  return heat_map_svg(map);
}

}  // namespace eif
