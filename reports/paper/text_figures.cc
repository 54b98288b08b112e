#include "reports/paper/text_figures.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "domains/paper.h"
#include "reports/figures/bar_chart.h"
#include "reports/figures/histograms.h"
#include "reports/paper/findings.h"
#include "reports/paper/matrix_figures.h"
#include "reports/paper/text_matrices.h"

namespace eif {
namespace {

constexpr size_t kBins = 30;

// ---- Density ---------------------------------------------------------------------------------

Bar bar_of(const std::vector<double>& per_seed) {
  if (per_seed.empty()) return {.value = Matrix::kUnmeasured};
  const auto [low, high] = std::minmax_element(per_seed.begin(), per_seed.end());
  return {mean_of(per_seed), {*low, *high}};
}

// Numbers of some seeds in the columns of all; empty where a seed has none.
std::vector<double> in_columns_of(const std::vector<uint64_t>& all,
                                  const std::vector<uint64_t>& seeds,
                                  const std::vector<double>& per_seed) {
  std::vector<double> columns(all.size(), Matrix::kUnmeasured);
  for (size_t i = 0; i < std::min(seeds.size(), per_seed.size()); ++i) {
    const auto place = std::find(all.begin(), all.end(), seeds[i]);
    if (place != all.end()) columns[static_cast<size_t>(place - all.begin())] = per_seed[i];
  }
  return columns;
}

// One condition's densities as a series of bars and as rows of numbers; nothing where none was
// measured.
void append_density(const std::vector<std::string>& domains, const DesideratumResult* sparsity,
                    const std::string& condition, const Captions& captions, BarChart& chart,
                    NumberTable& table) {
  if (sparsity == nullptr) return;
  BarSeries series{condition, {}};
  std::vector<NamedRow> rows;
  bool is_measured = false;
  for (const std::string& domain : domains) {
    const ObservationResult* density =
        find_observation(*sparsity, paper::density_of(name_in_results(domain)));
    const std::vector<double> per_seed =
        density == nullptr ? std::vector<double>() : density->per_seed;
    is_measured = is_measured || !per_seed.empty();
    series.bars.push_back(bar_of(per_seed));
    rows.push_back({absl::StrCat(domain, " ", condition),
                    in_columns_of(captions.seeds(), sparsity->seeds, per_seed)});
  }
  if (!is_measured) return;
  chart.series.push_back(std::move(series));
  table.rows.insert(table.rows.end(), rows.begin(), rows.end());
}

ReproducedFigure density_figure(const std::vector<std::string>& domains,
                                const ModelResults& results, const Captions& captions) {
  BarChart chart{
      .text = {.title = "How densely influence is populated",
               .subtitle =
                   "Share of the cells off the diagonal that are larger, in magnitude, than "
                   "5 % of what a sample does for itself (the seed's median).",
               .caption = captions.of_whiskers()},
      .y_title = "share of cells",
      .categories = domains};
  NumberTable table{.header = {"share of cells"}, .rows = {}};
  for (const uint64_t seed : captions.seeds()) table.header.push_back(absl::StrCat("seed ", seed));
  append_density(domains, results.find(paper::kSparsity, Condition::kFineTuning), "by fine-tuning",
                 captions, chart, table);
  append_density(domains, results.find(paper::kSparsity, Condition::kInContext), "in context",
                 captions, chart, table);
  std::vector<std::string> findings;
  for (const BarSeries& series : chart.series) {
    std::vector<double> shares;
    for (const Bar& bar : series.bars) shares.push_back(bar.value);
    findings.push_back(range_found(shares, series.name));
  }
  chart.text.title = with_findings(chart.text.title, std::move(findings));
  return {.id = "fig5_density",
          .title = chart.text.title,
          .of_paper = "figure 5",
          .paper = "§3.2: the influence functions of all domains were densely populated.",
          .svg = bar_chart_svg(chart),
          .tables = {{"fig5_density", table}}};
}

// ---- Histograms ------------------------------------------------------------------------------

NumberTable table_of(const Histogram& histogram) {
  NumberTable table{.header = {"bin", "low", "high", "share"}, .rows = {}};
  const double width = histogram.range.span() / kBins;
  for (size_t bin = 0; bin < kBins; ++bin) {
    const double low = histogram.range.low + static_cast<double>(bin) * width;
    table.rows.push_back({absl::StrCat(bin), {low, low + width, histogram.shares[bin]}});
  }
  return table;
}

// No panels where nothing was measured under this condition.
ReproducedFigure histogram_figure(const MatrixStore& store, const std::vector<std::string>& domains,
                                  Condition condition, const Captions& captions) {
  const bool in_context = condition == Condition::kInContext;
  const std::string id = in_context ? "fig6_histograms_in_context" : "fig6_histograms";
  HistogramFigure figure{
      .text = {.title = absl::StrCat("Histograms of influence ",
                                     in_context ? "in context" : "by fine-tuning"),
               .subtitle = captions.has_several_seeds()
                               ? "All cells of a domain's matrix. The mean of the histograms of "
                                 "the seeds, each with its own made-up names."
                               : "All cells of a domain's matrix.",
               .caption = captions.plain()},
      .titles = {in_context ? "ICI (nats/token)" : "EIF (nats/token)", "share of cells"}};
  ReproducedFigure result{
      .id = id,
      .title = figure.text.title,
      .of_paper = "figure 6",
      .paper =
          "A.1: histograms of the influence values of each domain, averaged over ten draws of "
          "names."};
  std::vector<double> cells;
  for (const std::string& domain : domains) {
    std::vector<std::vector<double>> draws;
    for (const SeedMatrix& one : paper_matrices(store, domain, condition)) {
      draws.push_back(one.matrix.values());
      cells.insert(cells.end(), draws.back().begin(), draws.back().end());
    }
    if (draws.empty()) continue;
    const Histogram histogram = histogram_of(draws, kBins);
    result.tables.emplace_back(absl::StrCat(id, "_", domain), table_of(histogram));
    figure.panels.push_back({domain, histogram});
  }
  result.title = figure.text.title = with_findings(figure.text.title, {sign_found(cells)});
  if (!figure.panels.empty()) result.svg = histograms_svg(figure);
  return result;
}

}  // namespace

absl::StatusOr<std::vector<ReproducedFigure>> text_figures(const MatrixStore& store,
                                                           const ModelResults& results,
                                                           const Captions& captions) {
  const std::vector<std::string> domains = paper_domains(store);
  std::vector<ReproducedFigure> figures;
  if (domains.empty()) return figures;
  for (const std::string& domain : domains) {
    if (is_of_claims(domain)) {
      figures.push_back(claims_figure(store, results, domain, captions));
      continue;
    }
    absl::StatusOr<ReproducedFigure> figure = domain_figure(store, results, domain, captions);
    if (!figure.ok()) return figure.status();
    figures.push_back(*std::move(figure));
  }
  figures.push_back(density_figure(domains, results, captions));
  for (const Condition condition : {Condition::kFineTuning, Condition::kInContext}) {
    ReproducedFigure histograms = histogram_figure(store, domains, condition, captions);
    if (!histograms.tables.empty()) figures.push_back(std::move(histograms));
  }
  return figures;
}

}  // namespace eif
