#include "desiderata/shared/planted_learners_for_test.h"

#include "absl/strings/match.h"

namespace eif {
namespace {

// What is related, by logic, in the domains that sparsity looks at.
PlantedCells::Ids related() {
  PlantedCells::Ids pairs = {
      {"in_a_b", "contains_b_a"}, {"contains_b_a", "in_a_b"}, {"in_a_c", "might_in_a_c"},
      {"chain", "combined"},      {"combined", "chain"},      {"is", "example_is"},
      {"example_is", "is"},       {"has", "plural_have"},     {"plural_have", "has"}};
  for (const char* const id : {"in_a_b", "contains_b_a", "in_b_c", "in_a_c", "might_in_a_c", "is",
                               "example_is", "all_have", "has", "plural_have"}) {
    pairs.insert({"chain", id});
  }
  for (const char* const id : {"in_a_b", "contains_b_a", "in_b_c", "in_a_c", "might_in_a_c"}) {
    pairs.insert({"combined", id});
  }
  return pairs;
}

bool is_claim(const Sample& sample) { return absl::StartsWith(sample.id, "claim_"); }

// What is related is 1, and all pairs of claims have the effect.
PlantedLearner claims() {
  return planted_in_groups(
      "claims", Modality::kText, Planted::kInvariances,
      [of_logic = related()](const Sample& trained, const Sample& evaluated) -> std::string {
        if (is_claim(trained) && is_claim(evaluated)) return "between claims";
        return of_logic.contains({trained.id, evaluated.id}) ? kSelf : "";
      },
      the_effect);
}

PlantedLearner of_images() {
  return planted_in_groups(
      "within a digit", Modality::kImage, Planted::kDirections,
      [](const Sample& trained, const Sample& evaluated) -> std::string {
        return label_of_image(trained) == label_of_image(evaluated) ? "within" : "";
      },
      the_effect);
}

std::vector<PlantedLearner> learners() {
  return {planted_in_cells({.raised = related()}, "related"), claims(), of_images()};
}

const PlantedLearners planted("sparsity", learners);

}  // namespace
}  // namespace eif
