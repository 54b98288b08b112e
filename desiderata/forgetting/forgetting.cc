#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "desiderata/shared/doses.h"
#include "desiderata/shared/text_domains.h"
#include "eif/plugin.h"

namespace eif {
namespace {

constexpr char kDomain[] = "one_to_many";
constexpr const char* kRelations[] = {"likes", "visited", "employs"};

// The samples about one relation.
struct Ids {
  std::string first, second, both, control;
};

Ids ids_about(const std::string& relation) {
  const std::string both = absl::StrCat(relation, "_both");
  return {absl::StrCat(relation, "_b"), absl::StrCat(relation, "_c"), both,
          absl::StrCat("control_", both)};
}

// What is lost, as a magnitude: nothing where something was gained. A NaN stays.
double loss(double before, double after) { return after > before ? 0 : before - after; }

class Forgetting final : public Desideratum {
 public:
  DesideratumInfo info() const override {
    DesideratumInfo info{
        .claim = "Learning a second object of a relation does not erase the first.",
        .modalities = {Modality::kText},
        .holds = "the first object stays learned while the second one is learned",
        .violated =
            "learning a second object takes from what was learned of the first, or the "
            "second one is not learned"};
    for (const std::string relation : kRelations) {
      const auto [first, second, both, control] = ids_about(relation);
      info.expectations.push_back(
          {.id = absl::StrCat(relation, "_first_kept"),
           .kind = ExpectationKind::kInvariance,
           .claim = absl::StrCat("EIF(", first, "→", first, ") − EIF(", both, "→", first,
                                 "), where above 0, is 0"),
           .self_scale = kDomain});
      info.expectations.push_back({.id = absl::StrCat(relation, "_second_learned"),
                                   .claim = absl::StrCat("EIF(", both, "→", second, ") − EIF(",
                                                         first, "→", second, ") > 0"),
                                   .self_scale = kDomain});
      info.expectations.push_back(
          {.id = absl::StrCat(relation, "_first_kept_as_beside_another_subject"),
           .kind = ExpectationKind::kInvariance,
           .primary = false,
           .claim = absl::StrCat("EIF(", control, "→", first, ") − EIF(", both, "→", first,
                                 "), where above 0, is 0"),
           .self_scale = kDomain});
      info.observations.push_back(
          {.id = absl::StrCat(relation, "_kept_share"),
           .unit = "1",
           .claim = absl::StrCat("EIF(", both, "→", first, ") / EIF(", first, "→", first, ")")});
    }
    decided_once_learned(info);
    return info;
  }

  absl::StatusOr<std::vector<Request>> plan(const Draw& draw) const override {
    std::set<Cell> compared;
    for (const std::string relation : kRelations) {
      const auto [first, second, both, control] = ids_about(relation);
      compared.insert({{first, second}, {both, second}, {control, first}});
    }
    return requests_for({kDomain}, draw, {{kDomain, compared}});
  }

  absl::StatusOr<Scores> score(const Draw&, const Answers& answers) const override {
    const Matrix& matrix = answers.at(kDomain);
    Scores scores;
    for (const std::string relation : kRelations) {
      const auto [first, second, both, control] = ids_about(relation);
      const double alone = matrix.at(first, first), after_both = matrix.at(both, first);
      scores.effects[absl::StrCat(relation, "_first_kept")] = loss(alone, after_both);
      scores.effects[absl::StrCat(relation, "_second_learned")] =
          matrix.at(both, second) - matrix.at(first, second);
      scores.effects[absl::StrCat(relation, "_first_kept_as_beside_another_subject")] =
          loss(matrix.at(control, first), after_both);
      scores.observations[absl::StrCat(relation, "_kept_share")] = after_both / alone;
    }
    return scores;
  }
};

}  // namespace
}  // namespace eif

EIF_DESIDERATUM_PLUGIN(eif::Forgetting, "forgetting", "0.1.0",
                       "a second object does not erase the first")
