#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "desiderata/declared/sum.h"

namespace eif {

// By recursive descent. Each method reads one rule of the grammar in the header, puts its nodes
// behind those that are there, and returns the place of the last one.
class SumParser {
 public:
  explicit SumParser(std::string_view text) : text_(text) {}

  absl::StatusOr<Sum> parse() {
    if (text_.size() > kMaxSumBytes) {
      return absl::InvalidArgumentError(absl::StrCat(
          "column 1: it has ", text_.size(), " bytes; at most ", kMaxSumBytes, " are allowed"));
    }
    absl::StatusOr<size_t> whole = sum();
    if (!whole.ok()) return whole.status();
    skip_blanks();
    if (at_ < text_.size()) return unexpected("an operator (+ - * /) or the end");
    if (sum_.cells_.empty()) return error(0, "it compares no cell; write (trained > evaluated)");
    return std::move(sum_);
  }

 private:
  using Kind = Sum::Kind;
  using Node = Sum::Node;

  absl::StatusOr<size_t> sum() {
    absl::StatusOr<size_t> left = product();
    while (left.ok()) {
      const size_t begin = next_place();
      const Kind kind = take('+') ? Kind::kPlus : take('-') ? Kind::kMinus : Kind::kNumber;
      if (kind == Kind::kNumber) break;
      const absl::StatusOr<size_t> right = product();
      if (!right.ok()) return right;
      if (unit(*left) != unit(*right)) {
        return error(begin,
                     "a plain number and cells cannot be added; multiply a cell by the "
                     "number, 0.5 * (trained > evaluated)");
      }
      left = add({.kind = kind, .operands = {*left, *right}, .unit = unit(*left)});
    }
    return left;
  }

  absl::StatusOr<size_t> product() {
    absl::StatusOr<size_t> left = factor();
    while (left.ok()) {
      const size_t begin = next_place();
      const Kind kind = take('*') ? Kind::kTimes : take('/') ? Kind::kOver : Kind::kNumber;
      if (kind == Kind::kNumber) break;
      const absl::StatusOr<size_t> right = factor();
      if (!right.ok()) return right;
      const int power = unit(*left) + (kind == Kind::kTimes ? 1 : -1) * unit(*right);
      if (power < 0) return error(begin, "a plain number cannot be divided by cells");
      if (power > 1) {
        return error(begin,
                     "cells cannot be multiplied by cells; a number may stand in front of "
                     "a cell, 0.5 * (trained > evaluated)");
      }
      if (kind == Kind::kOver && is_zero(*right)) return error(begin, "it is divided by 0");
      left = add({.kind = kind, .operands = {*left, *right}, .unit = power});
    }
    return left;
  }

  absl::StatusOr<size_t> factor() {
    const size_t begin = next_place();
    if (depth_ == kMaxSumDepth) {
      return error(begin, absl::StrCat("it is nested deeper than ", kMaxSumDepth, " levels"));
    }
    ++depth_;
    absl::StatusOr<size_t> read = nested_factor();
    --depth_;
    return read;
  }

  absl::StatusOr<size_t> nested_factor() {
    if (take('-')) {
      const absl::StatusOr<size_t> operand = factor();
      if (!operand.ok()) return operand;
      return add({.kind = Kind::kNegative, .operands = {*operand}, .unit = unit(*operand)});
    }
    if (take('(')) {
      const absl::StatusOr<size_t> inside = sum();
      if (!inside.ok()) return inside;
      if (absl::Status status = expect(')'); !status.ok()) return status;
      return inside;
    }
    if (at_ < text_.size() && (absl::ascii_isdigit(here()) || here() == '.')) return number();
    if (at_ < text_.size() && absl::ascii_isalpha(here())) return name();
    return unexpected("a cell such as (trained > evaluated)");
  }

  absl::StatusOr<size_t> number() {
    const size_t begin = at_;
    while (at_ < text_.size() && (absl::ascii_isalnum(here()) || here() == '.')) ++at_;
    const std::string digits(text_.substr(begin, at_ - begin));
    double value = 0;
    // As written by hand: no exponents, signs or names such as "infinity".
    const bool is_plain = digits.find_first_not_of("0123456789.") == std::string::npos;
    if (!is_plain || !absl::SimpleAtod(digits, &value) || !std::isfinite(value)) {
      return error(begin, absl::StrCat("\"", digits, "\" is no number such as 2 or 0.5"));
    }
    return add({.kind = Kind::kNumber, .number = value, .digits = digits});
  }

