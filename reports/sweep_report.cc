#include "reports/sweep_report.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "reports/json_number.h"
#include "suite/formats/printable.h"

namespace eif {
namespace {

const char* verdict_text(SweepVerdict verdict) {
  switch (verdict) {
    case SweepVerdict::kPlateau:
      return "plateau";
    case SweepVerdict::kTooLow:
      return "too low";
    case SweepVerdict::kTooHigh:
      return "too high";
    case SweepVerdict::kNone:
      break;
  }
  return "none";
}

// What the table and the document say of a rate besides its measures.
struct Row {
  const RateMeasure& rate;
  double per_rate;  // EIF/lr
  double signal_to_noise;
  double change_to_next;  // of EIF/lr, as a share; NaN at the last
  bool on_plateau;
  const MatrixGap* linear;  // null where it was not compared
};

std::vector<Row> rows_of(const SweepReport& report) {
  const Plateau& plateau = report.plateau;
  std::vector<Row> rows;
  for (size_t k = 0; k < report.rates.size(); ++k) {
    const RateMeasure& rate = report.rates[k];
    const double per_rate = influence_per_rate(rate);
    rows.push_back(
        {rate, per_rate, rate.self_influence / report.noise,
         k + 1 < report.rates.size() ? influence_per_rate(report.rates[k + 1]) / per_rate - 1
                                     : RateMeasure::kUnknown,
         plateau.verdict == SweepVerdict::kPlateau && plateau.first <= k && k <= plateau.last,
         report.linear.empty() ? nullptr : &report.linear[k]});
  }
  return rows;
}

// `format` of a number, a dash of anything else.
std::string finite(double value, const absl::FormatSpec<double>& format) {
  return std::isfinite(value) ? absl::StrFormat(format, value) : "-";
}

std::string percent(double share, const absl::FormatSpec<double>& format) {
  return std::isfinite(share) ? absl::StrFormat(format, 100 * share) : "-";
}

std::vector<TextColumn> text_columns(const SweepReport& report) {
  std::vector<TextColumn> columns = {
      {"lr"}, {"EIF/lr"}, {"EIF/noise"}, {"to next"}, {"rank corr."}};
  const bool has_linear = !report.linear.empty();
  if (has_linear) {
    columns.push_back({"linear"});
    columns.push_back({"error"});
  }
  columns.push_back({""});
  for (const Row& row : rows_of(report)) {
    std::vector<std::string> cells = {
        absl::StrFormat("%.2e", row.rate.learning_rate), finite(row.per_rate, "%.4g"),
        finite(row.signal_to_noise, "%.3g"), percent(row.change_to_next, "%+.1f %%"),
        finite(row.rate.rank_correlation, "%.4f")};
    if (has_linear) {
      cells.push_back(finite(row.linear->spearman, "%.4f"));
      cells.push_back(percent(row.linear->largest / row.linear->largest_cell, "%.3g %%"));
    }
    cells.emplace_back(row.on_plateau ? "plateau" : "");
    for (size_t k = 0; k < cells.size(); ++k) columns[k].push_back(std::move(cells[k]));
  }
  return columns;
}

// What the table shows, in words.
std::string headline(const SweepReport& report) {
  std::string text = absl::StrFormat("%s, %s, %s on %s, %d samples", report.model,
                                     training_text(report.training),
                                     report.dtype, report.device, report.samples);
  for (const auto& [name, value] : report.facts) absl::StrAppend(&text, ", ", name, " ", value);
  absl::StrAppendFormat(
      &text,
      ". EIF: median of |EIF(i→i)|, %s; noise of a loss: %.1e. To next: the change "
      "of EIF/lr to the next rate, and the rank correlation of the cells with "
      "those at the next rate.",
      report.unit, report.noise);
  if (!report.linear.empty()) {
    text +=
        " Linear: the rank correlation of the first order with the exact matrix, and its largest "
        "error in shares of the largest cell.";
  }
  return text;
}

constexpr SweepFormat kFormats[] = {
    {"table", "txt", "for people", Reader::kPerson, sweep_table},
    {"json", "json", "with all digits", Reader::kProgram, sweep_json},
};

}  // namespace

std::string sweep_json(const SweepReport& report) {
  const bool has_plateau = report.plateau.verdict == SweepVerdict::kPlateau;
  Json facts = Json::object();
  for (const auto& [name, value] : report.facts) facts[name] = value;
  Json rates = Json::array();
  for (const Row& row : rows_of(report)) {
    rates.push_back({{"lr", row.rate.learning_rate},
                     {"self_influence", number(row.rate.self_influence)},
                     {"self_influence_per_lr", number(row.per_rate)},
                     {"signal_to_noise", number(row.signal_to_noise)},
                     {"change_to_next", number(row.change_to_next)},
                     {"rank_correlation_to_next", number(row.rate.rank_correlation)},
                     {"on_plateau", row.on_plateau}});
    if (row.linear == nullptr) continue;
    rates.back()["linear"] = {{"spearman", number(row.linear->spearman)},
                              {"largest_gap", number(row.linear->largest)},
                              {"largest_cell", number(row.linear->largest_cell)}};
  }
  Json json = {{"model", report.model},
               {"fingerprint", report.fingerprint},
               {"facts", facts},
               {"optimizer", optimizer_name(report.training.optimizer)},
               {"training", training_text(report.training)},
               {"dtype", report.dtype},
               {"precision", report.precision},
               {"device", report.device},
               {"samples", report.samples},
               {"unit", report.unit},
               {"noise", report.noise},
               {"rates", rates},
               {"verdict", verdict_text(report.plateau.verdict)},
               {"lr", has_plateau ? Json(report.plateau.learning_rate) : Json(nullptr)},
               {"reason", report.plateau.reason}};
  if (!report.errors.empty()) json["errors"] = report.errors;
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string sweep_table(const SweepReport& report) {
  const Lines lines{.width = report.page_width};
  std::string text = absl::StrCat(wrapped(printable(headline(report)), lines), "\n\n",
                                  table(text_columns(report), report.page_width));
  for (const auto& [id, error] : report.errors) {
    const std::string line = absl::StrCat("not measured: ", id, ": ", error);
    absl::StrAppend(&text, wrapped(printable(line), lines), "\n");
  }
  const bool has_plateau = report.plateau.verdict == SweepVerdict::kPlateau;
  const std::string conclusion = absl::StrCat(
      has_plateau ? absl::StrFormat("--lr %g: ", report.plateau.learning_rate) : std::string(),
      report.plateau.reason);
  return absl::StrCat(text, "\n", wrapped(printable(conclusion), lines), "\n");
}

std::span<const SweepFormat> sweep_formats() { return kFormats; }

}  // namespace eif
