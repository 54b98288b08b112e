#include "desiderata/shared/text_logic.h"

#include <utility>

#include "desiderata/shared/doses.h"
#include "desiderata/shared/text_domains.h"

namespace eif {

TextLogic::TextLogic(DesideratumInfo words, std::vector<ContrastExpectation> contrasts)
    : words_(std::move(words)), contrasts_(std::move(contrasts)) {}

DesideratumInfo TextLogic::info() const {
  DesideratumInfo info = words_;
  info.modalities = {Modality::kText};
  for (const ContrastExpectation& contrast : contrasts_) {
    info.expectations.push_back(contrast.expectation());
  }
  decided_once_learned(info);
  return info;
}

absl::StatusOr<std::vector<Request>> TextLogic::plan(const Draw& draw) const {
  return requests_comparing(contrasts_, draw);
}

absl::StatusOr<Scores> TextLogic::score(const Draw&, const Answers& answers) const {
  Scores scores;
  add_effects(contrasts_, answers, scores);
  return scores;
}

}  // namespace eif
