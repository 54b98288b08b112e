// Where the prompt of a PromptedText is left unscored. Elsewhere it is scored like the rest.
//
//   training = scored_in_whole_unless(masks_training(request.mask), std::move(samples));
#pragma once

#include <array>
#include <utility>
#include <vector>

#include "eif/domain.h"

namespace eif {

enum class Mask { kBoth, kTraining, kEvaluation, kNone };

// What --mask takes, in the order of Mask.
inline constexpr std::array<const char*, 4> kMaskNames = {"both", "training", "evaluation", "none"};

constexpr const char* mask_name(Mask mask) { return kMaskNames[static_cast<size_t>(mask)]; }
constexpr bool masks_training(Mask mask) { return mask == Mask::kBoth || mask == Mask::kTraining; }
constexpr bool masks_evaluation(Mask mask) {
  return mask == Mask::kBoth || mask == Mask::kEvaluation;
}

// Makes plain text of prompted text, unless it is masked.
inline std::vector<Sample> scored_in_whole_unless(bool is_masked, std::vector<Sample> samples) {
  if (is_masked) return samples;
  for (Sample& sample : samples) {
    for (Statement& statement : sample.statements) {
      if (std::holds_alternative<PromptedText>(statement)) statement = *text_of(statement);
    }
  }
  return samples;
}

}  // namespace eif
