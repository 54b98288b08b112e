#include "reports/paper/matrix_evidence.h"

#include <cmath>
#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "domains/images/digit_samples.h"
#include "reports/paper/image_figures.h"
#include "reports/paper/text_matrices.h"

namespace eif {
namespace {

// One number per seed from the matrices of each condition.
template <typename NumbersOf>
ClaimEvidence evidence_of(std::string id, std::string what, const NumbersOf& numbers_of) {
  ClaimEvidence evidence{.id = std::move(id),
                         .what = std::move(what),
                         .unit = "1",
                         .by_fine_tuning = numbers_of(Condition::kFineTuning)};
  ClaimNumber in_context = numbers_of(Condition::kInContext);
  if (!in_context.per_seed.empty()) evidence.in_context = std::move(in_context);
  return evidence;
}

// Share of the columns in which another sample helps more than the sample itself. NaN where the
// rows and columns are not the same samples.
double share_helped_more_by_others(const Matrix& matrix) {
  if (matrix.trained_ids() != matrix.evaluated_ids()) return Matrix::kUnmeasured;
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

ClaimEvidence similar_texts(const std::string& domain, const MatrixStore& store) {
  return evidence_of(
      absl::StrCat("helped_more_by_others.", domain),
      absl::StrCat(domain,
                   ": share of samples that another sample helps more than they help "
                   "themselves"),
      [&](Condition condition) {
        ClaimNumber number;
        for (const auto& [seed, matrix] : paper_matrices(store, domain, condition)) {
          number.seeds.push_back(seed);
          number.per_seed.push_back(share_helped_more_by_others(matrix));
        }
        return number;
      });
}

ClaimEvidence similar_images(const MatrixStore& store) {
  ClaimEvidence evidence{.id = absl::StrCat("helped_more_by_others.", kDigits),
                         .what =
                             "share of images that another image helps more than they help "
                             "themselves",
                         .unit = "1",
                         .by_fine_tuning = {}};
  for (const auto& [seed, matrix] : store.matrices(kDigits, Condition::kFineTuning)) {
    evidence.by_fine_tuning.seeds.push_back(seed);
    evidence.by_fine_tuning.per_seed.push_back(share_helped_more_by_others(*matrix));
  }
  return evidence;
}

// How far each matrix is from the mean of the others, relative to that mean (Frobenius).
ClaimNumber distances_to_others(const std::vector<SeedMatrix>& matrices) {
  ClaimNumber distances;
  for (size_t left_out = 0; left_out < matrices.size(); ++left_out) {
    std::vector<Matrix> others;
    for (size_t i = 0; i < matrices.size(); ++i) {
      if (i != left_out) others.push_back(matrices[i].matrix);
    }
    const Matrix mean_of_others = mean_matrix(others);
    double difference = 0, size = 0;
    for (size_t i = 0; i < mean_of_others.values().size(); ++i) {
      const double expected = mean_of_others.values()[i];
      difference += std::pow(matrices[left_out].matrix.values()[i] - expected, 2);
      size += expected * expected;
    }
    distances.seeds.push_back(matrices[left_out].seed);
    distances.per_seed.push_back(std::sqrt(difference / size));
  }
  return distances;
}

ClaimEvidence variance_by_words(const std::string& domain, const MatrixStore& store) {
  return evidence_of(
      absl::StrCat("change_with_words.", domain),
      absl::StrCat(domain, ": ‖E − mean E of the other seeds‖ / ‖mean E of the other seeds‖"),
      [&](Condition condition) {
        const auto matrices = paper_matrices(store, domain, condition);
        return matrices.size() > 1 ? distances_to_others(matrices) : ClaimNumber();
      });
}

// Mean influence of one digit's images on another's, of each seed; or where that stands among the
// nine other digits: 1 is the one that is influenced most.
ClaimNumber digit_influence(const MatrixStore& store, size_t from, size_t to, bool rank) {
  ClaimNumber number;
  for (const auto& [seed, matrix] : store.matrices(kDigits, Condition::kFineTuning)) {
    const Matrix means = digit_means(*matrix);
    double place = 1;
    for (size_t other = 0; other < means.columns(); ++other) {
      if (other != from && means.at(from, other) > means.at(from, to)) ++place;
    }
    number.seeds.push_back(seed);
    number.per_seed.push_back(rank ? place : means.at(from, to));
  }
  return number;
}

std::vector<ClaimEvidence> confusion(const MatrixStore& store) {
  std::vector<ClaimEvidence> evidence;
  for (const auto& [from, to] : {std::pair<size_t, size_t>(2, 9), {9, 2}}) {
    const std::string pair = absl::StrCat(from, "_to_", to);
    evidence.push_back({.id = absl::StrCat("digit_influence.", pair),
                        .what = absl::StrCat("mean EIF(", from, "→", to, ")"),
                        .unit = "nats",
                        .by_fine_tuning = digit_influence(store, from, to, /*rank=*/false)});
    evidence.push_back(
        {.id = absl::StrCat("digit_rank.", pair),
         .what = absl::StrCat("rank of ", to, " among the nine other digits by mean EIF(", from,
                              "→·); 1: the largest"),
         .unit = "1",
         .by_fine_tuning = digit_influence(store, from, to, /*rank=*/true)});
  }
  return evidence;
}

std::vector<ClaimEvidence> similar_stimuli(const MatrixStore& store) {
  std::vector<ClaimEvidence> evidence;
  if (store.has(kDigits)) evidence.push_back(similar_images(store));
  for (const std::string& domain : paper_domains(store)) {
    evidence.push_back(similar_texts(domain, store));
  }
  return evidence;
}

std::vector<ClaimEvidence> words(const MatrixStore& store) {
  std::vector<ClaimEvidence> evidence;
  for (const std::string& domain : paper_domains(store)) {
    // Other seeds have other claims, not other words.
    if (is_of_claims(domain)) continue;
    ClaimEvidence entry = variance_by_words(domain, store);
    if (!entry.by_fine_tuning.per_seed.empty()) evidence.push_back(std::move(entry));
  }
  return evidence;
}

}  // namespace

std::vector<ClaimEvidence> matrix_evidence(const std::string& claim, const MatrixStore& store) {
  if (claim == "confusion" && store.has(kDigits)) return confusion(store);
  if (claim == "similar_stimuli") return similar_stimuli(store);
  if (claim == "words") return words(store);
  return {};
}

}  // namespace eif
