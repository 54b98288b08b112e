#include "reports/paper/matrix_figures.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "domains/domain.h"
#include "reports/figures/heat_map.h"
#include "reports/paper/claim_table.h"
#include "reports/paper/findings.h"
#include "reports/paper/text_matrices.h"

namespace eif {
namespace {

// Matrices of more samples are drawn without their words.
constexpr size_t kMostLabelled = 24;

// NaN where no result has one.
double self_scale(const ModelResults& results, const std::string& domain, Condition condition) {
  for (const std::string& desideratum : desiderata_of_claims(Modality::kText)) {
    const DesideratumResult* result = results.find(desideratum, condition);
    if (result == nullptr) continue;
    for (const SelfScale& scale : result->self_scales) {
      if (scale.domain == name_in_results(domain)) return scale.value;
    }
  }
  return Matrix::kUnmeasured;
}

// ---- What the rows and columns say -------------------------------------------------------------

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
      if (auto text = text_of(statement)) label.lines.push_back(*std::move(text));
    }
  }
  return labels;
}

// ---- Panels ------------------------------------------------------------------------------------

struct ShownMatrix {
  std::string condition;  // in words
  std::string file;
  Matrix matrix;
  double self_scale = 1;  // not a number: samples do not help themselves

  bool has_self_scale() const { return self_scale > 0; }
};

double largest_magnitude(const Matrix& matrix) {
  double largest = 0;
  for (const double value : matrix.values()) {
    if (std::isfinite(value)) largest = std::max(largest, std::abs(value));
  }
  return largest > 0 ? largest : 1;
}

// What the cells of a panel are divided by.
double divisor_of(const ShownMatrix& shown) {
  return shown.has_self_scale() ? shown.self_scale : largest_magnitude(shown.matrix);
}

HeatMapPanel panel_of(const ShownMatrix& shown) {
  const double unit = divisor_of(shown);
  HeatMapPanel panel{absl::StrFormat("%s, in units of the %s, %.3g nats/token", shown.condition,
                                     shown.has_self_scale() ? "self scale" : "largest cell", unit),
                     shown.matrix.rows(),
                     shown.matrix.columns(),
                     {}};
  for (const double value : shown.matrix.values()) panel.values.push_back(value / unit);
  return panel;
}

