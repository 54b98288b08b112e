#include "desiderata/shared/planted_learners_for_test.h"

namespace eif {
namespace {

// Symmetric but for the half of it above the diagonal.
PlantedLearner of_images() {
  return planted_in_groups(
      "asymmetry", Modality::kImage, Planted::kInvariances,
      [](const Sample& trained, const Sample& evaluated) -> std::string {
        return trained.id < evaluated.id ? "forth" : "back";
      },
      [](const std::string& group, double effect) { return group == "forth" ? effect : 0; });
}

std::vector<PlantedLearner> learners() {
  return {planted_in_cells({.raised = {{"combined", "in_a_b"}, {"combined", "in_b_c"}}}),
          of_images()};
}

const PlantedLearners planted("symmetry", learners);

}  // namespace
}  // namespace eif
