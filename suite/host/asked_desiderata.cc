#include "suite/host/asked_desiderata.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "suite/core/expectations.h"
#include "suite/core/verdict.h"

namespace eif {

void note_what_does_not_apply(const RunPlan& plan, const ModelInfo& info, Monitor& monitor) {
  if (!plan.desiderata_are_named) return;
  std::vector<std::string> skipped;
  for (const DesideratumUnderTest& one : plan.desiderata) {
    if (!one.applies_to(info.modality)) skipped.push_back(one.id);
  }
  if (skipped.empty()) return;
  monitor.announce(
      absl::StrCat(absl::StrJoin(skipped, ", "), skipped.size() == 1 ? " is" : " are",
                   " not about ", info.modality == Modality::kText ? "texts" : "images", ", which ",
                   info.name, " takes: ", skipped.size() == 1 ? "it is" : "they are", " left out"));
}

void note_what_cannot_be_decided(const RunPlan& plan, const ModelInfo& info, size_t seeds,
                                 Monitor& monitor) {
  const auto count = static_cast<int>(seeds);
  std::vector<std::string> undecided, asked;
  int fewest = 0;
  for (const DesideratumUnderTest& one : plan.desiderata) {
    if (!one.applies_to(info.modality)) continue;
    asked.push_back(one.id);
    const int needed = fewest_seeds(primary_expectations(one.info, info.modality));
    if (needed <= count) continue;
    undecided.push_back(one.id);
    fewest = std::max(fewest, needed);
  }
  const auto note = [&](const char* for_what, const std::vector<std::string>& desiderata,
                        int needed) {
    monitor.announce(absl::StrCat(count, count == 1 ? " seed is" : " seeds are", " too few ",
                                  for_what, absl::StrJoin(desiderata, ", "), " (", info.name,
                                  "), whatever is measured: --seeds ", needed,
                                  " is the least that can"));
  };
  if (!undecided.empty()) note("to decide anything about ", undecided, fewest);
  if (!asked.empty() && count < fewest_seeds_to_hold()) {
    note("to find that this holds: ", asked, fewest_seeds_to_hold());
  }
}

std::vector<std::string> what_applied_to_no_model(const RunPlan& plan,
                                                  const std::set<Modality>& measured) {
  std::vector<std::string> problems;
  if (!plan.desiderata_are_named) return problems;
  for (const DesideratumUnderTest& one : plan.desiderata) {
    const bool applied = std::any_of(measured.begin(), measured.end(),
                                     [&](Modality modality) { return one.applies_to(modality); });
    if (applied) continue;
    problems.push_back(absl::StrCat(one.id, " applies to none of the models (",
                                    absl::StrJoin(plan.request.models, ", "), ")"));
  }
  return problems;
}

}  // namespace eif
