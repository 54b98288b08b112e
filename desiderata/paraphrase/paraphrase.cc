#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "desiderata/shared/contrast.h"
#include "desiderata/shared/doses.h"
#include "desiderata/shared/text_domains.h"
#include "eif/plugin.h"

namespace eif {
namespace {

constexpr char kDomain[] = "paraphrases";
constexpr const char* kFacts[] = {"sold", "mother"};
constexpr double kFactCount = std::size(kFacts);

// How far the words of a paraphrase are from those of the fact.
constexpr const char* kLevels[] = {"light", "heavy"};

std::string paraphrase_of(const std::string& fact, const std::string& level) {
  return absl::StrCat(fact, "_", level);
}

// The alternative has the words of the paraphrase and the names the other way round; the control
// has the names of the fact in their places, and says neither. What is left is not in the words.
std::vector<ContrastExpectation> meaning_over_words() {
  std::vector<ContrastExpectation> contrasts;
  for (const std::string fact : kFacts) {
    const std::string heavy = paraphrase_of(fact, "heavy"),
                      swapped = absl::StrCat(fact, "_swapped");
    const Contrast contrast = preference(fact, heavy, swapped);
    contrasts.push_back(
        controlled(kDomain, contrast, preference(absl::StrCat("control_", fact), heavy, swapped)));
    contrasts.push_back(plain(kDomain, contrast));
  }
  return contrasts;
}

// Mean influence of a fact on what it has nothing to do with: the other facts, and the distractor.
double on_unrelated(const Matrix& matrix, const std::string& fact) {
  double sum = 0, count = 0;
  for (size_t row = 0; row < matrix.rows(); ++row) {
    if (matrix.trained_ids()[row] != fact) continue;
    for (size_t column = 0; column < matrix.columns(); ++column) {
      const std::string& id = matrix.evaluated_ids()[column];
      if (absl::StartsWith(id, fact) || absl::EndsWith(id, "_swapped")) continue;
      sum += matrix.at(row, column);
      ++count;
    }
  }
  return sum / count;
}

class Paraphrase final : public Desideratum {
 public:
  DesideratumInfo info() const override {
    DesideratumInfo info{
        .claim =
            "Training on a statement helps its paraphrases as much as itself, and more than "
            "what is unrelated.",
        .modalities = {Modality::kText},
        .holds = "what is learned is what was said, in whatever words",
        .violated =
            "what is learned sticks to the words: a paraphrase gains less than the "
            "statement itself, or no more than other sentences"};
    for (const std::string level : kLevels) {
      info.expectations.push_back({.id = absl::StrCat("as_much_as_itself_", level),
                                   .kind = ExpectationKind::kInvariance,
                                   .claim = absl::StrCat("mean |EIF(fact→fact) − EIF(fact→its ",
                                                         level, " paraphrase)| is 0"),
                                   .self_scale = kDomain});
      info.expectations.push_back(
          {.id = absl::StrCat(level, "_above_unrelated"),
           .claim = absl::StrCat("mean EIF(fact→its ", level,
                                 " paraphrase) − mean EIF(fact→unrelated) > 0"),
           .self_scale = kDomain});
      info.observations.push_back({.id = absl::StrCat("share_of_itself_", level),
                                   .unit = "1",
                                   .claim = absl::StrCat("mean EIF(fact→its ", level,
                                                         " paraphrase) / mean EIF(fact→fact)")});
    }
    for (const ContrastExpectation& contrast : meaning_over_words()) {
      info.expectations.push_back(contrast.expectation());
    }
    decided_once_learned(info);
    return info;
  }

  absl::StatusOr<std::vector<Request>> plan(const Draw& draw) const override {
    return requests_for({kDomain}, draw, compared_in(meaning_over_words()));
  }

  absl::StatusOr<Scores> score(const Draw&, const Answers& answers) const override {
    const Matrix& matrix = answers.at(kDomain);
    Scores scores;
    for (const std::string level : kLevels) {
      double gap = 0, on_itself = 0, on_paraphrase = 0, unrelated = 0;
      for (const std::string fact : kFacts) {
        const double itself = matrix.at(fact, fact);
        const double paraphrase = matrix.at(fact, paraphrase_of(fact, level));
        gap += std::abs(itself - paraphrase) / kFactCount;
        on_itself += itself / kFactCount;
        on_paraphrase += paraphrase / kFactCount;
        unrelated += on_unrelated(matrix, fact) / kFactCount;
      }
      scores.effects[absl::StrCat("as_much_as_itself_", level)] = gap;
      scores.effects[absl::StrCat(level, "_above_unrelated")] = on_paraphrase - unrelated;
      scores.observations[absl::StrCat("share_of_itself_", level)] = on_paraphrase / on_itself;
    }
    add_effects(meaning_over_words(), answers, scores);
    return scores;
  }
};

}  // namespace
}  // namespace eif

EIF_DESIDERATUM_PLUGIN(eif::Paraphrase, "paraphrase", "0.1.0",
                       "a statement teaches its paraphrases as much as itself")
