#include "suite/host/reproduction/claims.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "suite/host/reproduction/image_figures.h"
#include "suite/host/reproduction/text_figures.h"

namespace eif {
namespace {

enum class Kind { kExpectations, kObservations };

// Numbers of a desideratum whose ids begin like this.
struct Source {
  const char* desideratum;
  Kind kind;
  const char* beginning = "";
};

struct Claim {
  const char* id;
  const char* section;
  const char* claim;
  std::vector<Source> sources = {};
};

const std::vector<Claim>& image_claims() {
  static const std::vector<Claim>& all = *new std::vector<Claim>{
      {"symmetry",
       "2.1",
       "Influence between clean images is symmetric.",
       {{"symmetry", Kind::kObservations, "symmetry_correlation"},
        {"symmetry", Kind::kObservations, "asymmetry_ratio"},
        {"symmetry", Kind::kExpectations}}},
      {"blocks",
       "2.1",
       "Learning one digit dramatically increases the likelihood of classifying another of the "
       "same "
       "digit correctly.",
       {{"symmetry", Kind::kObservations, "same_class_mean"},
        {"symmetry", Kind::kObservations, "other_class_mean"},
        {"sparsity", Kind::kExpectations, "digits_related"}}},
      {"confusion", "2.1", "Learning 2 influences 9, symmetrically, because they look alike."},
      {"noise",
       "2, Eq. 5, 6",
       "A model should learn less from noisy samples, and nothing from noise; instead it does not "
       "distinguish them, and a noisy sample influences a good one as much as a good one a noisy "
       "one.",
       {{"noise_invariance", Kind::kObservations}, {"noise_invariance", Kind::kExpectations}}},
      {"similar_stimuli", "4",
       "Even the simple concept of learning more strongly from more similar stimuli (e.g. the same "
       "stimulus) is often violated."}};
  return all;
}

const std::vector<Claim>& text_claims() {
  static const std::vector<Claim>& all = *new std::vector<Claim>{
      {"asymmetry",
       "3.2",
       "Fine-tuning gives influence that is generally asymmetrical. Yet it tends to be symmetric "
       "where logic is not, and reading in context overcomes that.",
       {{"symmetry", Kind::kObservations, "symmetry_correlation"},
        {"symmetry", Kind::kObservations, "asymmetry_ratio"}}},
      {"asymmetry_is_not_logic",
       "3.2",
       "The asymmetry does not reflect the inferential asymmetry one would want.",
       {{"symmetry", Kind::kExpectations}}},
      {"transitivity",
       "3.2",
       "Trained on separate links, A > B and B > C, the model produces A > C and C > A equally "
       "likely.",
       {{"transitivity", Kind::kExpectations, "chain_"}}},
      {"transitivity_combined",
       "3.2",
       "Training on both links in one sample rescues transitivity partially.",
       {{"transitivity", Kind::kExpectations, "combined_"}}},
      {"ontology",
       "3.2",
       "Trained on A ∈ B and B ∈ C, the model is not more likely to produce A ∈ C than A ∉ C, nor "
       "than C ∈ A.",
       {{"ontology", Kind::kExpectations}}},
      {"compositionality",
       "1, 3.2",
       "Nor is there a sign of compositionality: of A part of B and B part of C.",
       {{"compositionality", Kind::kExpectations}}},
      {"causality",
       "3.2",
       "Chained statements carry no causality: training on A causes B and B causes Z has no "
       "meaningful influence on A causes Z.",
       {{"causality", Kind::kExpectations}}},
      {"implication",
       "1, 4",
       "There is no sign of logical implication: of negation and of uncertainty.",
       {{"implication", Kind::kExpectations}}},
      {"sparsity",
       "3.2",
       "The influence functions of all domains are densely populated: irrelevant data counts as "
       "much "
       "as relevant data.",
       {{"sparsity", Kind::kObservations, ""}, {"sparsity", Kind::kExpectations}}},
      {"rescue",
       "3.1, 3.2",
       "Reading the same text in context gets more of the desiderata right than training on it.",
       {{"rescue", Kind::kObservations}}},
      {"similar_stimuli", "4",
       "Even the simple concept of learning more strongly from more similar stimuli (e.g. the same "
       "stimulus) is often violated."},
      {"words", "4",
       "There is massive variance in influence driven by irrelevant features, such as the made-up "
       "words used."}};
  return all;
}

// ---- Numbers of the desiderata -----------------------------------------------------------------

ClaimEvidence evidence_of(const std::string& desideratum, const ExpectationResult& result) {
  ClaimEvidence evidence{
      .id = absl::StrCat(desideratum, ".", result.expectation.id),
      .what = absl::StrCat(result.expectation.claim,
                           result.expectation.primary ? "" : " (secondary: as in the paper)"),
      .unit = result.expectation.self_scale.empty() ? "1" : "self scale",
      .by_fine_tuning = {result.per_seed, verdict_name(result.outcome.verdict)}};
  if (result.in_context) {
    evidence.in_context = {result.in_context->per_seed,
                           verdict_name(result.in_context->outcome.verdict)};
  }
  return evidence;
}

ClaimEvidence evidence_of(const std::string& desideratum, const ObservationResult& result) {
  ClaimEvidence evidence{.id = absl::StrCat(desideratum, ".", result.observation.id),
                         .what = result.observation.claim,
                         .unit = result.observation.unit,
                         .by_fine_tuning = {result.per_seed}};
  if (!result.in_context_per_seed.empty()) evidence.in_context = {result.in_context_per_seed};
  return evidence;
}

void append_evidence(const Source& source, const std::vector<DesideratumResult>& results,
                     std::vector<ClaimEvidence>& evidence) {
  for (const DesideratumResult& result : results) {
    if (result.desideratum != source.desideratum) continue;
    const auto append = [&](const std::string& id, const auto& entry) {
      if (id.starts_with(source.beginning))
        evidence.push_back(evidence_of(source.desideratum, entry));
    };
    if (source.kind == Kind::kExpectations) {
      for (const ExpectationResult& entry : result.expectations)
        append(entry.expectation.id, entry);
    } else {
      for (const ObservationResult& entry : result.observations)
        append(entry.observation.id, entry);
    }
  }
}

// ---- Numbers of whole matrices -----------------------------------------------------------------

// One number per seed from the matrices of each condition.
template <typename NumbersOf>
ClaimEvidence matrix_evidence(std::string id, std::string what, const NumbersOf& numbers_of) {
  ClaimEvidence evidence{.id = std::move(id),
                         .what = std::move(what),
                         .unit = "1",
                         .by_fine_tuning = {numbers_of(Condition::kFineTuning)}};
  std::vector<double> in_context = numbers_of(Condition::kInContext);
  if (!in_context.empty()) evidence.in_context = {std::move(in_context)};
  return evidence;
}

// Share of the columns in which another sample helps more than the sample itself. Square, rows and
// columns the same samples.
double share_helped_more_by_others(const Matrix& matrix) {
  size_t helped_more = 0;
  for (size_t column = 0; column < matrix.columns(); ++column) {
    bool others_help_more = false;
    for (size_t row = 0; row < matrix.rows(); ++row) {
      if (std::isnan(matrix.at(row, column))) return Matrix::kUnmeasured;
      others_help_more |= matrix.at(row, column) > matrix.at(column, column);
    }
    helped_more += others_help_more ? 1 : 0;
  }
  return static_cast<double>(helped_more) / static_cast<double>(matrix.columns());
}

ClaimEvidence similar_stimuli(const std::string& domain, const MatrixStore& store) {
  return matrix_evidence(
      absl::StrCat("helped_more_by_others.", domain),
      absl::StrCat(domain,
                   ": share of samples that another sample helps more than they help "
                   "themselves"),
      [&](Condition condition) {
        std::vector<double> shares;
        for (const Matrix& matrix : paper_matrices(store, domain, condition)) {
          shares.push_back(share_helped_more_by_others(matrix));
        }
        return shares;
      });
}

// How far each matrix is from the mean of the others, relative to that mean (Frobenius).
std::vector<double> distances_to_others(const std::vector<Matrix>& matrices) {
  std::vector<double> distances;
  for (size_t left_out = 0; left_out < matrices.size(); ++left_out) {
    std::vector<Matrix> others = matrices;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(left_out));
    const Matrix mean_of_others = mean_matrix(others);
    double difference = 0, size = 0;
    for (size_t i = 0; i < mean_of_others.values().size(); ++i) {
      const double expected = mean_of_others.values()[i];
      difference += std::pow(matrices[left_out].values()[i] - expected, 2);
      size += expected * expected;
    }
    distances.push_back(std::sqrt(difference / size));
  }
  return distances;
}

ClaimEvidence variance_by_words(const std::string& domain, const MatrixStore& store) {
  return matrix_evidence(
      absl::StrCat("change_with_words.", domain),
      absl::StrCat(domain, ": ‖E − mean E of the other seeds‖ / ‖mean E of the other seeds‖"),
      [&](Condition condition) {
        return distances_to_others(paper_matrices(store, domain, condition));
      });
}

// Mean influence of one digit's images on another's, of each seed; or where that stands among the
// nine other digits: 1 is the one that is influenced most.
std::vector<double> digit_influence(const MatrixStore& store, size_t from, size_t to, bool rank) {
  std::vector<double> result;
  for (const Matrix* matrix : store.matrices("digits", Condition::kFineTuning)) {
    const Matrix means = digit_means(*matrix);
    double place = 1;
    for (size_t other = 0; other < means.columns(); ++other) {
      if (other != from && means.at(from, other) > means.at(from, to)) ++place;
    }
    result.push_back(rank ? place : means.at(from, to));
  }
  return result;
}

std::vector<ClaimEvidence> confusion(const MatrixStore& store) {
  std::vector<ClaimEvidence> evidence;
  for (const auto& [from, to] : {std::pair<size_t, size_t>(2, 9), {9, 2}}) {
    const std::string pair = absl::StrCat(from, "_to_", to);
    evidence.push_back({.id = absl::StrCat("digit_influence.", pair),
                        .what = absl::StrCat("mean EIF(", from, "→", to, ")"),
                        .unit = "nats",
                        .by_fine_tuning = {digit_influence(store, from, to, /*rank=*/false)}});
    evidence.push_back(
        {.id = absl::StrCat("digit_rank.", pair),
         .what = absl::StrCat("rank of ", to, " among the nine other digits by mean EIF(", from,
                              "→·); 1: the largest"),
         .unit = "1",
         .by_fine_tuning = {digit_influence(store, from, to, /*rank=*/true)}});
  }
  return evidence;
}

void append_matrix_evidence(const MatrixStore& store, ReproducedClaim& claim) {
  if (claim.id == "confusion") claim.evidence = confusion(store);
  if (claim.id == "similar_stimuli" && store.has("digits")) {
    ClaimEvidence evidence{.id = "helped_more_by_others.digits",
                           .what =
                               "share of images that another image helps more than they help "
                               "themselves",
                           .unit = "1",
                           .by_fine_tuning = {}};
    for (const Matrix* matrix : store.matrices("digits", Condition::kFineTuning)) {
      evidence.by_fine_tuning.per_seed.push_back(share_helped_more_by_others(*matrix));
    }
    claim.evidence.push_back(std::move(evidence));
  }
  for (const std::string& domain : paper_domains(store)) {
    if (claim.id == "similar_stimuli") claim.evidence.push_back(similar_stimuli(domain, store));
    // Other seeds have other claims, not other words.
    const bool has_words = !domain.starts_with("random_claim");
    const bool has_others = store.seeds().size() > 1;
    if (claim.id == "words" && has_words && has_others)
      claim.evidence.push_back(variance_by_words(domain, store));
  }
}

}  // namespace

std::vector<std::string> desiderata_of_claims(std::optional<Modality> modality) {
  std::vector<std::string> names;
  const auto add = [&](const std::vector<Claim>& claims) {
    for (const Claim& claim : claims) {
      for (const Source& source : claim.sources) {
        if (std::find(names.begin(), names.end(), source.desideratum) == names.end()) {
          names.emplace_back(source.desideratum);
        }
      }
    }
  };
  if (modality != Modality::kText) add(image_claims());
  if (modality != Modality::kImage) add(text_claims());
  return names;
}

std::vector<ReproducedClaim> claims_on(Modality modality,
                                       const std::vector<DesideratumResult>& results,
                                       const MatrixStore& store) {
  std::vector<ReproducedClaim> claims;
  for (const Claim& claim : modality == Modality::kImage ? image_claims() : text_claims()) {
    ReproducedClaim& reproduced =
        claims.emplace_back(ReproducedClaim{claim.id, claim.section, claim.claim, {}});
    for (const Source& source : claim.sources) {
      append_evidence(source, results, reproduced.evidence);
    }
    append_matrix_evidence(store, reproduced);
  }
  return claims;
}

}  // namespace eif
