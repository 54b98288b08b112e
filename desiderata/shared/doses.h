// The doses that this project's desiderata state (docs/doses.md).
//
//   DesideratumInfo info{…};
//   decided_once_learned(info);  // after its expectations are there
#pragma once

#include <string>

#include "eif/desideratum.h"

namespace eif {

// A sample of which so much is learned is known.
inline constexpr char kOnceLearned[] = "0.9";

// What knowing a sample does for others is asked once it is known: after one small step it is not,
// and there some comparisons come out the same for any model (docs/design.md). `second`: another
// dose whose verdict is a finding. What is asked of images stays as it is.
inline void decided_once_learned(DesideratumInfo& info, const std::string& second = {}) {
  for (Expectation& one : info.expectations) {
    if (one.only_for == Modality::kImage) continue;
    one.deciding_dose = kOnceLearned;
    one.second_dose = second;
  }
}

// What is asked of influence itself, as of a kernel between samples, has an answer after one small
// step, too, which is the paper's.
inline void decided_once_learned_beside_plateau(DesideratumInfo& info) {
  decided_once_learned(info, kPlateauDose);
}

}  // namespace eif
