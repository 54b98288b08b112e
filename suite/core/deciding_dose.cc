#include "suite/core/deciding_dose.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "suite/core/dose.h"
#include "suite/core/expectations.h"

namespace eif {
namespace {

double share_of(const std::string& dose) {
  double share = 0;
  return dose != kPlateauDose && absl::SimpleAtod(dose, &share) ? share : 0;
}

// "dose 0.9", "plateau", "lr 0.3"
std::string in_words(const std::string& dose) {
  return is_learned_dose(dose) ? absl::StrCat("dose ", dose) : dose;
}

}  // namespace

absl::Status check_stated_doses(const DesideratumInfo& info) {
  const Expectation* first = nullptr;
  for (const Expectation& one : info.expectations) {
    if (!is_for(one.only_for, Modality::kText)) continue;
    if (!is_canonical_dose(one.deciding_dose)) {
      return absl::InvalidArgumentError(
          absl::StrCat("the deciding dose of ", one.id, " is \"", one.deciding_dose,
                       "\", expected plateau or a share above 0 and below 1, such as 0.9"));
    }
    if (!one.second_dose.empty() && !is_canonical_dose(one.second_dose)) {
      return absl::InvalidArgumentError(
          absl::StrCat("the second dose of ", one.id, " is \"", one.second_dose,
                       "\", expected plateau, a share above 0 and below 1, such as 0.9, or none"));
    }
    if (!one.primary) continue;
    if (first == nullptr) first = &one;
    if (one.deciding_dose == first->deciding_dose) continue;
    return absl::InvalidArgumentError(absl::StrCat(
        "dose ", first->deciding_dose, " decides ", first->id, ", and ", one.deciding_dose, " ",
        one.id, ", expected one dose for all primary expectations, because it has the verdict"));
  }
  return absl::OkStatus();
}

std::string doses_text(const Expectation& expectation) {
  std::string text = absl::StrCat("decided at ", in_words(expectation.deciding_dose));
  if (!expectation.second_dose.empty()) {
    absl::StrAppend(&text, ", ", in_words(expectation.second_dose), " beside it");
  }
  return text;
}

std::string stated_dose(const std::vector<ExpectationResult>& expectations) {
  for (const ExpectationResult& one : expectations) {
    if (one.expectation.primary) return one.expectation.deciding_dose;
  }
  return kPlateauDose;
}

std::string deciding_dose(const std::string& stated, const std::vector<std::string>& measured) {
  const auto distance = [&](const std::string& dose) {
    return std::abs(share_of(dose) - share_of(stated));
  };
  return *std::min_element(
      measured.begin(), measured.end(), [&](const std::string& a, const std::string& b) {
        return std::pair(distance(a), -share_of(a)) < std::pair(distance(b), -share_of(b));
      });
}

bool decides(const DesideratumResult& result) {
  return result.decided_at.empty() || result.decided_at == result.key.dose;
}

bool stands_beside(const DesideratumResult& result) {
  if (decides(result)) return false;
  return std::any_of(
      result.expectations.begin(), result.expectations.end(), [&](const ExpectationResult& one) {
        return one.expectation.primary && one.expectation.second_dose == asked_dose(result.key.dose);
      });
}

bool counts_once(const RunResult& run, const DesideratumResult& result) {
  if (result.key.condition == Condition::kFineTuning) return decides(result);
  const auto is_same_but_for_dose = [&](const DesideratumResult& other) {
    ResultKey key = other.key;
    key.dose = result.key.dose;
    return key == result.key;
  };
  return &*std::find_if(run.results.begin(), run.results.end(), is_same_but_for_dose) == &result;
}

std::string role_text(const DesideratumResult& result) {
  if (decides(result)) return "";
  const std::string dose = in_words(result.decided_at);
  return stands_beside(result) ? absl::StrCat("beside ", dose, ", which decides")
                               : absl::StrCat(dose, " decides");
}

std::vector<std::string> stand_ins(const RunResult& run) {
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> decided;
  for (const DesideratumResult& result : run.results) {
    if (result.key.condition != Condition::kFineTuning || !decides(result)) continue;
    const std::string stated = stated_dose(result.expectations);
    if (stated == asked_dose(result.key.dose)) continue;
    std::vector<std::string>& ids = decided[{stated, result.key.dose}];
    if (std::find(ids.begin(), ids.end(), result.key.desideratum) == ids.end()) {
      ids.push_back(result.key.desideratum);
    }
  }
  std::vector<std::string> sentences;
  for (const auto& [doses, ids] : decided) {
    const auto& [stated, instead] = doses;
    sentences.push_back(absl::StrCat(in_words(stated), " is to decide ", absl::StrJoin(ids, ", "),
                                     ", and was not measured: ", in_words(instead),
                                     " decides (--dose ", stated, " measures it)"));
  }
  return sentences;
}

}  // namespace eif
