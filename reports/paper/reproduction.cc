#include "reports/paper/reproduction.h"

#include "absl/strings/str_cat.h"
#include "suite/core/run_result.h"

namespace eif {

ClaimCount count_of(const ReproducedClaim& claim, EvidenceRole role) {
  ClaimCount count;
  for (const ClaimEvidence& entry : claim.evidence) {
    if (entry.role != role || entry.claimed_verdict.empty()) continue;
    const std::string& found = entry.by_fine_tuning.verdict;
    const bool is_decided =
        found == verdict_name(Verdict::kHolds) || found == verdict_name(Verdict::kViolated);
    if (!is_decided) {
      ++count.undecided;
    } else if (found == entry.claimed_verdict) {
      ++count.as_claimed;
    } else {
      ++count.otherwise;
    }
  }
  return count;
}

const char* stance_of(const ClaimCount& count) {
  if (count.all() == 0) return "no verdict";
  if (count.as_claimed + count.otherwise == 0) return "undecided";
  if (count.otherwise == 0) return "agrees";
  return count.as_claimed == 0 ? "disagrees" : "agrees in part";
}

std::string figure_path(const ModelReproduction& model, const std::string& name,
                        const std::string& extension) {
  return absl::StrCat(model.folder, "/", name, extension);
}

}  // namespace eif
