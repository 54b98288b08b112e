#include "desiderata/shared/planted_learners_for_test.h"

#include "absl/strings/match.h"

namespace eif {
namespace {

// A paraphrase gains all that the fact does; its names exchanged, less by the effect.
PlantedLearner directions() {
  return planted_in_groups(
      "directions", Modality::kText, Planted::kDirections,
      [](const Sample& trained, const Sample& evaluated) -> std::string {
        if (!absl::StartsWith(evaluated.id, trained.id)) return "";
        return absl::EndsWith(evaluated.id, "_swapped") ? evaluated.id : kSelf;
      },
      [](const std::string&, double effect) { return 1 - effect; });
}

PlantedLearner gap() {
  PlantedLearner learner = planted_in_groups(
      "gap", Modality::kText, Planted::kInvariances,
      [](const Sample& trained, const Sample& evaluated) -> std::string {
        if (!absl::StartsWith(evaluated.id, trained.id)) return "";
        return absl::EndsWith(evaluated.id, "_swapped") ? "" : "paraphrase";
      },
      [](const std::string&, double effect) { return 1 - effect; });
  learner.power_for = 0.85;  // each is the magnitude of one difference
  return learner;
}

std::vector<PlantedLearner> learners() { return {directions(), gap()}; }

const PlantedLearners planted("paraphrase", learners);

}  // namespace
}  // namespace eif
