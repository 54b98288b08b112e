#include <cmath>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "desiderata/shared/contrast.h"
#include "desiderata/shared/digits.h"
#include "desiderata/shared/doses.h"
#include "desiderata/shared/text_domains.h"
#include "desiderata/symmetry/asymmetry.h"
#include "domains/paper.h"
#include "domains/paper_part.h"
#include "eif/matrix_summary.h"
#include "eif/plugin.h"

namespace eif {
namespace {

// The domains of the paper's matrices.
const std::vector<std::string>& text_domains() {
  static const std::vector<std::string>& all = *new std::vector<std::string>(
      std::begin(paper::kMatrixDomains), std::end(paper::kMatrixDomains));
  return all;
}

// Two samples that say the same.
struct Paraphrase {
  const char* domain;
  const char* one;
  const char* other;
};
constexpr Paraphrase kParaphrases[] = {{"belongs_to", "in_a_b", "contains_b_a"},
                                       {"transitivity", "is", "example_is"}};

std::string mutual_influence(const Paraphrase& pair) {
  return absl::StrCat("mutual_influence_", pair.one, "_", pair.other);
}

// Who knows the whole knows its parts, and not the other way. The control says "or" where the whole
// says "and": it implies neither part, and each part implies it.
std::vector<ContrastExpectation> whole_over_part(const std::string& part) {
  return {controlled("belongs_to", one_sided("combined", part), one_sided("either", part)),
          plain("belongs_to", one_sided("combined", part))};
}

std::vector<ContrastExpectation> one_sided_where_logic_is() {
  return all_of({whole_over_part("in_a_b"), whole_over_part("in_b_c")});
}

// What is observed of a whole square matrix. All of it is a plain number.
struct MatrixSummary {
  double correlation, ratio;
  Asymmetry asymmetry;
  double ratio_normalised;
};

MatrixSummary summary_of(const Matrix& matrix) {
  return {symmetry_correlation(matrix), asymmetry_ratio(matrix), decompose_asymmetry(matrix),
          asymmetry_ratio(normalised_kernel(matrix))};
}

struct MatrixObservation {
  const char* id;
  const char* claim;
  double (*of)(const MatrixSummary&);
};
constexpr MatrixObservation kMatrixObservations[] = {
    {paper::kSymmetryCorrelation, "correlation of EIF(i→j) with EIF(j→i), i ≠ j",
     [](const MatrixSummary& summary) { return summary.correlation; }},
    {paper::kAsymmetryRatio, "‖E − Eᵀ‖ / ‖E + Eᵀ‖",
     [](const MatrixSummary& summary) { return summary.ratio; }},
    {"asymmetry_from_losses", "share of ‖E − Eᵀ‖² that a factor per sample accounts for",
     [](const MatrixSummary& summary) { return summary.asymmetry.from_losses; }},
    {"asymmetry_from_kernel", "share of ‖E − Eᵀ‖² that is left to the kernel",
     [](const MatrixSummary& summary) { return summary.asymmetry.from_kernel; }},
    {"asymmetry_ratio_normalised", "‖N − Nᵀ‖ / ‖N + Nᵀ‖ with N_ij = E_ij / √(E_ii E_jj)",
     [](const MatrixSummary& summary) { return summary.ratio_normalised; }},
};

// The text domains' have their domain's name at the end.
std::string observation_of(const MatrixObservation& observation, const std::string& domain) {
  return absl::StrCat(observation.id, "_", domain);
}

void state_images(DesideratumInfo& info) {
  info.expectations.push_back({.id = "mutual_influence",
                               .kind = ExpectationKind::kInvariance,
                               .claim = "mean |EIF(i→j) − EIF(j→i)| over clean images i ≠ j is 0",
                               .self_scale = kDigits,
                               .only_for = Modality::kImage});
  for (const MatrixObservation& observation : kMatrixObservations) {
    info.observations.push_back({.id = observation.id,
                                 .unit = "1",
                                 .claim = observation.claim,
                                 .only_for = Modality::kImage});
  }
  info.observations.push_back({.id = paper::kSameClassMean,
                               .unit = "nats",
                               .claim = "mean influence on other images of the same digit",
                               .only_for = Modality::kImage});
  info.observations.push_back({.id = paper::kOtherClassMean,
                               .unit = "nats",
                               .claim = "mean influence on images of other digits",
                               .only_for = Modality::kImage});
}

void state_text(DesideratumInfo& info) {
  for (const Paraphrase& pair : kParaphrases) {
    info.expectations.push_back(
        {.id = mutual_influence(pair),
         .kind = ExpectationKind::kInvariance,
         .claim = absl::StrCat(pair.domain, ": |EIF(", pair.one, "→", pair.other, ") − EIF(",
                               pair.other, "→", pair.one, ")| is 0"),
         .self_scale = pair.domain,
         .only_for = Modality::kText});
  }
  for (const ContrastExpectation& contrast : one_sided_where_logic_is()) {
    info.expectations.push_back(contrast.expectation());
  }
  for (const std::string& domain : text_domains()) {
    for (const MatrixObservation& observation : kMatrixObservations) {
      info.observations.push_back({.id = observation_of(observation, domain),
                                   .unit = "1",
                                   .claim = absl::StrCat(domain, ": ", observation.claim),
                                   .only_for = Modality::kText});
    }
  }
}

Scores score_images(const Matrix& matrix) {
  const auto unordered_pair = [](size_t i, size_t j) { return i < j; };
  const auto difference = [&](size_t i, size_t j) {
    return std::abs(matrix.at(i, j) - matrix.at(j, i));
  };
  const auto same_class = [](size_t i, size_t j) { return i != j && same_digit(i, j); };
  const auto other_class = [](size_t i, size_t j) { return !same_digit(i, j); };
  Scores scores{
      .effects = {{"mutual_influence", mean_of_cells(matrix, unordered_pair, difference)}},
      .observations = {{paper::kSameClassMean, mean_where(matrix, same_class)},
                       {paper::kOtherClassMean, mean_where(matrix, other_class)}}};
  const MatrixSummary summary = summary_of(matrix);
  for (const MatrixObservation& observation : kMatrixObservations) {
    scores.observations[observation.id] = observation.of(summary);
  }
  return scores;
}

absl::StatusOr<Scores> score_text(const Answers& answers) {
  Scores scores;
  for (const Paraphrase& pair : kParaphrases) {
    const Matrix& matrix = answers.at(pair.domain);
    scores.effects[mutual_influence(pair)] =
        std::abs(matrix.at(pair.one, pair.other) - matrix.at(pair.other, pair.one));
  }
  add_effects(one_sided_where_logic_is(), answers, scores);
  for (const std::string& domain : text_domains()) {
    const absl::StatusOr<Matrix> matrix = paper_part(domain, answers.at(domain));
    if (!matrix.ok()) return matrix.status();
    const MatrixSummary summary = summary_of(*matrix);
    for (const MatrixObservation& observation : kMatrixObservations) {
      scores.observations[observation_of(observation, domain)] = observation.of(summary);
    }
  }
  return scores;
}

class Symmetry final : public Desideratum {
 public:
  DesideratumInfo info() const override {
    DesideratumInfo info{
        .claim =
            "Interchangeable samples help each other equally; influence is one-sided only "
            "where logic is.",
        .paper_section = "1.2, 2.1, 3.2",
        .modalities = {Modality::kImage, Modality::kText},
        .holds =
            "what says the same helps each other equally, and influence is one-sided where "
            "logic is",
        .violated =
            "interchangeable samples do not help each other equally, or influence is not "
            "one-sided where logic is"};
    state_images(info);
    state_text(info);
    decided_once_learned_beside_plateau(info);
    return info;
  }

  absl::StatusOr<std::vector<Request>> plan(const Draw& draw) const override {
    if (draw.modality() == Modality::kText) {
      return requests_for(text_domains(), draw, compared_in(one_sided_where_logic_is()));
    }
    absl::StatusOr<Request> digits = digits_request(draw);
    if (!digits.ok()) return digits.status();
    return std::vector<Request>{*std::move(digits)};
  }

  absl::StatusOr<Scores> score(const Draw& draw, const Answers& answers) const override {
    if (draw.modality() == Modality::kText) return score_text(answers);
    return score_images(answers.at(kDigits));
  }
};

}  // namespace
}  // namespace eif

EIF_DESIDERATUM_PLUGIN(eif::Symmetry, eif::paper::kSymmetry, "0.1.0",
                       "interchangeable samples influence each other equally (§1.2, §2.1, §3.2)")
