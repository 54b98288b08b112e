#include "reports/matrix_report.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "reports/json_number.h"

namespace eif {
namespace {

// id → reason, for those that have one.
Json errors_json(const std::vector<std::string>& ids, const std::vector<std::string>& errors) {
  Json json = Json::object();
  for (size_t i = 0; i < ids.size(); ++i) {
    if (!errors[i].empty()) json[ids[i]] = errors[i];
  }
  return json;
}

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

constexpr int kMostDecimals = 12;

// How many decimals show three digits of the largest cell.
int decimals_of(const Matrix& matrix) {
  double largest = 0;
  for (size_t row = 0; row < matrix.rows(); ++row) {
    for (size_t column = 0; column < matrix.columns(); ++column) {
      const double size = std::abs(matrix.at(row, column));
      if (std::isfinite(size)) largest = std::max(largest, size);
    }
  }
  if (largest == 0) return 3;
  return std::clamp(2 - static_cast<int>(std::floor(std::log10(largest))), 0, kMostDecimals);
}

std::string fixed(double value, int decimals) {
  return std::isfinite(value) ? absl::StrFormat("%.*f", decimals, value) : "-";
}

// Code points of UTF-8, which is what it takes on a terminal, but for characters of double width.
size_t width_of(const std::string& text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char byte) { return (byte & 0xc0) != 0x80; }));
}

std::string padding(const std::string& text, size_t width) {
  return std::string(width - std::min(width, width_of(text)), ' ');
}

using TextColumn = std::vector<std::string>;

size_t width_of(const TextColumn& column) {
  size_t width = 0;
  for (const std::string& text : column) width = std::max(width, width_of(text));
  return width;
}

// The first to the left, the others to the right.
std::string aligned(const std::vector<TextColumn>& columns) {
  std::vector<size_t> widths;
  for (const TextColumn& column : columns) widths.push_back(width_of(column));
  std::string text;
  for (size_t line = 0; line < columns.front().size(); ++line) {
    const std::string& name = columns.front()[line];
    absl::StrAppend(&text, name, padding(name, widths.front()));
    for (size_t k = 1; k < columns.size(); ++k) {
      absl::StrAppend(&text, "  ", padding(columns[k][line], widths[k]), columns[k][line]);
    }
    text += '\n';
  }
  return text;
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

void append_errors(std::string& text, const char* what, const std::vector<std::string>& ids,
                   const std::vector<std::string>& errors) {
  for (size_t i = 0; i < ids.size(); ++i) {
    if (!errors[i].empty()) absl::StrAppend(&text, what, " ", ids[i], ": ", errors[i], "\n");
  }
}

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
  Json json = {{"model", context.model},
               {"lr", number(context.learning_rate)},
               {"lr_reason", reason_json(context.learning_rate_reason)},
               {"engine", context.engine},
               {"unit", context.unit},
               {"deterministic", context.deterministic},
               {"load_seconds", context.load_seconds},
               {"measure_seconds", context.measure_seconds},
               {"ids", matrix.trained_ids()},
               {"eval_ids", matrix.evaluated_ids()},
               {"base", base},
               {"influence", influence}};
  if (context.check.has_value()) json["check"] = check_json(*context.check);
  const Json row_errors = errors_json(matrix.trained_ids(), matrix.row_errors());
  const Json column_errors = errors_json(matrix.evaluated_ids(), matrix.column_errors());
  if (!row_errors.empty()) json["row_errors"] = row_errors;
  if (!column_errors.empty()) json["column_errors"] = column_errors;
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string matrix_table(const MatrixContext& context, const Matrix& matrix) {
  std::string text = absl::StrCat(context.model, ", ", context.engine);
  if (std::isfinite(context.learning_rate)) {
    absl::StrAppend(&text, ", learning rate ", context.learning_rate);
    if (!context.learning_rate_reason.empty()) {
      absl::StrAppend(&text, " (", context.learning_rate_reason, ")");
    }
  }
  absl::StrAppend(&text, ". Rows: trained, columns: evaluated, in ", context.unit,
                  "; positive cells: it helped.\n\n");
  text += aligned(text_columns(matrix));
  append_errors(text, "not measured: row", matrix.trained_ids(), matrix.row_errors());
  append_errors(text, "not measured: column", matrix.evaluated_ids(), matrix.column_errors());
  return text;
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
