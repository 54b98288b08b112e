#include "desiderata/shared/planted_learners_for_test.h"

#include <cstdint>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"

namespace eif {
namespace {

std::map<std::string, PlantedLearners::Make>& registered() {
  static auto& all = *new std::map<std::string, PlantedLearners::Make>();
  return all;
}

bool is_self(const Sample& trained, const Sample& evaluated) { return trained.id == evaluated.id; }

}  // namespace

PlantedLearners::PlantedLearners(const std::string& desideratum, Make make) {
  registered()[desideratum] = make;
}

std::map<std::string, std::vector<PlantedLearner>> planted_learners() {
  std::map<std::string, std::vector<PlantedLearner>> learners;
  for (const auto& [desideratum, make] : registered()) learners[desideratum] = make();
  return learners;
}

PlantedLearner planted_in_cells(PlantedCells cells, const std::string& name) {
  const auto group = [cells = std::move(cells)](const Request&, const Sample& trained,
                                                const Sample& evaluated) -> std::string {
    const std::pair<std::string, std::string> ids(trained.id, evaluated.id);
    if (cells.raised.contains(ids)) return absl::StrCat("+", trained.id, ">", evaluated.id);
    if (cells.lowered.contains(ids)) return absl::StrCat("-", trained.id, ">", evaluated.id);
    return is_self(trained, evaluated) ? kSelf : "";
  };
  const auto influence = [](const std::string& group_name, double effect) {
    if (group_name == kSelf) return 1.0;
    return group_name[0] == '-' ? -effect : effect;
  };
  return {name, Modality::kText, Planted::kDirections, group, influence};
}

PlantedLearner planted_in_contrasts(const std::vector<ContrastExpectation>& contrasts) {
  PlantedCells cells;
  for (const ContrastExpectation& one : contrasts) {
    if (!one.primary) continue;
    for (const ContrastExpectation& half : one.halves()) {
      const Contrast& contrast = half.contrast;
      for (const Cell& cell : contrast.higher) cells.raised.insert({cell.trained, cell.evaluated});
      if (!contrast.higher.empty()) continue;
      for (const Cell& cell : contrast.lower) cells.lowered.insert({cell.trained, cell.evaluated});
    }
  }
  return planted_in_cells(std::move(cells));
}

PlantedLearner planted_in_groups(
    const std::string& name, Modality modality, Planted planted,
    std::function<std::string(const Sample& trained, const Sample& evaluated)> group,
    std::function<double(const std::string& group, double effect)> influence) {
  return {
      name, modality, planted,
      [group = std::move(group)](const Request&, const Sample& trained, const Sample& evaluated) {
        return is_self(trained, evaluated) ? kSelf : group(trained, evaluated);
      },
      [influence = std::move(influence)](const std::string& group_name, double effect) {
        return group_name == kSelf ? 1.0 : influence(group_name, effect);
      }};
}

double the_effect(const std::string&, double effect) { return effect; }

int label_of_image(const Sample& sample) {
  return std::get<LabelledImage>(sample.statements[0]).label;
}

double scattered(const std::string& a, const std::string& b) {
  uint64_t bits = 14695981039346656037u;  // FNV-1a
  for (const char c : a < b ? absl::StrCat(a, " ", b) : absl::StrCat(b, " ", a)) {
    bits = (bits ^ static_cast<unsigned char>(c)) * 1099511628211u;
  }
  return static_cast<double>(bits >> 40) / static_cast<double>(1 << 24);
}

double planted_distance(const Sample& a, const Sample& b) {
  if (is_self(a, b)) return 0;
  const double between = scattered(a.id, b.id);
  if (!std::holds_alternative<LabelledImage>(a.statements[0])) return between;
  return label_of_image(a) == label_of_image(b) ? 0.4 * between : 0.6 + 0.4 * between;
}

}  // namespace eif
