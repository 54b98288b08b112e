#include "desiderata/declared/sum_samples.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "domains/exchange.h"
#include "suite/formats/suggest.h"

namespace eif {
namespace {

// Ids that a message lists.
constexpr size_t kMaxListed = 20;

std::string listed(std::vector<std::string> ids) {
  if (ids.size() <= kMaxListed) return absl::StrJoin(ids, ", ");
  const size_t more = ids.size() - kMaxListed;
  ids.resize(kMaxListed);
  return absl::StrCat(absl::StrJoin(ids, ", "), " and ", more, " more");
}

absl::Status check_sample(const std::string& id, size_t column, bool trained,
                          const std::string& domain, const std::vector<SampleTemplate>& samples) {
  const auto error = [&](const std::string& what) {
    return absl::InvalidArgumentError(absl::StrCat("column ", column, ": ", what));
  };
  const auto found = std::find_if(samples.begin(), samples.end(),
                                  [&](const SampleTemplate& one) { return one.id == id; });
  if (found == samples.end()) {
    std::vector<std::string> ids;
    for (const SampleTemplate& one : samples) ids.push_back(one.id);
    return error(absl::StrCat(domain, " has no sample \"", id, "\"; it has ", listed(ids), ".",
                              did_you_mean(id, ids)));
  }
  const std::string sample = absl::StrCat("sample \"", id, "\" of ", domain);
  if (trained && !found->role.train) {
    return error(
        absl::StrCat(sample, " is only asked (train = false); it cannot stand in front of >"));
  }
  if (!trained && !found->role.evaluate) {
    return error(
        absl::StrCat(sample, " is only trained on (evaluate = false); it cannot stand behind >"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status check_samples(const Sum& sum, const std::string& domain,
                           const std::vector<SampleTemplate>& samples) {
  for (const auto& [cell, trained_column, evaluated_column] : sum.cells()) {
    absl::Status status = check_sample(cell.trained, trained_column, true, domain, samples);
    if (status.ok()) {
      status = check_sample(cell.evaluated, evaluated_column, false, domain, samples);
    }
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status check_exchanged_samples(const Sum& sum, const std::string& domain,
                                     const std::vector<SampleTemplate>& samples) {
  for (const auto& [cell, trained_column, evaluated_column] : sum.cells()) {
    const std::string id = absl::StrCat(kExchanged, cell.trained);
    if (std::any_of(samples.begin(), samples.end(), [&](const SampleTemplate& one) {
          return one.id == id && one.role.train;
        })) {
      continue;
    }
    return absl::InvalidArgumentError(
        absl::StrCat("column ", trained_column, ": ", domain, " has no sample \"", id,
                     "\" to train on; exchange = [\"B\", \"spare\"] in the sample \"",
                     cell.trained, "\" makes it, with these two entities exchanged"));
  }
  return absl::OkStatus();
}

}  // namespace eif
