#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "desiderata/shared/digits.h"
#include "desiderata/shared/doses.h"
#include "desiderata/shared/text_domains.h"
#include "desiderata/sparsity/concentration.h"
#include "domains/density.h"
#include "domains/paper.h"
#include "domains/paper_part.h"
#include "eif/matrix_summary.h"
#include "eif/plugin.h"
#include "eif/statistics.h"

namespace eif {
namespace {

// A matrix is sparse when fewer of its cells than this share are occupied.
constexpr double kSparse = 0.5;

// Two samples, by id, of which the first says what the second says.
struct Implication {
  std::string premise;
  std::string conclusion;
};

using paper::kClaims;
using paper::kManyClaims;

// A domain whose matrix is looked at as a whole.
struct Field {
  std::string domain;
  Modality modality = Modality::kText;
  // Text: the sample that has nothing to do with the others, and what is related by logic. Empty:
  // the domain has no such sample, and relations are not asked for.
  std::string stranger = {};
  std::vector<Implication> related = {};

  bool is_of_claims() const { return domain == kClaims; }
  bool has_unrelated() const {
    return modality == Modality::kImage || !stranger.empty() || is_of_claims();
  }
  bool has_related() const { return has_unrelated() && !is_of_claims(); }
  // Where nothing is related, that nothing is moved says more than that little is.
  bool has_density_rule() const { return !is_of_claims(); }
};

// What either way of telling a whole chain says.
std::vector<Implication> implied_by_chain(const std::vector<std::string>& conclusions) {
  std::vector<Implication> implied = {{"chain", "combined"}, {"combined", "chain"}};
  for (const std::string& conclusion : conclusions) {
    implied.push_back({"chain", conclusion});
    implied.push_back({"combined", conclusion});
  }
  return implied;
}

std::vector<Implication> related_memberships() {
  std::vector<Implication> related =
      implied_by_chain({"in_a_b", "contains_b_a", "in_b_c", "in_a_c", "might_in_a_c"});
  related.insert(
      related.end(),
      {{"in_a_b", "contains_b_a"}, {"contains_b_a", "in_a_b"}, {"in_a_c", "might_in_a_c"}});
  return related;
}

std::vector<Implication> related_kinds() {
  return {{"chain", "is"},      {"chain", "example_is"},  {"chain", "all_have"},
          {"chain", "has"},     {"chain", "plural_have"}, {"is", "example_is"},
          {"example_is", "is"}, {"has", "plural_have"},   {"plural_have", "has"}};
}

const std::vector<Field>& fields() {
  static const std::vector<Field>& all =
      *new std::vector<Field>{{"belongs_to", Modality::kText, "distractor", related_memberships()},
                              {"transitivity", Modality::kText, "unrelated", related_kinds()},
                              {"chain_induces", Modality::kText},
                              {"squares", Modality::kText},
                              {kClaims, Modality::kText},
                              {kDigits, Modality::kImage}};
  return all;
}

// Text: whatever is paired with the stranger; every two claims. Images: another digit.
bool unrelated(const Field& field, const Matrix& matrix, size_t i, size_t j) {
  if (field.modality == Modality::kImage) return !same_digit(i, j);
  if (field.is_of_claims()) return i != j;
  const std::string& trained = matrix.trained_ids()[i];
  const std::string& evaluated = matrix.evaluated_ids()[j];
  return i != j && (trained == field.stranger || evaluated == field.stranger);
}

double mean_related(const Field& field, const Matrix& matrix) {
  if (field.modality == Modality::kImage) {
    return mean_where(matrix, [](size_t i, size_t j) { return i != j && same_digit(i, j); });
  }
  double sum = 0;
  for (const auto& [premise, conclusion] : field.related) sum += matrix.at(premise, conclusion);
  return sum / static_cast<double>(field.related.size());
}

// The domain in front: the same is asked of each.
std::string id_of(const Field& field, const char* what) {
  return absl::StrCat(field.domain, "_", what);
}

// Which cells are unrelated, in words.
std::string unrelated_pairs(const Field& field) {
  if (field.modality == Modality::kImage) return "between different digits";
  if (field.is_of_claims()) return "between different claims";
  return absl::StrCat("with ", field.stranger, " as i or j");
}

void state_relations(const Field& field, DesideratumInfo& info) {
  const bool text = field.modality == Modality::kText;
  info.expectations.push_back(
      {.id = id_of(field, "unrelated_unmoved"),
       .kind = ExpectationKind::kInvariance,
       // Digits compete for the same ten answers, and one that is learned may fairly take from the
       // others: reported only.
       .primary = text,
       .claim = absl::StrCat(field.domain, ": mean |EIF(i→j)| ", unrelated_pairs(field), " is 0"),
       .self_scale = field.domain,
       .only_for = field.modality});
  if (!field.has_related()) return;
  info.expectations.push_back(
      {.id = id_of(field, "related_over_unrelated"),
       .claim = absl::StrCat(field.domain, ": mean EIF(i→j) ",
                             text ? "where i implies j" : "within a digit, i ≠ j,",
                             " − mean EIF(i→j) ", unrelated_pairs(field), " > 0"),
       .self_scale = field.domain,
       .only_for = field.modality});
}

void state(const Field& field, DesideratumInfo& info) {
  if (field.has_unrelated()) state_relations(field, info);
  if (field.has_density_rule()) {
    info.expectations.push_back(
        {.id = id_of(field, "sparse"),
         .claim = absl::StrCat(field.domain, ": ", kSparse, " − density > 0"),
         .only_for = field.modality});
  }
  info.observations.push_back(
      {.id = paper::density_of(field.domain),
       .unit = "1",
       .claim = absl::StrCat(field.domain, ": share of |EIF(i→j)|, i ≠ j, above ", kOccupied,
                             " of this seed's median EIF(i→i)"),
       .only_for = field.modality});
  info.observations.push_back(
      {.id = id_of(field, "gini"),
       .unit = "1",
       .claim = absl::StrCat(field.domain, ": Gini coefficient of |EIF(i→j)|, i ≠ j"),
       .only_for = field.modality});
  info.observations.push_back(
      {.id = id_of(field, "top_decile_share"),
       .unit = "1",
       .claim = absl::StrCat(field.domain, ": share of Σ|EIF(i→j)|, i ≠ j, in its largest tenth"),
       .only_for = field.modality});
}

std::vector<double> magnitudes_off_diagonal(const Matrix& matrix) {
  std::vector<double> values;
  for (size_t i = 0; i < matrix.rows(); ++i) {
    for (size_t j = 0; j < matrix.columns(); ++j) {
      if (i != j) values.push_back(std::abs(matrix.at(i, j)));
    }
  }
  return values;
}

// Share of occupied cells off the diagonal. The threshold is of this seed alone: score() sees no
// other. NaN where a cell is, or where no sample helps itself.
double density(const Matrix& matrix) {
  std::vector<double> diagonal;
  for (size_t i = 0; i < matrix.rows(); ++i) diagonal.push_back(matrix.at(i, i));
  const double self_influence = median(diagonal);
  if (!(self_influence > 0)) return Matrix::kUnmeasured;
  return eif::density(matrix, self_influence);
}

void score_field(const Field& field, const Matrix& matrix, Scores& scores) {
  if (field.has_unrelated()) {
    const auto apart = [&](size_t i, size_t j) { return unrelated(field, matrix, i, j); };
    const auto magnitude = [&](size_t i, size_t j) { return std::abs(matrix.at(i, j)); };
    scores.effects[id_of(field, "unrelated_unmoved")] = mean_of_cells(matrix, apart, magnitude);
    if (field.has_related()) {
      scores.effects[id_of(field, "related_over_unrelated")] =
          mean_related(field, matrix) - mean_where(matrix, apart);
    }
  }
  const double occupied = density(matrix);
  const std::vector<double> magnitudes = magnitudes_off_diagonal(matrix);
  if (field.has_density_rule()) scores.effects[id_of(field, "sparse")] = kSparse - occupied;
  scores.observations[paper::density_of(field.domain)] = occupied;
  scores.observations[id_of(field, "gini")] = gini(magnitudes);
  scores.observations[id_of(field, "top_decile_share")] = top_decile_share(magnitudes);
}

// The domain that the matrix of a field is drawn from; names its request.
std::string drawn_domain(const Field& field, const Draw& draw) {
  return field.is_of_claims() && draw.large() ? kManyClaims : field.domain;
}

class Sparsity final : public Desideratum {
 public:
  DesideratumInfo info() const override {
    DesideratumInfo info{
        .claim = "Most samples say nothing about most others, and more about what they imply.",
        .paper_section = "1, 3.2",
        .modalities = {Modality::kText, Modality::kImage},
        .holds = "influence is sparse: it stays with what is related",
        .violated = "influence is dense, or reaches what is unrelated as much as what is related"};
    for (const Field& field : fields()) state(field, info);
    decided_once_learned_beside_plateau(info);
    return info;
  }

