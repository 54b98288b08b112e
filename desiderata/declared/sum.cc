#include "desiderata/declared/sum.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace eif {

// ---- Computing ---------------------------------------------------------------------------------

std::vector<double> Sum::values(const CellValue& of) const {
  std::vector<double> values;
  for (const Node& node : nodes_) {
    const auto operand = [&](size_t i) { return values[node.operands[i]]; };
    switch (node.kind) {
      case Kind::kCell:
        values.push_back(of(cells_[node.cell].cell));
        break;
      case Kind::kNumber:
        values.push_back(node.number);
        break;
      case Kind::kPlus:
        values.push_back(operand(0) + operand(1));
        break;
      case Kind::kMinus:
        values.push_back(operand(0) - operand(1));
        break;
      case Kind::kTimes:
        values.push_back(operand(0) * operand(1));
        break;
      case Kind::kOver:
        values.push_back(operand(0) / operand(1));
        break;
      case Kind::kNegative:
        values.push_back(-operand(0));
        break;
      case Kind::kAbs:
        values.push_back(std::abs(operand(0)));
        break;
      case Kind::kMean: {
        double total = 0;
        for (const size_t place : node.operands) total += values[place];
        values.push_back(total / static_cast<double>(node.operands.size()));
        break;
      }
    }
  }
  return values;
}

double Sum::value(const CellValue& of) const { return values(of).back(); }

// From the whole sum back to its cells: each node hands its slope on to its operands.
std::map<Cell, double> Sum::slopes(const CellValue& of) const {
  const std::vector<double> value = values(of);
  std::vector<double> slope(nodes_.size(), 0);
  slope.back() = 1;
  std::map<Cell, double> result;
  for (size_t i = nodes_.size(); i-- > 0;) {
    const Node& node = nodes_[i];
    const auto hand_on = [&](size_t which, double factor) {
      slope[node.operands[which]] += factor * slope[i];
    };
    switch (node.kind) {
      case Kind::kCell:
        result[cells_[node.cell].cell] += slope[i];
        break;
      case Kind::kNumber:
        break;
      case Kind::kPlus:
        hand_on(0, 1), hand_on(1, 1);
        break;
      case Kind::kMinus:
        hand_on(0, 1), hand_on(1, -1);
        break;
      case Kind::kTimes:
        hand_on(0, value[node.operands[1]]), hand_on(1, value[node.operands[0]]);
        break;
      case Kind::kOver:
        hand_on(0, 1 / value[node.operands[1]]), hand_on(1, -value[i] / value[node.operands[1]]);
        break;
      case Kind::kNegative:
        hand_on(0, -1);
        break;
      case Kind::kAbs:
        hand_on(0, value[node.operands[0]] < 0 ? -1 : 1);
        break;
      case Kind::kMean:
        for (size_t which = 0; which < node.operands.size(); ++which) {
          hand_on(which, 1 / static_cast<double>(node.operands.size()));
        }
        break;
    }
  }
  return result;
}

// ---- Saying what it is ------------------------------------------------------------------------

bool Sum::is_ratio() const { return nodes_.back().unit == 0; }

bool Sum::is_magnitude() const {
  std::vector<bool> never_negative;
  for (const Node& node : nodes_) {
    bool is = node.kind == Kind::kAbs || node.kind == Kind::kNumber;
    if (node.kind == Kind::kPlus || node.kind == Kind::kTimes || node.kind == Kind::kOver ||
        node.kind == Kind::kMean) {
      is = std::all_of(node.operands.begin(), node.operands.end(),
                       [&](size_t operand) { return never_negative[operand]; });
    }
    never_negative.push_back(is);
  }
  return never_negative.back();
}

std::string Sum::in_words() const {
  std::vector<std::string> words;
  for (const Node& node : nodes_) {
    // An operand is needed once, and so is moved: a long sum would be copied at each of its signs.
    const auto operand = [&](size_t i) { return std::move(words[node.operands[i]]); };
    // In parentheses where it is a sum by itself, or else one of a stronger sign.
    const auto grouped = [&](size_t i, bool products_too = false) {
      const Kind kind = nodes_[node.operands[i]].kind;
      const bool is_sum = kind == Kind::kPlus || kind == Kind::kMinus;
      const bool is_product = kind == Kind::kTimes || kind == Kind::kOver;
      const bool group = is_sum || (is_product && products_too);
      return group ? absl::StrCat("(", operand(i), ")") : operand(i);
    };
    const auto joined = [&](const char* sign, const std::string& right) {
      std::string left =
          node.kind == Kind::kPlus || node.kind == Kind::kMinus ? operand(0) : grouped(0);
      absl::StrAppend(&left, sign, right);
      words.push_back(std::move(left));
    };
    switch (node.kind) {
      case Kind::kCell: {
        const Cell& cell = cells_[node.cell].cell;
        words.push_back(absl::StrCat("EIF(", cell.trained, "→", cell.evaluated, ")"));
        break;
      }
      case Kind::kNumber:
        words.push_back(node.digits);
        break;
      case Kind::kPlus:
        joined(" + ", grouped(1));
        break;
      case Kind::kMinus:
        joined(" − ", grouped(1));
        break;
      case Kind::kTimes:
        joined(" · ", grouped(1, true));
        break;
      case Kind::kOver:
        joined(" / ", grouped(1, true));
        break;
      case Kind::kNegative:
        words.push_back(absl::StrCat("−", grouped(0)));
        break;
      case Kind::kAbs:
        words.push_back(absl::StrCat("|", operand(0), "|"));
        break;
      case Kind::kMean: {
        std::vector<std::string> parts;
        for (size_t i = 0; i < node.operands.size(); ++i) parts.push_back(operand(i));
        words.push_back(absl::StrCat("mean(", absl::StrJoin(parts, ", "), ")"));
        break;
      }
    }
  }
  return words.back();
}

}  // namespace eif
