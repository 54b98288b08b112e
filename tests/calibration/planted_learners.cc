#include "tests/calibration/planted_learners.h"

#include <cstdint>
#include <set>
#include <utility>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "desiderata/shared/logic.h"

namespace eif {
namespace {

using Ids = std::pair<std::string, std::string>;  // trained, evaluated

constexpr char kSelf[] = "self";

bool is_self(const Sample& trained, const Sample& evaluated) { return trained.id == evaluated.id; }

int label_of(const Sample& sample) { return std::get<LabelledImage>(sample.statements[0]).label; }

// A number from 0 to 1 that follows no pattern, the same for (a, b) and (b, a).
double scattered(const std::string& a, const std::string& b) {
  uint64_t bits = 14695981039346656037u;  // FNV-1a
  for (const char c : a < b ? absl::StrCat(a, " ", b) : absl::StrCat(b, " ", a)) {
    bits = (bits ^ static_cast<unsigned char>(c)) * 1099511628211u;
  }
  return static_cast<double>(bits >> 40) / static_cast<double>(1 << 24);
}

// ---- Text: cells by the ids of their samples ----------------------------------------------------

// The effect is in the cells `raised`, and its opposite in those `lowered`.
struct PlantedCells {
  std::set<Ids> raised, lowered;
};

PlantedLearner by_ids(const std::string& desideratum, PlantedCells cells) {
  const auto group = [cells](const Request&, const Sample& trained,
                             const Sample& evaluated) -> std::string {
    const Ids ids(trained.id, evaluated.id);
    if (cells.raised.count(ids) > 0) return absl::StrCat("+", trained.id, ">", evaluated.id);
    if (cells.lowered.count(ids) > 0) return absl::StrCat("-", trained.id, ">", evaluated.id);
    return is_self(trained, evaluated) ? kSelf : "";
  };
  const auto influence = [](const std::string& name, double effect) {
    if (name == kSelf) return 1.0;
    return name[0] == '-' ? -effect : effect;
  };
  return {desideratum, "directions", Modality::kText, Planted::kDirections, group, influence};
}

PlantedLearner by_contrasts(const std::string& desideratum,
                            const std::vector<ContrastExpectation>& contrasts) {
  PlantedCells cells;
  for (const ContrastExpectation& one : contrasts) {
    if (!one.primary) continue;
    const Contrast& contrast = one.contrast;
    if (contrast.higher) {
      cells.raised.insert({contrast.higher->trained, contrast.higher->evaluated});
    } else {
      cells.lowered.insert({contrast.lower.trained, contrast.lower.evaluated});
    }
  }
  return by_ids(desideratum, cells);
}

std::vector<ContrastExpectation> all_logic() {
  return all_of({transitivity_contrasts(), ontology_contrasts(), causality_contrasts(),
                 compositionality_contrasts(), implication_contrasts()});
}

// One number for all of a group of cells.
PlantedLearner by_group(
    const std::string& desideratum, const std::string& name, Modality modality, Planted planted,
    std::function<std::string(const Sample& trained, const Sample& evaluated)> group,
    std::function<double(const std::string& group, double effect)> influence) {
  return {
      desideratum,
      name,
      modality,
      planted,
      [group = std::move(group)](const Request&, const Sample& trained, const Sample& evaluated) {
        return is_self(trained, evaluated) ? kSelf : group(trained, evaluated);
      },
      [influence = std::move(influence)](const std::string& group_name, double effect) {
        return group_name == kSelf ? 1.0 : influence(group_name, effect);
      }};
}

double the_effect(const std::string&, double effect) { return effect; }

// What is related, by logic, in the domains that sparsity looks at.
std::set<Ids> related() {
  std::set<Ids> pairs = {
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

std::vector<PlantedLearner> of_text() {
  std::vector<PlantedLearner> learners = {
      by_contrasts("transitivity", transitivity_contrasts()),
      by_contrasts("ontology", ontology_contrasts()),
      by_contrasts("causality", causality_contrasts()),
      by_contrasts("compositionality", compositionality_contrasts()),
      by_contrasts("implication", implication_contrasts()),
      by_contrasts("rescue", all_logic()),
      by_ids("symmetry", {.raised = {{"combined", "in_a_b"}, {"combined", "in_b_c"}}}),
      by_ids("reversal", {.raised = {{"mayor_name_first", "mayor_name_last"},
                                     {"mayor_name_last", "mayor_name_first"},
                                     {"inventor_name_first", "inventor_name_last"},
                                     {"inventor_name_last", "inventor_name_first"}}})};

  // A paraphrase gains all that the fact does; its names exchanged, less by the effect.
  learners.push_back(by_group(
      "paraphrase", "directions", Modality::kText, Planted::kDirections,
      [](const Sample& trained, const Sample& evaluated) -> std::string {
        if (!absl::StartsWith(evaluated.id, trained.id)) return "";
        return absl::EndsWith(evaluated.id, "_swapped") ? evaluated.id : kSelf;
      },
      [](const std::string&, double effect) { return 1 - effect; }));
  learners.push_back(by_group(
      "paraphrase", "gap", Modality::kText, Planted::kInvariances,
      [](const Sample& trained, const Sample& evaluated) -> std::string {
        if (!absl::StartsWith(evaluated.id, trained.id)) return "";
        return absl::EndsWith(evaluated.id, "_swapped") ? "" : "paraphrase";
      },
      [](const std::string&, double effect) { return 1 - effect; }));

  learners.push_back(by_group(
      "locality", "everyday", Modality::kText, Planted::kInvariances,
      [](const Sample&, const Sample& evaluated) -> std::string {
        return absl::StartsWith(evaluated.id, "claim_") ? "everyday" : "";
      },
      the_effect));

  // The second object is learned by the effect, or the first one lost by it.
  const auto one_to_many = [](const Sample& trained, const Sample& evaluated) -> std::string {
    if (!absl::EndsWith(trained.id, "_both")) return "";
    const std::string relation = evaluated.id.substr(0, evaluated.id.find('_'));
    if (!absl::StrContains(trained.id, relation)) return "";
    return absl::StrCat(absl::StartsWith(trained.id, "control_") ? "control " : "", relation,
                        absl::EndsWith(evaluated.id, "_c") ? " second" : " first");
  };
  learners.push_back(by_group("forgetting", "second", Modality::kText, Planted::kDirections,
                              one_to_many, [](const std::string& group, double effect) {
                                return absl::EndsWith(group, "second") ? effect : 1.0;
                              }));
  learners.push_back(by_group("forgetting", "first", Modality::kText, Planted::kInvariances,
                              one_to_many, [](const std::string& group, double effect) {
                                return absl::EndsWith(group, "first") ? 1 - effect : 1.0;
                              }));

  // Each cell has an effect of its own, and falls by it with distance.
  learners.push_back(by_group(
      "semantics", "slope", Modality::kText, Planted::kDirections,
      [](const Sample& trained, const Sample& evaluated) {
        return absl::StrCat(trained.id, ">", evaluated.id);
      },
      [](const std::string& group, double effect) {
        const size_t middle = group.find('>');
        return -effect * scattered(group.substr(0, middle), group.substr(middle + 1));
      }));
  // A rank correlation of 72 cells has a spread of 1/√71 = 0.12 where there is none, and not the
  // 0.05 that is planted. Ten seeds find this in 63 % of the draws.
  learners.back().power_against = 0.55;

  // What is related has the effect, and only some cells are occupied at all.
  learners.push_back(by_ids("sparsity", {.raised = related()}));
  learners.back().name = "related";
  const auto is_claim = [](const Sample& sample) { return absl::StartsWith(sample.id, "claim_"); };
  learners.push_back(by_group(
      "sparsity", "claims", Modality::kText, Planted::kInvariances,
      [is_claim, of_logic = related()](const Sample& trained,
                                       const Sample& evaluated) -> std::string {
        if (is_claim(trained) && is_claim(evaluated)) return "between claims";
        return of_logic.count({trained.id, evaluated.id}) > 0 ? kSelf : "";
      },
      the_effect));

  // Clean teaches clean by twice the effect, helps noisy texts by the effect, and noise teaches
  // nothing.
  const auto is_noisy = [](const Sample& sample) {
    return absl::StartsWith(sample.id, "syllables") || absl::StartsWith(sample.id, "words") ||
           absl::StartsWith(sample.id, "random");
  };
  learners.push_back(by_group(
      "noise_invariance", "directions", Modality::kText, Planted::kDirections,
      [is_noisy](const Sample& trained, const Sample& evaluated) -> std::string {
        if (is_noisy(trained)) return "";
        return is_noisy(evaluated) ? "to noisy" : "to clean";
      },
      the_effect));
  learners.push_back(by_group(
      "noise_invariance", "random words", Modality::kText, Planted::kInvariances,
      [is_noisy](const Sample& trained, const Sample& evaluated) -> std::string {
        if (absl::StartsWith(trained.id, "random")) return "random words";
        return is_noisy(trained) ? "" : kSelf;
      },
      the_effect));
  return learners;
}

// ---- Images -------------------------------------------------------------------------------------

std::vector<PlantedLearner> of_images() {
  const auto within_a_digit = [](const Sample& trained, const Sample& evaluated) -> std::string {
    return label_of(trained) == label_of(evaluated) ? "within" : "";
  };
  std::vector<PlantedLearner> learners;
  // Symmetric but for the half of it above the diagonal.
  learners.push_back(by_group(
      "symmetry", "asymmetry", Modality::kImage, Planted::kInvariances,
      [](const Sample& trained, const Sample& evaluated) -> std::string {
        return trained.id < evaluated.id ? "forth" : "back";
      },
      [](const std::string& group, double effect) { return group == "forth" ? effect : 0; }));
  learners.push_back(by_group("sparsity", "within a digit", Modality::kImage, Planted::kDirections,
                              within_a_digit, the_effect));
  learners.push_back(by_group("semantics", "within a digit", Modality::kImage, Planted::kDirections,
                              within_a_digit, the_effect));
  const auto is_noisy = [](const Sample& sample) { return absl::StartsWith(sample.id, "nois"); };
  learners.push_back(by_group(
      "noise_invariance", "directions", Modality::kImage, Planted::kDirections,
      [is_noisy](const Sample& trained, const Sample& evaluated) -> std::string {
        if (is_noisy(trained) || label_of(trained) != label_of(evaluated)) return "";
        return is_noisy(evaluated) ? "to noisy" : "to clean";
      },
      the_effect));
  learners.push_back(by_group(
      "noise_invariance", "pure noise", Modality::kImage, Planted::kInvariances,
      [is_noisy](const Sample& trained, const Sample&) -> std::string {
        if (absl::StartsWith(trained.id, "noise_")) return "pure noise";
        return is_noisy(trained) ? "" : kSelf;
      },
      the_effect));
  return learners;
}

}  // namespace

double planted_distance(const Sample& a, const Sample& b) {
  if (is_self(a, b)) return 0;
  const double between = scattered(a.id, b.id);
  if (!std::holds_alternative<LabelledImage>(a.statements[0])) return between;
  return label_of(a) == label_of(b) ? 0.4 * between : 0.6 + 0.4 * between;
}

std::vector<PlantedLearner> planted_learners() {
  std::vector<PlantedLearner> learners = of_text();
  for (PlantedLearner& learner : of_images()) learners.push_back(std::move(learner));
  return learners;
}

}  // namespace eif
