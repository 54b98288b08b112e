// The two halves of noise_invariance: what it says, asks and scores of images, and of texts.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "eif/desideratum.h"

namespace eif {

// Each adds expectations and observations of its modality.
void state_noisy_images(DesideratumInfo& info);
void state_noisy_texts(DesideratumInfo& info);

absl::StatusOr<std::vector<Request>> plan_noisy_images(const Draw& draw);
absl::StatusOr<std::vector<Request>> plan_noisy_texts(const Draw& draw);

Scores score_noisy_images(const Answers& answers);
Scores score_noisy_texts(const Answers& answers);

}  // namespace eif
