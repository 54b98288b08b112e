#include "suite/core/dose.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace eif {
namespace {

constexpr char kGivenRate[] = "lr ";  // as result_key() has it

bool is_of_given_rate(const std::string& dose) { return dose.starts_with(kGivenRate); }

}  // namespace

bool is_learned_dose(const std::string& dose) {
  return !dose.empty() && dose != kPlateauDose && !is_of_given_rate(dose);
}

bool is_canonical_dose(const std::string& dose) {
  const absl::StatusOr<std::vector<std::string>> canonical = canonical_doses({dose});
  return canonical.ok() && canonical->front() == dose;
}

bool is_dose_name(const std::string& name) {
  double rate = 0;
  if (!is_of_given_rate(name)) return is_canonical_dose(name);
  return absl::SimpleAtod(name.substr(sizeof(kGivenRate) - 1), &rate) && std::isfinite(rate);
}

std::string asked_dose(const std::string& name) {
  return is_of_given_rate(name) ? kPlateauDose : name;
}

std::string dose_name(double share) { return absl::StrFormat("%g", share); }

absl::StatusOr<std::vector<std::string>> canonical_doses(const std::vector<std::string>& doses) {
  std::vector<std::string> canonical;
  std::set<double> shares;
  for (const std::string& dose : doses) {
    if (dose == kPlateauDose) {
      if (canonical.empty()) canonical.push_back(dose);
      continue;
    }
    double share = 0;
    if (!absl::SimpleAtod(dose, &share) || !(share > 0 && share < 1)) {
      return absl::InvalidArgumentError(absl::StrCat(
          "--dose: '", dose, "' is neither plateau nor a share above 0 and below 1, such as 0.9"));
    }
    double named = 0;
    if (!absl::SimpleAtod(dose_name(share), &named) || named != share) {
      return absl::InvalidArgumentError(
          absl::StrCat("--dose: '", dose, "' has more digits than the six that tell shares apart"));
    }
    shares.insert(share);
  }
  for (const double share : shares) canonical.push_back(dose_name(share));
  if (canonical.empty()) {
    return absl::InvalidArgumentError("--dose: say plateau, or shares such as 0.5,0.9");
  }
  return canonical;
}

bool has_plateau(const std::vector<std::string>& doses) {
  return std::find(doses.begin(), doses.end(), kPlateauDose) != doses.end();
}

std::vector<double> learned_shares(const std::vector<std::string>& doses) {
  std::vector<double> shares;
  for (const std::string& dose : doses) {
    double share = 0;
    if (dose != kPlateauDose && absl::SimpleAtod(dose, &share)) shares.push_back(share);
  }
  return shares;
}

absl::Status check_doses(const std::vector<std::string>& doses, const TrainingOptions& training,
                         bool rate_is_given) {
  if (learned_shares(doses).empty()) return absl::OkStatus();
  if (training.epochs != 1) {
    return absl::InvalidArgumentError(
        "--dose with a share takes as many passes as it needs: leave out --epochs");
  }
  if (rate_is_given && has_plateau(doses)) {
    return absl::InvalidArgumentError(
        "--lr is the rate of the shares, and the plateau finds its own: leave out --lr, or leave "
        "plateau out of --dose");
  }
  return absl::OkStatus();
}

double learned_share(std::span<const double> before, std::span<const double> after) {
  double least = std::numeric_limits<double>::infinity();
  for (size_t i = 0; i < before.size(); ++i) {
    const double share = 1 - after[i] / before[i];
    // A comparison with NaN is false, and would pass over it.
    if (share != share) return share;
    least = std::min(least, share);
  }
  return before.empty() ? std::numeric_limits<double>::quiet_NaN() : least;
}

}  // namespace eif
