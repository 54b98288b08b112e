#include "reports/strongest_report.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "reports/csv.h"
#include "reports/json_number.h"
#include "reports/matrix_report.h"
#include "suite/formats/printable.h"

namespace eif {
namespace {

// Longer ids are shown whole, and push what stands behind them.
constexpr size_t kWidestIds = 24;
// A text of fewer characters tells nothing; and what its quotes and "…" take.
constexpr size_t kShortestText = 12, kMarks = 3;

// Three digits, and a sign: which way it went is half of the answer.
std::string influence_text(double influence) {
  return std::isfinite(influence) ? absl::StrFormat("%+.3g", influence) : "-";
}

std::string text_of(const MatrixContext& context, const std::string& id) {
  for (const auto& [of, statements] : context.texts) {
    if (of == id) return absl::StrJoin(statements, " | ");
  }
  return "";
}

std::string engines_text(const StrongestReport& report) {
  return absl::StrCat(report.first_order_engine, " and ", report.context.engine);
}

std::string headline(const StrongestReport& report) {
  std::string text =
      absl::StrCat(circumstances_text(report.context), ". Of ", report.first_order.rows(),
                   " samples, those that moved each query most by ", report.first_order_engine,
                   ", then measured by ", report.context.engine, ", in ", report.context.unit,
                   "; above 0: it helped.");
  if (std::isfinite(report.found.spearman)) {
    absl::StrAppendFormat(&text, " Rank correlation of %s over all %d pairs: %.3f.",
                          engines_text(report), report.found.pairs, report.found.spearman);
  }
  return text;
}

std::string query_line(const QueryInfluences& query, const StrongestReport& report) {
  std::string facts = absl::StrFormat("base loss %.3f", query.base_loss);
  if (std::isfinite(query.spearman)) {
    absl::StrAppendFormat(&facts, ", rank correlation of %s %.3f", engines_text(report),
                          query.spearman);
  }
  const std::string text = text_of(report.context, query.query);
  return report_line(absl::StrCat(printable(query.query, kLongestName),
                                  text.empty() ? "" : ": " + in_quotes(text), " (", facts, ")"),
                     report.context.page_width);
}

// The rows of one table, as wide as the longest id that it has.
class Rows {
 public:
  explicit Rows(const StrongestReport& report) : report_(report) {
    for (const QueryInfluences& query : report.found.queries) {
      for (const StrongInfluence& one : query.strongest) {
        const size_t width = width_of(printable(one.trained, kLongestName));
        id_width_ = std::max(id_width_, std::min(width, kWidestIds));
      }
    }
  }

  std::string header() const {
    return absl::StrCat(cells("sample", report_.first_order_engine, report_.context.engine), "\n");
  }

  std::string row(const StrongInfluence& one) const {
    const size_t width = report_.context.page_width;
    const std::string numbers = cells(printable(one.trained, kLongestName),
                                      influence_text(one.first_order), influence_text(one.exact));
    if (!one.error.empty()) {
      return report_line(numbers, absl::StrCat("not measured: ", printable(one.error)), width);
    }
    const std::string text = text_of(report_.context, one.trained);
    const size_t taken = width_of(numbers) + 2 + kMarks;
    if (text.empty() || taken + kShortestText > width) return absl::StrCat(numbers, "\n");
    return absl::StrCat(numbers, "  ", in_quotes(text, width - taken), "\n");
  }

 private:
  std::string cells(std::string_view id, std::string_view first_order,
                    std::string_view exact) const {
    return absl::StrFormat("  %s%s  %9s  %9s", id, padding(id, id_width_), first_order, exact);
  }

  const StrongestReport& report_;
  size_t id_width_ = width_of("sample");
};

Json influence_json(const StrongInfluence& one) {
  Json json = {
      {"id", one.trained}, {"first_order", number(one.first_order)}, {"exact", number(one.exact)}};
  if (!one.error.empty()) json["error"] = one.error;
  return json;
}

constexpr StrongestFormat kFormats[] = {
    {"table", "txt", "for people", Reader::kPerson, strongest_table},
    {"csv", "csv", "a row for each query and sample", Reader::kProgram, strongest_csv},
    {"json", "json", "with all that was measured and how", Reader::kProgram, strongest_json},
};

}  // namespace

std::string strongest_table(const StrongestReport& report) {
  const size_t width = report.context.page_width;
  std::string text = absl::StrCat(wrapped(printable(headline(report)), {.width = width}), "\n");
  const Rows rows(report);
  for (const QueryInfluences& query : report.found.queries) {
    absl::StrAppend(&text, "\n", query_line(query, report));
    if (query.strongest.empty()) continue;
    text += rows.header();
    for (const StrongInfluence& one : query.strongest) text += rows.row(one);
  }
  for (const std::string& line : unmeasured_lines(report.first_order)) {
    absl::StrAppend(&text, wrapped(line, {.indent = 2, .width = width}), "\n");
  }
  return text;
}

std::string strongest_csv(const StrongestReport& report) {
  std::string csv = absl::StrCat("query,rank,sample,", report.first_order_engine, ",",
                                 report.context.engine, "\n");
  for (const QueryInfluences& query : report.found.queries) {
    for (size_t i = 0; i < query.strongest.size(); ++i) {
      const StrongInfluence& one = query.strongest[i];
      absl::StrAppend(&csv, csv_field(query.query), ",", i + 1, ",", csv_field(one.trained));
      append_csv_number(csv, one.first_order);
      append_csv_number(csv, one.exact);
      csv += "\n";
    }
  }
  return csv;
}

std::string strongest_json(const StrongestReport& report) {
  Json queries = Json::array();
  for (const QueryInfluences& query : report.found.queries) {
    Json strongest = Json::array();
    for (const StrongInfluence& one : query.strongest) strongest.push_back(influence_json(one));
    queries.push_back({{"id", query.query},
                       {"base_loss", number(query.base_loss)},
                       {"spearman", number(query.spearman)},
                       {"strongest", strongest}});
  }
  Json json = circumstances_json(report.context);
  json["trained"] = report.first_order.rows();
  json["first_order_engine"] = report.first_order_engine;
  json["first_order_seconds"] = report.first_order_seconds;
  json["pairs"] = report.found.pairs;
  json["spearman"] = number(report.found.spearman);
  json["queries"] = queries;
  add_errors(json, report.first_order);
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::vector<std::string> unmeasured_lines(const StrongestReport& report) {
  std::vector<std::string> lines = unmeasured_lines(report.first_order);
  for (const QueryInfluences& query : report.found.queries) {
    for (const StrongInfluence& one : query.strongest) {
      if (one.error.empty()) continue;
      lines.push_back(absl::StrCat("not measured: ", printable(one.trained, kLongestName), " on ",
                                   printable(query.query, kLongestName), " by ",
                                   report.context.engine, ": ", printable(one.error)));
    }
  }
  return lines;
}

std::span<const StrongestFormat> strongest_formats() { return kFormats; }

}  // namespace eif
