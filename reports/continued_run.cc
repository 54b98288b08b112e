#include "reports/continued_run.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace eif {
namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

RunResult of_desiderata(RunResult run, const std::vector<std::string>& desiderata) {
  std::erase_if(run.results, [&](const DesideratumResult& one) {
    return !contains(desiderata, one.key.desideratum);
  });
  std::erase_if(run.matrices, [&](const MatrixRecord& one) {
    return !contains(desiderata, one.key.desideratum);
  });
  return run;
}

}  // namespace

ContinuedRun::ContinuedRun(RunFolder& folder, const RunSource& first,
                           const std::vector<std::string>& desiderata)
    : folder_(folder),
      first_(first.matrices),
      earlier_(folder.earlier() != nullptr ? *folder.earlier()
                                           : of_desiderata(first.run, desiderata)) {}

absl::StatusOr<MeasuredMatrix> ContinuedRun::read(const MatrixRecord& record) const {
  if (folder_.earlier() != nullptr) return folder_.read(record);
  absl::StatusOr<MeasuredMatrix> measured = first_.read(record);
  if (!measured.ok()) return measured;
  if (!record.explanation.empty()) {
    absl::StatusOr<Explanation> explanation = first_.read_explanation(record);
    if (!explanation.ok()) return explanation.status();
    measured->explanation = *std::move(explanation);
  }
  if (absl::Status kept = folder_.keep(*measured); !kept.ok()) return kept;
  return measured;
}

RunResult with_more_seeds(RunResult run, const RunResult& more, const std::string& folder) {
  for (DesideratumResult& result : run.results) {
    for (const DesideratumResult& later : more.results) {
      if (later.key == result.key) result = later;
    }
  }
  std::erase_if(run.matrices, [&](const MatrixRecord& one) {
    return contains(more.request.desiderata, one.key.desideratum);
  });
  for (MatrixRecord record : more.matrices) {
    record.path = absl::StrCat(folder, "/", record.path);
    if (!record.explanation.empty()) record.explanation = absl::StrCat(folder, "/", record.explanation);
    run.matrices.push_back(std::move(record));
  }
  if (run.end == RunEnd::kComplete) run.end = more.end;
  run.problems.insert(run.problems.end(), more.problems.begin(), more.problems.end());
  return run;
}

}  // namespace eif
