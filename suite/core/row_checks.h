// Rows of an influence matrix that one should look at before believing what was made of them.
//
//   for (const RowFlag& flag : check_rows(matrix, self_influences)) …
#pragma once

#include <span>
#include <string>
#include <vector>

#include "eif/matrix.h"

namespace eif {

enum class RowIssue {
  kNotMeasured,         // it has a cell that is not a number
  kAllZero,             // training on it changed nothing
  kDoesNotTeachItself,  // its influence on itself is not above 0: training on it did not teach it
  kOutlier,             // it is far larger than the other rows are
};

struct RowFlag {
  RowIssue issue = RowIssue::kNotMeasured;
  std::string row;  // id of the trained sample
  // kDoesNotTeachItself: EIF(i→i). kOutlier: modified z-score of the size. Otherwise NaN.
  double value = Matrix::kUnmeasured;
  std::string reason;  // of the matrix; only where it was not measured
};

// The size of a row is the root mean square of the cells that were asked for. A row is an outlier
// when the modified z-score of the logarithm of its size is above this:
//
//   z = 0.6745 (log size − median) / median |log size − median|
//
// B. Iglewicz and D. C. Hoaglin, "How to Detect and Handle Outliers" (1993). Median and median
// deviation, because an outlier must not hide itself; the logarithm, because sizes differ by
// factors: rows of different losses and lengths do. One-sided, because a mean is moved by what is
// too large; a row that is too small is as good as 0 to it, and many are: what a model is sure of
// has hardly a gradient.
inline constexpr double kOutlierScore = 3.5;
// Fewer rows do not say what is usual.
inline constexpr size_t kFewestRowsWithOutliers = 8;

// self_influences[row]: EIF(i→i), NaN where it is not among the cells. Each row has at most one
// flag, the first that applies in the order above. A column that could not be measured is no fault
// of the rows.
std::vector<RowFlag> check_rows(const Matrix& matrix, std::span<const double> self_influences);

}  // namespace eif
