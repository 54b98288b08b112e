#include "suite/host/reproduction/text_figures.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <tuple>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "domains/domain.h"
#include "domains/paper_part.h"
#include "reports/figures/bar_chart.h"
#include "reports/figures/heat_map.h"
#include "reports/figures/histograms.h"

namespace eif {
namespace {

constexpr const char* kMatrixDomains[] = {"belongs_to", "chain_induces", "transitivity", "squares"};
constexpr const char* kClaimDomains[] = {"random_claim", "random_claim_100"};
constexpr char kSelfScaleUnit[] = "influence ÷ self scale";
// Matrices of more samples are drawn without their words.
constexpr size_t kMostLabelled = 24;
constexpr size_t kBins = 30;

// The desiderata judge all claims under the name of the small domain.
std::string name_in_results(const std::string& domain) {
  return domain == kClaimDomains[1] ? kClaimDomains[0] : domain;
}

bool is_of_claims(const std::string& domain) { return name_in_results(domain) == kClaimDomains[0]; }

// NaN where no result has one.
double self_scale(const std::vector<DesideratumResult>& results, const std::string& domain,
                  Condition condition) {
  for (const DesideratumResult& result : results) {
    const std::vector<SelfScale>& scales =
        condition == Condition::kFineTuning ? result.self_scales : result.in_context_self_scales;
    for (const SelfScale& scale : scales) {
      if (scale.domain == name_in_results(domain)) return scale.value;
    }
  }
  return Matrix::kUnmeasured;
}

const ObservationResult* find_observation(const std::vector<DesideratumResult>& results,
                                          const std::string& id) {
  for (const DesideratumResult& result : results) {
    for (const ObservationResult& observation : result.observations) {
      if (observation.observation.id == id) return &observation;
    }
  }
  return nullptr;
}

// ---- Matrices --------------------------------------------------------------------------------

std::vector<CellLabel> template_labels(const DomainTemplate& domain) {
  std::vector<CellLabel> labels;
  for (const SampleTemplate& sample : domain.samples) {
    if (!sample.role.extended) labels.push_back({sample.id, sample.statements});
  }
  return labels;
}

std::vector<CellLabel> sample_labels(const std::vector<Sample>& samples) {
  std::vector<CellLabel> labels;
  for (const Sample& sample : samples) {
    CellLabel& label = labels.emplace_back(CellLabel{sample.id, {}});
    for (const Statement& statement : sample.statements) {
      if (const auto* text = std::get_if<std::string>(&statement)) label.lines.push_back(*text);
    }
  }
  return labels;
}

struct ShownMatrix {
  std::string condition;  // in words
  std::string file;
  Matrix matrix;
  double self_scale = 1;  // not a number: samples do not help themselves
};

double largest_magnitude(const Matrix& matrix) {
  double largest = 0;
  for (const double value : matrix.values()) {
    if (std::isfinite(value)) largest = std::max(largest, std::abs(value));
  }
  return largest > 0 ? largest : 1;
}

HeatMapPanel panel_of(const ShownMatrix& shown) {
  const bool has_scale = shown.self_scale > 0;
  const double unit = has_scale ? shown.self_scale : largest_magnitude(shown.matrix);
  HeatMapPanel panel{
      absl::StrFormat("%s, %s %.3g nats/token", shown.condition,
                      has_scale ? "self scale" : "no self scale: ÷ largest cell,", unit),
      shown.matrix.rows(),
      shown.matrix.columns(),
      {}};
  for (const double value : shown.matrix.values()) panel.values.push_back(value / unit);
  return panel;
}

// A sample's own cell is about 1 in these units; a few cells far above would make all others pale.
double shared_limit(const std::vector<HeatMapPanel>& panels) {
  constexpr double kNotSaturated = 0.95;  // of the cells
  std::vector<double> magnitudes;
  for (const HeatMapPanel& panel : panels) {
    for (const double value : panel.values) {
      if (std::isfinite(value)) magnitudes.push_back(std::abs(value));
    }
  }
  if (magnitudes.empty()) return 1;
  std::sort(magnitudes.begin(), magnitudes.end());
  const auto place =
      static_cast<size_t>(kNotSaturated * static_cast<double>(magnitudes.size() - 1));
  return std::max(1.0, std::ceil(2 * magnitudes[place]) / 2);
}

struct MatrixWords {
  std::string id, title, subtitle, paper, caption;
  std::vector<CellLabel> labels;
};

ReproducedFigure matrix_figure(const MatrixWords& words, const std::vector<ShownMatrix>& shown) {
  HeatMap map{.text = {.title = words.title, .subtitle = words.subtitle, .caption = words.caption},
              .row_title = "trained on, or read before",
              .unit = kSelfScaleUnit};
  ReproducedFigure figure{.id = words.id, .title = words.title, .paper = words.paper};
  for (const ShownMatrix& one : shown) {
    map.panels.push_back(panel_of(one));
    figure.matrices.emplace_back(one.file, one.matrix);
    figure.numbers.emplace_back(absl::StrCat("self_scale ", one.file), one.self_scale);
  }
  if (words.labels.size() <= kMostLabelled) {
    map.rows = map.columns = words.labels;
  }
  map.limit = shared_limit(map.panels);
  absl::StrAppend(
      &map.text.caption,
      ". The self scale is the median influence of a sample on itself, "
      "over all samples of the domain and seeds. Colours are as dark as they get from ±",
      map.limit, " on.");
  figure.svg = heat_map_svg(map);
  return figure;
}

// Both conditions, as far as they were measured.
template <typename MatrixOf>
std::vector<ShownMatrix> shown_matrices(const std::vector<DesideratumResult>& results,
                                        const std::string& domain, const std::string& id,
                                        const MatrixOf& matrix_of) {
  std::vector<ShownMatrix> shown;
  for (const auto& [condition, words, ending] :
       {std::tuple(Condition::kFineTuning, "by fine-tuning", "_fine_tuning"),
        std::tuple(Condition::kInContext, "in context", "_in_context")}) {
    std::optional<Matrix> matrix = matrix_of(condition);
    if (!matrix) continue;
    shown.push_back({words, absl::StrCat(id, ending), *std::move(matrix),
                     self_scale(results, domain, condition)});
  }
  return shown;
}

absl::StatusOr<ReproducedFigure> domain_figure(const MatrixStore& store,
                                               const std::vector<DesideratumResult>& results,
                                               const std::string& domain,
                                               const std::string& caption) {
  const absl::StatusOr<const DomainTemplate*> domain_template = find_domain(domain);
  if (!domain_template.ok()) return domain_template.status();
  const MatrixWords words{
      .id = absl::StrCat("fig2-4_", domain),
      .title = absl::StrCat("Figures 2–4, ", domain, ": influence by fine-tuning and in context"),
      .subtitle = absl::StrCat(
          "How much the loss of a column falls when the model is trained on a row (left), or reads "
          "it "
          "just before (right). Names in braces are made up anew by each seed. Samples of ",
          (*domain_template)->source, "."),
      .paper =
          "§3.2: training on a concept that requires asymmetry results in a symmetric influence, "
          "and prompting with it in an asymmetric one.",
      .caption = absl::StrCat(caption, ". Means over all seeds"),
      .labels = template_labels(**domain_template)};
  return matrix_figure(
      words,
      shown_matrices(results, domain, words.id, [&](Condition condition) -> std::optional<Matrix> {
        const auto of_seeds = paper_matrices(store, domain, condition);
        if (of_seeds.empty()) return std::nullopt;
        return mean_matrix(of_seeds);
      }));
}

ReproducedFigure claims_figure(const MatrixStore& store,
                               const std::vector<DesideratumResult>& results,
                               const std::string& domain, const std::string& caption) {
  const MatrixWords words{
      .id = absl::StrCat("fig5_", domain),
      .title = absl::StrCat("Figure 5, ", domain, ": influence between unrelated claims"),
      .subtitle =
          "Sentences that have nothing to do with each other. A sparse influence would leave "
          "all cells but the diagonal white.",
      .paper =
          "§3.2, Fig. 5: the influence functions of all domains were densely populated: the "
          "model did not use relevant knowledge more than irrelevant or even contrary data.",
      .caption = absl::StrCat(caption, ". Shown: the first seed, for each draws claims of its own"),
      .labels = sample_labels(store.evaluated(domain))};
  return matrix_figure(
      words,
      shown_matrices(results, domain, words.id, [&](Condition condition) -> std::optional<Matrix> {
        const auto of_seeds = store.matrices(domain, condition);
        if (of_seeds.empty()) return std::nullopt;
        return *of_seeds.front();
      }));
}

// ---- Density ---------------------------------------------------------------------------------

Bar bar_of(const std::vector<double>& per_seed) {
  if (per_seed.empty()) return {.value = Matrix::kUnmeasured};
  const auto [low, high] = std::minmax_element(per_seed.begin(), per_seed.end());
  return {mean_of(per_seed), {*low, *high}};
}

ReproducedFigure density_figure(const std::vector<std::string>& domains,
                                const std::vector<DesideratumResult>& results,
                                const std::vector<uint64_t>& seeds, const std::string& caption) {
  BarChart chart{
      .text = {.title = "Figure 5: how densely influence is populated",
               .subtitle =
                   "Share of the cells off the diagonal that are larger, in magnitude, than "
                   "5 % of what a sample does for itself (the seed's median).",
               .caption = absl::StrCat(caption, ". Whiskers: smallest and largest seed.")},
      .y_title = "share of cells",
      .series = {{"by fine-tuning", {}}, {"in context", {}}}};
  NumberTable table{.header = {"share of cells"}, .rows = {}};
  for (const uint64_t seed : seeds) table.header.push_back(absl::StrCat("seed ", seed));
  for (const std::string& domain : domains) {
    chart.categories.push_back(domain);
    const ObservationResult* density =
        find_observation(results, absl::StrCat(name_in_results(domain), "_density"));
    const ObservationResult missing;
    const ObservationResult& found = density == nullptr ? missing : *density;
    chart.series[0].bars.push_back(bar_of(found.per_seed));
    chart.series[1].bars.push_back(bar_of(found.in_context_per_seed));
    table.rows.push_back({absl::StrCat(domain, " by fine-tuning"), found.per_seed});
    table.rows.push_back({absl::StrCat(domain, " in context"), found.in_context_per_seed});
  }
  return {.id = "fig5_density",
          .title = chart.text.title,
          .paper = "§3.2, Fig. 5: the influence functions of all domains were densely populated.",
          .svg = bar_chart_svg(chart),
          .tables = {{"fig5_density", table}}};
}

// ---- Histograms ------------------------------------------------------------------------------

ReproducedFigure histogram_figure(const MatrixStore& store, const std::vector<std::string>& domains,
                                  Condition condition, const std::string& caption) {
  const bool in_context = condition == Condition::kInContext;
  const std::string id = in_context ? "fig6_histograms_in_context" : "fig6_histograms";
  HistogramFigure figure{
      .text = {.title = absl::StrCat("Figure 6: histograms of influence ",
                                     in_context ? "in context" : "by fine-tuning"),
               .subtitle = "All cells of a domain's matrix. The mean of the histograms of all "
                           "seeds, each with its own made-up names.",
               .caption = absl::StrCat(caption, ".")},
      .titles = {in_context ? "ICI (nats/token)" : "EIF (nats/token)", "share of cells"}};
  ReproducedFigure result{
      .id = id,
      .title = figure.text.title,
      .paper =
          "A.1, Fig. 6: histograms of the influence values of each domain, averaged over ten "
          "draws of names."};
  for (const std::string& domain : domains) {
    std::vector<std::vector<double>> draws;
    for (const Matrix& matrix : paper_matrices(store, domain, condition)) {
      draws.push_back(matrix.values());
    }
    const Histogram histogram = histogram_of(draws, kBins);
    NumberTable table{.header = {"bin", "low", "high", "share"}, .rows = {}};
    const double width = histogram.range.span() / kBins;
    for (size_t bin = 0; bin < kBins; ++bin) {
      const double low = histogram.range.low + static_cast<double>(bin) * width;
      table.rows.push_back({absl::StrCat(bin), {low, low + width, histogram.shares[bin]}});
    }
    result.tables.emplace_back(absl::StrCat(id, "_", domain), table);
    figure.panels.push_back({domain, histogram});
  }
  result.svg = histograms_svg(figure);
  return result;
}

}  // namespace

std::vector<std::string> paper_domains(const MatrixStore& store) {
  std::vector<std::string> domains;
  for (const char* domain : kMatrixDomains) {
    if (store.has(domain)) domains.emplace_back(domain);
  }
  for (const char* domain : kClaimDomains) {
    if (store.has(domain)) domains.emplace_back(domain);
  }
  return domains;
}

std::vector<Matrix> paper_matrices(const MatrixStore& store, const std::string& domain,
                                   Condition condition) {
  std::vector<Matrix> result;
  for (const Matrix* matrix : store.matrices(domain, condition)) {
    // Claims are all the paper's kind, and which ones there are is the draw's choice.
    absl::StatusOr<Matrix> part =
        is_of_claims(domain) ? absl::StatusOr<Matrix>(*matrix) : paper_part(domain, *matrix);
    if (part.ok()) result.push_back(*std::move(part));  // every name here is that of a domain
  }
  return result;
}

absl::StatusOr<std::vector<ReproducedFigure>> text_figures(
    const MatrixStore& store, const std::vector<DesideratumResult>& results,
    const std::string& caption) {
  const std::vector<std::string> domains = paper_domains(store);
  std::vector<ReproducedFigure> figures;
  if (domains.empty()) return figures;
  for (const std::string& domain : domains) {
    if (is_of_claims(domain)) {
      figures.push_back(claims_figure(store, results, domain, caption));
      continue;
    }
    absl::StatusOr<ReproducedFigure> figure = domain_figure(store, results, domain, caption);
    if (!figure.ok()) return figure.status();
    figures.push_back(*std::move(figure));
  }
  figures.push_back(density_figure(domains, results, store.seeds(), caption));
  for (const Condition condition : {Condition::kFineTuning, Condition::kInContext}) {
    figures.push_back(histogram_figure(store, domains, condition, caption));
  }
  return figures;
}

}  // namespace eif
