#include <algorithm>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "desiderata/shared/digits.h"
#include "desiderata/shared/doses.h"
#include "desiderata/shared/text_domains.h"
#include "eif/matrix_summary.h"
#include "eif/plugin.h"
#include "eif/statistics.h"

namespace eif {
namespace {

constexpr char kDomain[] = "paraphrases";
constexpr char kDistances[] = "distances";

constexpr const char* kFacts[] = {"sold", "mother"};
constexpr double kFactCount = std::size(kFacts);
// From the same in other words to something else.
constexpr const char* kLevels[] = {"light", "heavy", "related", "unrelated"};

// The same rows and columns, as distances.
Request distances_of(const Request& influence) {
  Request request = influence;
  request.name = kDistances;
  request.cells = Cells::kDistance;
  return request;
}

// value(row, column) of the cells that belongs(row, column) picks, in one list.
template <typename Belongs, typename Value>
std::vector<double> list_cells(const Matrix& matrix, Belongs&& belongs, Value&& value) {
  std::vector<double> cells;
  for (size_t row = 0; row < matrix.rows(); ++row) {
    for (size_t column = 0; column < matrix.columns(); ++column) {
      if (belongs(row, column)) cells.push_back(value(row, column));
    }
  }
  return cells;
}

// Spearman of EIF(i→j) with the distance of i and j, of those cells.
template <typename Belongs>
double distance_correlation(const Matrix& influence, const Matrix& distances, Belongs&& belongs) {
  const auto cells_of = [&](const Matrix& matrix) {
    return list_cells(matrix, belongs, [&](size_t i, size_t j) { return matrix.at(i, j); });
  };
  return spearman(cells_of(influence), cells_of(distances));
}

bool off_diagonal(size_t i, size_t j) { return i != j; }

// ---- Text ---------------------------------------------------------------------------------------

std::set<std::string> words_of(const Sample& sample) {
  std::set<std::string> words;
  for (const Statement& statement : sample.statements) {
    for (std::string& word : std::vector<std::string>(
             absl::StrSplit(absl::AsciiStrToLower(text_of(statement).value_or("")),
                            absl::ByAnyChar(" .,\t\r\n"), absl::SkipEmpty()))) {
      words.insert(std::move(word));
    }
  }
  return words;
}

// Share of the words of either that both have.
double words_in_common(const Sample& a, const Sample& b) {
  const std::set<std::string> one = words_of(a), other = words_of(b);
  const auto common = static_cast<double>(std::count_if(
      one.begin(), one.end(), [&](const std::string& word) { return other.count(word) > 0; }));
  return common / (static_cast<double>(one.size() + other.size()) - common);
}

// The domain without its controls, which are built to be near in words and far in meaning.
absl::StatusOr<Request> graded_statements(const Draw& draw) {
  absl::StatusOr<std::vector<Request>> requests = requests_for({kDomain}, draw);
  if (!requests.ok()) return requests.status();
  return std::move((*requests)[0]);
}

void state_text(DesideratumInfo& info) {
  info.expectations.push_back(
      {.id = "closer_helps_more_paraphrases",
       .claim = "paraphrases: −Spearman(EIF(i→j), distance of i and j), i ≠ j, > 0",
       .only_for = Modality::kText});
  info.expectations.push_back(
      {.id = "closer_helps_more_beyond_words_paraphrases",
       .primary = false,
       .claim = "the same, with the words that i and j have in common accounted for",
       .only_for = Modality::kText});
  info.observations.push_back({.id = "words_correlation",
                               .unit = "1",
                               .claim = "Spearman(EIF(i→j), share of words in common), i ≠ j",
                               .only_for = Modality::kText});
  for (const std::string level : kLevels) {
    const std::string pair = absl::StrCat("from a fact to its ", level, " statement");
    info.observations.push_back({.id = absl::StrCat("influence_", level),
                                 .unit = "nats per token",
                                 .claim = absl::StrCat("mean influence ", pair),
                                 .only_for = Modality::kText});
    info.observations.push_back({.id = absl::StrCat("distance_", level),
                                 .unit = "1",
                                 .claim = absl::StrCat("mean distance ", pair),
                                 .only_for = Modality::kText});
  }
}

absl::StatusOr<Scores> score_text(const Draw& draw, const Answers& answers) {
  const Matrix& influence = answers.at(kDomain);
  const Matrix& distances = answers.at(kDistances);
  const absl::StatusOr<Request> request = graded_statements(draw);
  if (!request.ok()) return request.status();
  const auto cells_of = [](const Matrix& matrix) {
    return list_cells(matrix, off_diagonal, [&](size_t i, size_t j) { return matrix.at(i, j); });
  };
  const std::vector<double> common = list_cells(influence, off_diagonal, [&](size_t i, size_t j) {
    return words_in_common(request->trained[i], request->evaluated[j]);
  });
  Scores scores;
  scores.effects["closer_helps_more_paraphrases"] =
      -distance_correlation(influence, distances, off_diagonal);
  scores.effects["closer_helps_more_beyond_words_paraphrases"] =
      -partial_spearman(cells_of(influence), cells_of(distances), common);
  scores.observations["words_correlation"] = spearman(cells_of(influence), common);
  const auto mean_to = [&](const Matrix& matrix, const std::string& level) {
    double sum = 0;
    for (const std::string fact : kFacts) {
      sum += matrix.at(fact, level == "unrelated" ? "distractor" : absl::StrCat(fact, "_", level));
    }
    return sum / kFactCount;
  };
  for (const std::string level : kLevels) {
    scores.observations[absl::StrCat("influence_", level)] = mean_to(influence, level);
    scores.observations[absl::StrCat("distance_", level)] = mean_to(distances, level);
  }
  return scores;
}

// ---- Images -------------------------------------------------------------------------------------

void state_images(DesideratumInfo& info) {
  info.expectations.push_back(
      {.id = "closer_helps_more_digits",
       .claim = "digits: −Spearman(EIF(i→j), distance of i and j), i ≠ j, > 0",
       .only_for = Modality::kImage});
  info.expectations.push_back(
      {.id = "same_digit_above_others",
       .claim = "mean EIF within a digit, i ≠ j, − mean EIF between digits > 0",
       .self_scale = kDigits,
       .only_for = Modality::kImage});
  info.expectations.push_back(
      {.id = "closer_helps_more_within_a_digit",
       .primary = false,
       .claim = "mean over digits of −Spearman(EIF(i→j), distance of i and j), i ≠ j, > 0",
       .only_for = Modality::kImage});
  info.observations.push_back({.id = "distance_within_a_digit",
                               .unit = "1",
                               .claim = "mean distance within a digit, i ≠ j",
                               .only_for = Modality::kImage});
  info.observations.push_back({.id = "distance_between_digits",
                               .unit = "1",
                               .claim = "mean distance between digits",
                               .only_for = Modality::kImage});
}

Scores score_images(const Answers& answers) {
  const Matrix& influence = answers.at(kDigits);
  const Matrix& distances = answers.at(kDistances);
  const auto within = [](size_t i, size_t j) { return i != j && same_digit(i, j); };
  const auto between = [](size_t i, size_t j) { return !same_digit(i, j); };
  double within_a_digit = 0;
  const size_t digits = influence.rows() / kDigitsPerClass;
  for (size_t digit = 0; digit < digits; ++digit) {
    const auto of_digit = [&](size_t i, size_t j) {
      return within(i, j) && i / kDigitsPerClass == digit;
    };
    within_a_digit +=
        distance_correlation(influence, distances, of_digit) / static_cast<double>(digits);
  }
  return {.effects = {{"closer_helps_more_digits",
                       -distance_correlation(influence, distances, off_diagonal)},
                      {"same_digit_above_others",
                       mean_where(influence, within) - mean_where(influence, between)},
                      {"closer_helps_more_within_a_digit", -within_a_digit}},
          .observations = {{"distance_within_a_digit", mean_where(distances, within)},
                           {"distance_between_digits", mean_where(distances, between)}}};
}

class Semantics final : public Desideratum {
 public:
  DesideratumInfo info() const override {
    DesideratumInfo info{
        .claim = "The closer two samples are in meaning, the more one helps the other.",
        .paper_section = "1, 2.1",
        .modalities = {Modality::kText, Modality::kImage},
        .holds = "influence falls with distance in the space of the model's own embeddings",
        .violated =
            "influence does not fall with distance in the space of the model's own "
            "embeddings"};
    state_text(info);
    state_images(info);
    decided_once_learned_beside_plateau(info);
    return info;
  }

  absl::StatusOr<std::vector<Request>> plan(const Draw& draw) const override {
    absl::StatusOr<Request> request =
        draw.modality() == Modality::kText ? graded_statements(draw) : digits_request(draw);
    if (!request.ok()) return request.status();
    return std::vector<Request>{*request, distances_of(*request)};
  }

  absl::StatusOr<Scores> score(const Draw& draw, const Answers& answers) const override {
    if (draw.modality() == Modality::kText) return score_text(draw, answers);
    return score_images(answers);
  }
};

}  // namespace
}  // namespace eif

EIF_DESIDERATUM_PLUGIN(eif::Semantics, "semantics", "0.1.0",
                       "influence falls with distance in meaning (§1, §2.1)")
