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

std::string cell_text(double value) {
  return std::isfinite(value) ? absl::StrFormat("%.3f", value) : "-";
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
  size_t id_width = std::string("base loss").size();
  for (const std::string& id : matrix.trained_ids()) id_width = std::max(id_width, id.size());
  const auto append_row = [&](const std::string& name, const auto& cell) {
    absl::StrAppendFormat(&text, "%-*s", static_cast<int>(id_width), name);
    for (size_t column = 0; column < matrix.columns(); ++column) {
      const int width =
          static_cast<int>(std::max<size_t>(7, matrix.evaluated_ids()[column].size()));
      absl::StrAppendFormat(&text, "  %*s", width, cell(column));
    }
    text += '\n';
  };
  append_row("", [&](size_t column) { return matrix.evaluated_ids()[column]; });
  append_row("base loss", [&](size_t column) { return cell_text(matrix.base()[column]); });
  for (size_t row = 0; row < matrix.rows(); ++row) {
    append_row(matrix.trained_ids()[row],
               [&](size_t column) { return cell_text(matrix.at(row, column)); });
  }
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
