// A run that goes on from another with more seeds, and of some of its desiderata alone: what those
// have measured is copied, so that the folder is that of an ordinary run.
//
//   ContinuedRun store(*folder, {first, first_matrices}, {"ontology"});
//   RunResult run = run_suite(plan, store, monitor);  // plan: more seeds, of ontology
#pragma once

#include <string>
#include <vector>

#include "reports/run_folder.h"
#include "reports/run_source.h"

namespace eif {

class ContinuedRun final : public RunStore {
 public:
  // What is passed by reference outlives this object. Where the folder has an earlier start of the
  // run, that is gone on with, and `first` is not read.
  ContinuedRun(RunFolder& folder, const RunSource& first,
               const std::vector<std::string>& desiderata);

  const RunResult* earlier() const override { return &earlier_; }
  absl::StatusOr<MeasuredMatrix> read(const MatrixRecord& record) const override;
  absl::Status keep(const MeasuredMatrix& measured) override { return folder_.keep(measured); }
  absl::Status write(RunResult& run) override { return folder_.write(run); }

 private:
  RunFolder& folder_;
  const RunMatrices& first_;
  RunResult earlier_;
};

// The run with what was measured on more seeds in the place of what it had. `folder`: of `more`, below
// that of the run.
RunResult with_more_seeds(RunResult run, const RunResult& more, const std::string& folder);

}  // namespace eif