// Beside the colour bar, which all panels share: true of each of them.
std::string unit_of_colours(const std::vector<ShownMatrix>& shown) {
  const auto scaled = std::count_if(shown.begin(), shown.end(),
                                    [](const ShownMatrix& one) { return one.has_self_scale(); });
  if (scaled == 0) return "influence ÷ largest cell";
  return scaled == std::ssize(shown) ? "influence ÷ self scale" : "influence ÷ unit of the panel";
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

std::string caption_of_units(const std::vector<ShownMatrix>& shown, double limit) {
  std::string caption;
  const auto is_scaled = [](const ShownMatrix& one) { return one.has_self_scale(); };
  if (std::any_of(shown.begin(), shown.end(), is_scaled)) {
    absl::StrAppend(&caption,
                    " The self scale is the median influence of a sample on itself, over all "
                    "samples of the domain and seeds.");
  }
  for (const ShownMatrix& one : shown) {
    if (is_scaled(one)) continue;
    absl::StrAppend(&caption, " There is no self scale ", one.condition,
                    ", because samples do not help themselves there.");
  }
  absl::StrAppend(&caption, " Colours are as dark as they get from ±", limit, " on.");
  return caption;
}

struct MatrixWords {
  std::string id, title, subtitle, of_paper, paper, caption;
  std::vector<CellLabel> labels;
};

ReproducedFigure matrix_figure(const MatrixWords& words, const std::vector<ShownMatrix>& shown) {
  HeatMap map{.text = {.title = words.title, .subtitle = words.subtitle},
              .row_title = "trained on, or read before",
              .unit = unit_of_colours(shown)};
  ReproducedFigure figure{
      .id = words.id, .title = words.title, .of_paper = words.of_paper, .paper = words.paper};
  bool is_labelled = words.labels.size() <= kMostLabelled;
  for (const ShownMatrix& one : shown) {
    map.panels.push_back(panel_of(one));
    figure.matrices.emplace_back(one.file, one.matrix);
    figure.numbers.emplace_back(absl::StrCat("self_scale ", one.file), one.self_scale);
    is_labelled = is_labelled && one.matrix.rows() == words.labels.size() &&
                  one.matrix.columns() == words.labels.size();
  }
  if (is_labelled) map.rows = map.columns = words.labels;
  map.limit = shared_limit(map.panels);
  map.text.caption = absl::StrCat(words.caption, caption_of_units(shown, map.limit));
  figure.svg = heat_map_svg(map);
  return figure;
}

// Both conditions, as far as they were measured.
template <typename MatrixOf>
std::vector<ShownMatrix> shown_matrices(const ModelResults& results, const std::string& domain,
                                        const std::string& id, const MatrixOf& matrix_of) {
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

std::vector<FoundMatrix> found_in(const std::vector<ShownMatrix>& shown) {
  std::vector<FoundMatrix> found;
  for (const ShownMatrix& one : shown) {
    found.push_back({one.condition, &one.matrix, one.self_scale});
  }
  return found;
}

// "How much the loss … when the model is trained on a row …"
std::string what_cells_are(const std::vector<ShownMatrix>& shown) {
  return shown.size() == 1
             ? "How much the loss of a column falls when the model is trained on a row."
             : "How much the loss of a column falls when the model is trained on a row (left), or "
               "reads it just before (right).";
}

}  // namespace

absl::StatusOr<ReproducedFigure> domain_figure(const MatrixStore& store,
                                               const ModelResults& results,
                                               const std::string& domain,
                                               const Captions& captions) {
  const absl::StatusOr<const DomainTemplate*> domain_template = find_domain(domain);
  if (!domain_template.ok()) return domain_template.status();
  const std::string id = absl::StrCat("fig2-4_", domain);
  const std::vector<ShownMatrix> shown =
      shown_matrices(results, domain, id, [&](Condition condition) -> std::optional<Matrix> {
        std::vector<Matrix> of_seeds;
        for (SeedMatrix& one : paper_matrices(store, domain, condition)) {
          of_seeds.push_back(std::move(one.matrix));
        }
        if (of_seeds.empty()) return std::nullopt;
        return mean_matrix(of_seeds);
      });
  return matrix_figure(
      {.id = id,
       .title = with_findings(absl::StrCat("Influence between the samples of ", domain),
                              {asymmetry_found(found_in(shown))}),
       .subtitle = absl::StrCat(what_cells_are(shown),
                                " Names in braces are made up anew by each seed. Samples of ",
                                (*domain_template)->source, "."),
       .of_paper = "figures 2 to 4",
       .paper = "§3.2: training on a concept that requires asymmetry results in a symmetric "
                "influence, and prompting with it in an asymmetric one.",
       .caption = captions.of_means(),
       .labels = template_labels(**domain_template)},
      shown);
}

ReproducedFigure claims_figure(const MatrixStore& store, const ModelResults& results,
                               const std::string& domain, const Captions& captions) {
  const std::string id = absl::StrCat("fig5_", domain);
  const std::vector<ShownMatrix> shown =
      shown_matrices(results, domain, id, [&](Condition condition) -> std::optional<Matrix> {
        const auto of_seeds = store.matrices(domain, condition);
        if (of_seeds.empty()) return std::nullopt;
        return *of_seeds.front().second;
      });
  return matrix_figure(
      {.id = id,
       .title = with_findings("Influence between unrelated claims",
                              {density_found(found_in(shown))}),
       .subtitle = "Sentences that have nothing to do with each other. A sparse influence would "
                   "leave all cells but the diagonal white.",
       .of_paper = "figure 5",
       .paper = "§3.2: the influence functions of all domains were densely populated: the model "
                "did not use relevant knowledge more than irrelevant or even contrary data.",
       .caption = captions.of_first_seed(),
       .labels = sample_labels(store.evaluated(domain))},
      shown);
}

}  // namespace eif
