#include "desiderata/shared/planted_learners_for_test.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace eif {
namespace {

std::string one_to_many(const Sample& trained, const Sample& evaluated) {
  if (!absl::EndsWith(trained.id, "_both")) return "";
  const std::string relation = evaluated.id.substr(0, evaluated.id.find('_'));
  if (!absl::StrContains(trained.id, relation)) return "";
  return absl::StrCat(absl::StartsWith(trained.id, "control_") ? "control " : "", relation,
                      absl::EndsWith(evaluated.id, "_c") ? " second" : " first");
}

// The second object is learned by the effect, or the first one lost by it.
std::vector<PlantedLearner> learners() {
  return {planted_in_groups("second", Modality::kText, Planted::kDirections, one_to_many,
                            [](const std::string& group, double effect) {
                              return absl::EndsWith(group, "second") ? effect : 1.0;
                            }),
          planted_in_groups("first", Modality::kText, Planted::kInvariances, one_to_many,
                            [](const std::string& group, double effect) {
                              return absl::EndsWith(group, "first") ? 1 - effect : 1.0;
                            })};
}

const PlantedLearners planted("forgetting", learners);

}  // namespace
}  // namespace eif
