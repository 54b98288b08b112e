// What a run would take of one of its models, without making it: its samples are counted, and a
// part of its first seed is measured (seed_costs.h).
//
//   const absl::StatusOr<ModelEstimate> estimate =
//       estimate_model(plan, *plan.models[0].first, plan.models[0].second, monitor);
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "suite/host/suite_run.h"

namespace eif {

struct ModelEstimate {
  std::string name;
  Modality modality = Modality::kText;
  size_t seeds = 0;
  size_t rows = 0;     // of all seeds, under all conditions
  int64_t tokens = 0;  // likewise; or images (Work::tokens)
  double load_seconds = 0;
  double rate_seconds = 0;  // of finding learning rates; 0 where they are known
  double check_seconds = 0;
  double seeds_seconds = 0;            // of all seeds
  double seeds_processor_seconds = 0;  // likewise, of all threads
  int64_t peak_bytes = 0;              // that the process has at once
  // Of a learned dose: how soon it is learned is not known before.
  bool is_upper_bound = false;

  double seconds() const { return load_seconds + rate_seconds + check_seconds + seeds_seconds; }
};

// Nothing is kept. Errors are those of loading, planning and measuring.
absl::StatusOr<ModelEstimate> estimate_model(const RunPlan& plan, const ModelBackend& backend,
                                             const ModelRequest& request, Monitor& monitor);

}  // namespace eif
