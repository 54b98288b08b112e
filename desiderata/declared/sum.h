// A signed sum of cells, as a file of TOML has it: what an expectation compares.
//
//   absl::StatusOr<Sum> sum = parse_sum("(chain > in_a_c) - (chain > in_c_a)");
//   if (!sum.ok()) return sum.status();  // "column 12: …"
//   double effect = sum->value([&](const Cell& cell) {
//     return matrix.at(cell.trained, cell.evaluated);
//   });
//
// The language, whose parentheses around a cell may be left out:
//
//   sum     = product { ("+" | "-") product }
//   product = factor { ("*" | "/") factor }
//   factor  = "-" factor | number | cell | "(" sum ")" | "abs(" sum ")"
//           | "mean(" sum { "," sum } ")"
//   cell    = id ">" id            EIF(trained→evaluated)
//
// A sum is computed as it is written, from the left and by its parentheses, so that equal files
// give equal bits. Cells have the unit of a loss. What has no meaning in it is refused: a number
// added to a cell, a cell multiplied by a cell, a number divided by a cell. A cell divided by a
// cell is a plain number.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/desideratum.h"

namespace eif {

inline constexpr size_t kMaxSumBytes = 8192;
inline constexpr int kMaxSumDepth = 32;  // of parentheses

class Sum {
 public:
  using CellValue = std::function<double(const Cell&)>;

  // A cell, and the column of the text, from 1, in which its first and its second id begin.
  struct PlacedCell {
    Cell cell;
    size_t trained_column = 0;
    size_t evaluated_column = 0;
  };

  // In the order of the text; a cell that stands there twice is there twice. Never empty.
  const std::vector<PlacedCell>& cells() const { return cells_; }

  // NaN where a cell is.
  double value(const CellValue& of) const;

  // How much value() changes with each cell, at these values of the cells: of a plain sum, the
  // coefficients. Where abs(…) has a kink, that of its positive side.
  std::map<Cell, double> slopes(const CellValue& of) const;

  // A plain number, such as a cell divided by another; otherwise it has the unit of the cells.
  bool is_ratio() const;

  // Whether it cannot be below 0, whatever the cells are: abs(…), and sums, means and multiples of
  // such.
  bool is_magnitude() const;

  // "EIF(chain→in_a_c) − EIF(chain→in_c_a)": for a reader.
  std::string in_words() const;

 private:
  friend class SumParser;

  enum class Kind { kCell, kNumber, kMinus, kPlus, kTimes, kOver, kNegative, kAbs, kMean };

  // A node stands behind its operands, the whole sum last: nothing here needs recursion.
  struct Node {
    Kind kind = Kind::kNumber;
    std::vector<size_t> operands = {};
    size_t cell = 0;    // of kCell: its place in cells_
    double number = 0;  // of kNumber
    std::string digits = {};
    int unit = 0;  // the power of the cells' unit: 1, or 0 for a plain number
  };

  std::vector<double> values(const CellValue& of) const;

  std::vector<PlacedCell> cells_;
  std::vector<Node> nodes_;
};

// kInvalidArgument: it is no sum of cells; the message begins with "column N: ", a character of
// UTF-8 being one column.
absl::StatusOr<Sum> parse_sum(std::string_view text);

}  // namespace eif
