#include "desiderata/shared/planted_learners_for_test.h"

#include "absl/strings/match.h"

namespace eif {
namespace {

std::vector<PlantedLearner> learners() {
  return {planted_in_groups(
      "everyday", Modality::kText, Planted::kInvariances,
      [](const Sample&, const Sample& evaluated) -> std::string {
        return absl::StartsWith(evaluated.id, "claim_") ? "everyday" : "";
      },
      the_effect)};
}

const PlantedLearners planted("locality", learners);

}  // namespace
}  // namespace eif
