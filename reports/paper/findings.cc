#include "reports/paper/findings.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "domains/density.h"
#include "eif/matrix_summary.h"

namespace eif {
namespace {

// Share of those that are numbers; NaN where none is.
template <typename Counts>
double share_of(const std::vector<double>& values, const Counts& counts) {
  size_t all = 0, counted = 0;
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    ++all;
    if (counts(value)) ++counted;
  }
  return all == 0 ? Matrix::kUnmeasured : static_cast<double>(counted) / static_cast<double>(all);
}

std::string percent(double share) { return absl::StrFormat("%.0f %%", 100 * share); }

}  // namespace

std::string asymmetry_found(const std::vector<FoundMatrix>& shown) {
  std::vector<std::string> parts;
  for (const FoundMatrix& one : shown) {
    const double asymmetry = asymmetry_ratio(*one.matrix);
    if (std::isfinite(asymmetry)) {
      parts.push_back(absl::StrFormat("%.2f %s", asymmetry, one.condition));
    }
  }
  return parts.empty() ? ""
                       : absl::StrCat("asymmetry ", absl::StrJoin(parts, ", "), " (0: symmetric)");
}

std::string density_found(const std::vector<FoundMatrix>& shown) {
  std::vector<std::string> parts;
  for (const FoundMatrix& one : shown) {
    const double share = density(*one.matrix, one.self_scale);
    if (!(one.self_scale > 0) || !std::isfinite(share)) continue;
    const char* const of_what = parts.empty() ? " of the cells off the diagonal count " : " ";
    parts.push_back(absl::StrCat(percent(share), of_what, one.condition));
  }
  return absl::StrJoin(parts, ", ");
}

std::string closest_found(const Matrix& matrix) {
  size_t best_row = 0, best_column = 0;
  double best = -std::numeric_limits<double>::infinity();
  for (size_t row = 0; row < matrix.rows(); ++row) {
    for (size_t column = 0; column < matrix.columns(); ++column) {
      if (row == column || !(matrix.at(row, column) > best)) continue;
      best = matrix.at(row, column);
      best_row = row;
      best_column = column;
    }
  }
  if (!std::isfinite(best)) return "";
  return absl::StrCat(matrix.trained_ids()[best_row], " helps ",
                      matrix.evaluated_ids()[best_column], " most");
}

std::string kept_found(double of_noisy, double of_clean, double sigma) {
  const double kept = of_noisy / of_clean;
  if (!std::isfinite(kept)) return "";
  return absl::StrFormat("at σ = %.3g a noisy one teaches %.2g times what a clean one does", sigma,
                         kept);
}

std::string range_found(const std::vector<double>& shares, const std::string& condition) {
  std::vector<double> known;
  std::copy_if(shares.begin(), shares.end(), std::back_inserter(known),
               [](double share) { return std::isfinite(share); });
  if (known.empty()) return "";
  const auto [low, high] = std::minmax_element(known.begin(), known.end());
  return *low == *high ? absl::StrFormat("%.2f %s", *low, condition)
                       : absl::StrFormat("%.2f to %.2f %s", *low, *high, condition);
}

std::string blocks_found(double within, double between) {
  if (!std::isfinite(within) || !std::isfinite(between)) return "";
  return absl::StrFormat(
      "an image helps others of its digit by %.2g nats, those of other digits by %.2g", within,
      between);
}

std::string sign_found(const std::vector<double>& cells) {
  const double share = share_of(cells, [](double cell) { return cell > 0; });
  return std::isfinite(share) ? absl::StrCat(percent(share), " of the cells are above 0") : "";
}

std::string with_findings(const std::string& subject, std::vector<std::string> findings) {
  std::erase(findings, "");
  return findings.empty() ? subject : absl::StrCat(subject, ": ", absl::StrJoin(findings, "; "));
}

}  // namespace eif
