#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "desiderata/shared/doses.h"
#include "domains/domain.h"
#include "eif/matrix_summary.h"
#include "eif/plugin.h"

namespace eif {
namespace {

constexpr char kRequest[] = "locality";

// Statements about made-up entities: one or two of each domain, of different kinds.
struct Place {
  const char* domain;
  const char* id;
};
constexpr Place kMadeUp[] = {{"belongs_to", "in_a_b"},        {"belongs_to", "chain"},
                             {"bigger_than", "bigger_a_b"},   {"part_of", "part_a_b"},
                             {"chain_induces", "causes_a_b"}, {"transitivity", "is"},
                             {"transitivity", "all_have"},    {"squares", "in_square_b"}};

absl::StatusOr<std::vector<Sample>> made_up_statements(const Draw& draw) {
  std::vector<Sample> samples;
  for (const Place& statement : kMadeUp) {
    const absl::StatusOr<Domain> domain = draw_domain(statement.domain, draw);
    if (!domain.ok()) return domain.status();
    absl::StatusOr<Sample> sample = domain->find(statement.id);
    if (!sample.ok()) return sample.status();
    sample->id = absl::StrCat(statement.domain, "_", statement.id);
    samples.push_back(*std::move(sample));
  }
  return samples;
}

class Locality final : public Desideratum {
 public:
  DesideratumInfo info() const override {
    DesideratumInfo info{
        .claim = "Learning about made-up things leaves everyday sentences as they were.",
        .modalities = {Modality::kText},
        .holds = "what is learned stays where it belongs: everyday sentences keep their loss",
        .violated = "learning about made-up things changes the loss of everyday sentences",
        .expectations = {{.id = "everyday_unmoved",
                          .kind = ExpectationKind::kInvariance,
                          .claim = "mean |EIF(made-up→everyday)| is 0",
                          .self_scale = kRequest},
                         {.id = "everyday_unmoved_by_the_worst",
                          .kind = ExpectationKind::kInvariance,
                          .primary = false,
                          .claim = "the largest mean |EIF(i→everyday)| of any made-up i is 0",
                          .self_scale = kRequest}},
        .observations = {{.id = "everyday_mean",
                          .unit = "nats per token",
                          .claim = "mean EIF(made-up→everyday), with its sign"},
                         {.id = "everyday_harmed",
                          .unit = "1",
                          .claim = "share of the cells made-up→everyday below 0"},
                         {.id = "everyday_base_loss",
                          .unit = "nats per token",
                          .claim = "mean loss of the everyday sentences at the base weights"}}};
    decided_once_learned_beside_plateau(info);
    return info;
  }

  absl::StatusOr<std::vector<Request>> plan(const Draw& draw) const override {
    absl::StatusOr<std::vector<Sample>> made_up = made_up_statements(draw);
    if (!made_up.ok()) return made_up.status();
    const absl::StatusOr<Domain> everyday = draw_domain("everyday", draw);
    if (!everyday.ok()) return everyday.status();
    // Of the made-up ones, what each does for itself is asked too, for the self scale.
    Request request{
        .name = kRequest, .domain = kRequest, .trained = *made_up, .evaluated = *made_up};
    std::set<Cell>& cells = request.only.emplace();
    for (const Sample& trained : request.trained) cells.insert({trained.id, trained.id});
    for (Sample& sample : everyday->evaluated()) {
      for (const Sample& trained : request.trained) cells.insert({trained.id, sample.id});
      request.evaluated.push_back(std::move(sample));
    }
    return std::vector<Request>{std::move(request)};
  }

  absl::StatusOr<Scores> score(const Draw&, const Answers& answers) const override {
    const Matrix& matrix = answers.at(kRequest);
    const size_t made_up = matrix.rows();  // so many columns come first
    const auto everyday = [&](size_t, size_t j) { return j >= made_up; };
    const auto magnitude = [&](size_t i, size_t j) { return std::abs(matrix.at(i, j)); };
    double worst = 0, base = 0;
    for (size_t row = 0; row < matrix.rows(); ++row) {
      const auto of_row = [&](size_t i, size_t j) { return i == row && everyday(i, j); };
      const double mean = mean_of_cells(matrix, of_row, magnitude);
      worst = std::isnan(worst) || mean < worst ? worst : mean;  // a NaN stays
    }
    for (size_t column = made_up; column < matrix.columns(); ++column) {
      base += matrix.base()[column] / static_cast<double>(matrix.columns() - made_up);
    }
    const auto harmed = [&](size_t i, size_t j) {
      return std::isnan(matrix.at(i, j)) ? Matrix::kUnmeasured : matrix.at(i, j) < 0 ? 1.0 : 0.0;
    };
    return Scores{.effects = {{"everyday_unmoved", mean_of_cells(matrix, everyday, magnitude)},
                              {"everyday_unmoved_by_the_worst", worst}},
                  .observations = {{"everyday_mean", mean_where(matrix, everyday)},
                                   {"everyday_harmed", mean_of_cells(matrix, everyday, harmed)},
                                   {"everyday_base_loss", base}}};
  }
};

}  // namespace
}  // namespace eif

EIF_DESIDERATUM_PLUGIN(eif::Locality, "locality", "0.1.0", "what is unrelated keeps its loss")