  absl::StatusOr<std::vector<Request>> plan(const Draw& draw) const override {
    if (draw.modality() == Modality::kImage) {
      absl::StatusOr<Request> digits = digits_request(draw);
      if (!digits.ok()) return digits.status();
      return std::vector<Request>{*std::move(digits)};
    }
    std::vector<std::string> domains;
    for (const Field& field : fields()) {
      if (field.modality == Modality::kText) domains.push_back(drawn_domain(field, draw));
    }
    absl::StatusOr<std::vector<Request>> requests = requests_for(domains, draw);
    if (!requests.ok()) return requests;
    for (Request& request : *requests) {
      if (request.domain == kManyClaims) request.domain = kClaims;  // one self scale for both
    }
    return requests;
  }

  absl::StatusOr<Scores> score(const Draw& draw, const Answers& answers) const override {
    Scores scores;
    for (const Field& field : fields()) {
      if (field.modality != draw.modality()) continue;
      const Matrix& measured = answers.at(drawn_domain(field, draw));
      // Claims are all the paper's kind, and which ones there are is the draw's choice.
      const bool has_added = field.modality == Modality::kText && !field.is_of_claims();
      const absl::StatusOr<Matrix> matrix =
          has_added ? paper_part(field.domain, measured) : measured;
      if (!matrix.ok()) return matrix.status();
      score_field(field, *matrix, scores);
    }
    return scores;
  }
};

}  // namespace
}  // namespace eif

EIF_DESIDERATUM_PLUGIN(eif::Sparsity, eif::paper::kSparsity, "0.1.0",
                       "most samples say nothing about most others (§1, §3.2)")
