#include "reports/sweep_report.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "reports/json_number.h"

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

std::string linear_columns(const Row& row) {
  if (row.linear == nullptr) return "";
  const double percent = 100 * row.linear->largest / row.linear->largest_cell;
  return absl::StrFormat("  %13s  %8s", finite(row.linear->spearman, "%.4f"),
                         std::isfinite(percent) ? absl::StrFormat("%.3g %%", percent) : "-");
}

}  // namespace

std::string sweep_json(const SweepReport& report) {
  const bool has_plateau = report.plateau.verdict == SweepVerdict::kPlateau;
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
               {"optimizer", report.optimizer},
               {"dtype", report.dtype},
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
  std::string text = absl::StrFormat(
      "%s, %s, %s on %s, %d samples. EIF: median of |EIF(i→i)|, %s; noise of a loss: %.1e\n%s\n"
      "learning rate      EIF/lr  EIF/noise  EIF/lr to next  rank corr. to next%s\n",
      report.model, report.optimizer, report.dtype, report.device, report.samples, report.unit,
      report.noise,
      report.linear.empty() ? ""
                            : "Linear: its rank correlation with the exact matrix, and its "
                              "largest error in shares of the largest cell\n",
      report.linear.empty() ? "" : "  linear: corr.     error");
  for (const Row& row : rows_of(report)) {
    const double percent = 100 * row.change_to_next;
    absl::StrAppendFormat(&text, "%13.2e  %10s  %9s  %14s  %18s%s%s\n", row.rate.learning_rate,
                          finite(row.per_rate, "%.4g"), finite(row.signal_to_noise, "%.3g"),
                          std::isfinite(percent) ? absl::StrFormat("%+.1f %%", percent) : "-",
                          finite(row.rate.rank_correlation, "%.4f"), linear_columns(row),
                          row.on_plateau ? "  plateau" : "");
  }
  for (const auto& [id, error] : report.errors) {
    absl::StrAppend(&text, "not measured: ", id, ": ", error, "\n");
  }
  const bool has_plateau = report.plateau.verdict == SweepVerdict::kPlateau;
  return absl::StrCat(
      text, "\n",
      has_plateau ? absl::StrFormat("--lr %g: ", report.plateau.learning_rate) : std::string(),
      report.plateau.reason, "\n");
}

}  // namespace eif
