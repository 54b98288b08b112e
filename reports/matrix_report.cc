#include "reports/matrix_report.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "reports/explanation_json.h"
#include "reports/json_number.h"
#include "reports/matrix_files.h"
#include "reports/matrix_picture.h"
#include "suite/formats/npy.h"
#include "suite/formats/printable.h"

namespace eif {
namespace {

Json check_json(const MatrixCheck& check) {
  return {{"engine", check.engine},
          {"measure_seconds", check.measure_seconds},
          {"cells", check.gap.cells},
          {"spearman", number(check.gap.spearman)},
          {"largest_gap", number(check.gap.largest)},
          {"trained", check.gap.trained},
          {"evaluated", check.gap.evaluated},
          {"largest_cell", number(check.gap.largest_cell)}};
}

// ---- Table -------------------------------------------------------------------------------------

// More would be digits that no cell has.
constexpr int kMostDecimals = 12;
// Of the largest cell, however small the others are.
constexpr int kMostDigits = 7;

int exponent_of(double value) { return static_cast<int>(std::floor(std::log10(value))); }

// How many decimals show three digits of the largest cell, and one digit of nine cells in ten.
int decimals_of(const Matrix& matrix) {
  std::vector<double> sizes;
  for (const double value : matrix.values()) {
    if (std::isfinite(value) && value != 0) sizes.push_back(std::abs(value));
  }
  if (sizes.empty()) return 3;
  std::sort(sizes.begin(), sizes.end());
  const int largest = exponent_of(sizes.back());
  const int small = exponent_of(sizes[sizes.size() / 10]);
  const int wanted = std::min(std::max(2 - largest, -small), kMostDigits - 1 - largest);
  return std::clamp(wanted, 0, kMostDecimals);
}

std::string fixed(double value, int decimals) {
  if (!std::isfinite(value)) return "-";
  const bool is_shown_as_zero = std::abs(value) < 0.5 * std::pow(10.0, -decimals);
  if (value != 0 && is_shown_as_zero) return absl::StrFormat("%.0e", value);
  return absl::StrFormat("%.*f", decimals, value);
}

std::vector<TextColumn> text_columns(const Matrix& matrix) {
  const int decimals = decimals_of(matrix);
  std::vector<TextColumn> columns{{"", "base loss"}};
  for (const std::string& id : matrix.trained_ids()) columns.front().push_back(id);
  for (size_t column = 0; column < matrix.columns(); ++column) {
    TextColumn& text = columns.emplace_back();
    text = {matrix.evaluated_ids()[column], fixed(matrix.base()[column], 3)};
    for (size_t row = 0; row < matrix.rows(); ++row) {
      text.push_back(fixed(matrix.at(row, column), decimals));
    }
  }
  return columns;
}

// What the table shows, in words.
std::string headline(const MatrixContext& context) {
  return absl::StrCat(circumstances_text(context), ". Rows: ",
                      context.training.has_value() ? "trained" : "read before the column",
                      ", columns: evaluated, in ", context.unit, "; positive cells: it helped.");
}

// Lines of which only the first are kept, and the others counted.
class FirstLines {
 public:
  explicit FirstLines(size_t most) : most_(most) {}

  void add(const std::string& what, const std::string& why) {
    if (++count_ > most_) return;
    lines_.push_back(absl::StrCat("not measured: ", what, ": ", printable(why)));
  }

  std::vector<std::string> take() {
    if (count_ > most_) {
      lines_.push_back(
          absl::StrCat("not measured: ", count_ - most_, " more; --format json has all of them"));
    }
    return std::move(lines_);
  }

