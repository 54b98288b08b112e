#include "suite/core/row_checks.h"

#include <cmath>
#include <optional>

#include "suite/core/statistics.h"

namespace eif {
namespace {

// A median deviation times this is comparable with a standard deviation: so it is for the normal
// distribution.
constexpr double kNormalMedianDeviation = 0.6745;

// Root mean square of the cells that were asked for, in columns that could be measured. Where there
// is none, NaN.
double size_of(const Matrix& matrix, size_t row) {
  double squares = 0, count = 0;
  for (size_t column = 0; column < matrix.columns(); ++column) {
    const double cell = matrix.at(row, column);
    if (!matrix.column_errors()[column].empty() || std::isnan(cell)) continue;
    squares += cell * cell;
    ++count;
  }
  return std::sqrt(squares / count);
}

std::optional<RowFlag> own_flag(const Matrix& matrix, size_t row, double size,
                                double self_influence) {
  const std::string& id = matrix.trained_ids()[row];
  const std::string& reason = matrix.row_errors()[row];
  if (!reason.empty() || std::isinf(size)) {
    return RowFlag{.issue = RowIssue::kNotMeasured, .row = id, .reason = reason};
  }
  if (size == 0) return RowFlag{.issue = RowIssue::kAllZero, .row = id};
  if (self_influence <= 0) {
    return RowFlag{.issue = RowIssue::kDoesNotTeachItself, .row = id, .value = self_influence};
  }
  return std::nullopt;
}

struct MedianSpread {
  double center, deviation;
};

MedianSpread median_spread(std::span<const double> values) {
  const double center = median(values);
  std::vector<double> deviations;
  for (const double value : values) deviations.push_back(std::abs(value - center));
  return {center, median(deviations)};
}

}  // namespace

std::vector<RowFlag> check_rows(const Matrix& matrix, std::span<const double> self_influences) {
  std::vector<double> sizes, logarithms;
  for (size_t row = 0; row < matrix.rows(); ++row) {
    sizes.push_back(size_of(matrix, row));
    if (sizes[row] > 0 && std::isfinite(sizes[row])) logarithms.push_back(std::log(sizes[row]));
  }
  const MedianSpread usual = median_spread(logarithms);
  const bool has_usual = logarithms.size() >= kFewestRowsWithOutliers && usual.deviation > 0;
  std::vector<RowFlag> flags;
  for (size_t row = 0; row < matrix.rows(); ++row) {
    if (std::optional<RowFlag> flag = own_flag(matrix, row, sizes[row], self_influences[row])) {
      flags.push_back(*std::move(flag));
      continue;
    }
    if (!has_usual || std::isnan(sizes[row])) continue;
    const double score =
        kNormalMedianDeviation * (std::log(sizes[row]) - usual.center) / usual.deviation;
    if (score > kOutlierScore) {
      flags.push_back({RowIssue::kOutlier, matrix.trained_ids()[row], score, ""});
    }
  }
  return flags;
}

}  // namespace eif