  // A function, or the first id of a cell.
  absl::StatusOr<size_t> name() {
    const size_t begin = at_;
    const std::string first = identifier();
    if (take('(')) return function(first, begin);
    if (!take('>')) {
      return unexpected(absl::StrCat("> behind \"", first, "\", as in (", first, " > evaluated)"));
    }
    const size_t second_begin = next_place();
    const std::string second = identifier();
    if (second.empty()) return unexpected("the id of the sample that is evaluated");
    sum_.cells_.push_back({{first, second}, column(begin), column(second_begin)});
    return add({.kind = Kind::kCell, .cell = sum_.cells_.size() - 1, .unit = 1});
  }

  absl::StatusOr<size_t> function(const std::string& name, size_t begin) {
    const bool is_mean = name == "mean";
    if (!is_mean && name != "abs") {
      return error(begin, absl::StrCat("there is no function \"", name,
                                       "\"; expected abs(…) or "
                                       "mean(…, …)"));
    }
    Node node{.kind = is_mean ? Kind::kMean : Kind::kAbs};
    do {
      const size_t operand_begin = next_place();
      const absl::StatusOr<size_t> operand = sum();
      if (!operand.ok()) return operand;
      if (!node.operands.empty() && unit(*operand) != node.unit) {
        return error(operand_begin, "a plain number and cells have no mean");
      }
      node.unit = unit(*operand);
      node.operands.push_back(*operand);
    } while (is_mean && take(','));
    if (absl::Status status = expect(')'); !status.ok()) return status;
    return add(std::move(node));
  }

  std::string identifier() {
    const size_t begin = at_;
    while (at_ < text_.size() && (absl::ascii_isalnum(here()) || here() == '_')) ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }

  size_t add(Node node) {
    sum_.nodes_.push_back(std::move(node));
    return sum_.nodes_.size() - 1;
  }

  int unit(size_t node) const { return sum_.nodes_[node].unit; }
  bool is_zero(size_t node) const {
    return sum_.nodes_[node].kind == Kind::kNumber && sum_.nodes_[node].number == 0;
  }

  unsigned char here() const { return static_cast<unsigned char>(text_[at_]); }

  void skip_blanks() {
    while (at_ < text_.size() && absl::ascii_isspace(here())) ++at_;
  }

  // Where the next token begins.
  size_t next_place() {
    skip_blanks();
    return at_;
  }

  bool take(char token) {
    skip_blanks();
    if (at_ == text_.size() || text_[at_] != token) return false;
    ++at_;
    return true;
  }

  absl::Status expect(char token) {
    if (take(token)) return absl::OkStatus();
    return unexpected(absl::StrCat("\"", std::string(1, token), "\""));
  }

  size_t column(size_t place) const {
    const auto begins_character = [](char c) {
      return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    };
    return 1 + static_cast<size_t>(std::count_if(text_.begin(),
                                                 text_.begin() + static_cast<std::ptrdiff_t>(place),
                                                 begins_character));
  }

  absl::Status error(size_t place, const std::string& what) const {
    return absl::InvalidArgumentError(absl::StrCat("column ", column(place), ": ", what));
  }

  // What stands at the next place is not what was expected.
  absl::Status unexpected(const std::string& expected) {
    skip_blanks();
    if (at_ == text_.size()) {
      return error(at_, absl::StrCat("it ends where ", expected, " was expected"));
    }
    size_t end = at_ + 1;  // a character of UTF-8, or a whole word
    while (end < text_.size() && (static_cast<unsigned char>(text_[end]) & 0xC0) == 0x80) ++end;
    if (absl::ascii_isalnum(here())) {
      const size_t begin = at_;
      identifier();
      end = std::exchange(at_, begin);
    }
    const std::string found(text_.substr(at_, end - at_));
    const bool is_arrow = found == "→" || text_.substr(at_, 2) == "->";
    return error(at_, absl::StrCat("found \"", found, "\", expected ", expected,
                                   is_arrow                       ? "; the arrow is written >"
                                   : found == "−" || found == "–" ? "; minus is written -"
                                                                  : ""));
  }

  std::string_view text_;
  size_t at_ = 0;
  int depth_ = 0;
  Sum sum_;
};

absl::StatusOr<Sum> parse_sum(std::string_view text) { return SumParser(text).parse(); }

}  // namespace eif