 private:
  size_t most_;
  size_t count_ = 0;
  std::vector<std::string> lines_;
};

void add_errors(FirstLines& lines, const char* what, const std::vector<std::string>& ids,
                const std::vector<std::string>& errors) {
  for (size_t i = 0; i < ids.size(); ++i) {
    if (errors[i].empty()) continue;
    lines.add(absl::StrCat(what, " ", printable(ids[i], kLongestName)), errors[i]);
  }
}

// Cells of rows and columns that say nothing.
void add_cells(FirstLines& lines, const Matrix& matrix) {
  for (size_t row = 0; row < matrix.rows(); ++row) {
    if (!matrix.row_errors()[row].empty()) continue;
    for (size_t column = 0; column < matrix.columns(); ++column) {
      if (std::isfinite(matrix.at(row, column)) || !matrix.column_errors()[column].empty())
        continue;
      lines.add(absl::StrCat("row ", printable(matrix.trained_ids()[row], kLongestName),
                             ", column ", printable(matrix.evaluated_ids()[column], kLongestName)),
                "the cell is not finite");
    }
  }
}

std::string npy_document(const MatrixContext&, const Matrix& matrix) {
  return npy_bytes(matrix.rows(), matrix.columns(), matrix.values());
}

std::string csv_document(const MatrixContext&, const Matrix& matrix) { return matrix_csv(matrix); }

constexpr MatrixFormat kFormats[] = {
    {"table", "txt", "for people", Reader::kPerson, matrix_table},
    {"csv", "csv", "with ids and base losses", Reader::kProgram, csv_document},
    {"json", "json", "with all that was measured and how", Reader::kProgram, matrix_json},
    {"npy", "npy", "the cells, for NumPy", Reader::kBinary, npy_document},
    {"svg", "svg", "a picture", Reader::kPicture, matrix_svg},
};

}  // namespace

std::string matrix_json(const MatrixContext& context, const Matrix& matrix) {
  Json base = Json::array();
  for (const double loss : matrix.base()) base.push_back(number(loss));
  Json influence = Json::array();
  for (size_t row = 0; row < matrix.rows(); ++row) {
    Json cells = Json::array();
    for (size_t column = 0; column < matrix.columns(); ++column) {
      cells.push_back(number(matrix.at(row, column)));
    }
    influence.push_back(cells);
  }
  Json json = circumstances_json(context);
  json["ids"] = matrix.trained_ids();
  json["eval_ids"] = matrix.evaluated_ids();
  json["base"] = base;
  json["influence"] = influence;
  if (context.check.has_value()) json["check"] = check_json(*context.check);
  if (context.explanation) json["explanation"] = explanation_json(*context.explanation);
  add_errors(json, matrix);
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string matrix_table(const MatrixContext& context, const Matrix& matrix) {
  std::string text =
      absl::StrCat(wrapped(printable(headline(context)), {.width = context.page_width}), "\n\n",
                   table(text_columns(matrix), context.page_width));
  for (const std::string& line : unmeasured_lines(matrix)) {
    absl::StrAppend(&text, wrapped(line, {.indent = 2, .width = context.page_width}), "\n");
  }
  return text;
}

std::span<const MatrixFormat> matrix_formats() { return kFormats; }

std::vector<std::string> unmeasured_lines(const Matrix& matrix, size_t most) {
  FirstLines lines(most);
  add_errors(lines, "row", matrix.trained_ids(), matrix.row_errors());
  add_errors(lines, "column", matrix.evaluated_ids(), matrix.column_errors());
  add_cells(lines, matrix);
  return lines.take();
}

std::string check_line(const MatrixContext& context) {
  const MatrixCheck& check = *context.check;
  const std::string engines = absl::StrCat(context.engine, " against ", check.engine, ": ");
  if (check.gap.cells == 0) {
    return absl::StrCat(engines, "no cell that both could measure\n");
  }
  return absl::StrFormat(
      "%s%d cells, Spearman %.6f, largest gap %.2g %s (%s on %s) in cells of up to %.2g\n", engines,
      check.gap.cells, check.gap.spearman, check.gap.largest, context.unit, check.gap.trained,
      check.gap.evaluated, check.gap.largest_cell);
}

}  // namespace eif
