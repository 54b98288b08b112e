// Which seeds of a run are measured: those of the request, or of them as many as fit into a time.
//
//   SeedSchedule schedule(plan, monitor);
//   schedule.begin(earlier_run, earlier_model, cost);  // says how many there will be about
//   …                                                  // schedule.seeds().front() is measured
//   schedule.know(seconds, /*done=*/1);                // how many there are is decided, and said
//
// The number is chosen once, by the time and by nothing that was found, so that it makes no verdict
// likelier than another.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/monitor.h"
#include "suite/host/seed_costs.h"
#include "suite/host/suite_run.h"

namespace eif {

// What a seed takes of the time that is left.
struct SeedTime {
  double per_seed = 0;  // seconds, above 0
  size_t done = 0;      // seeds that are there already
  // How many models are measured one after the other: 2 where something stands beside the model
  // (RunRequest::beside), which is measured on the seeds that are there, too.
  size_t models = 1;
  size_t measured_again = 0;  // of the first seeds, whatever is measured else
};

// How many seeds there may be in all, those that are done included.
size_t seeds_that_fit(double seconds_left, const SeedTime& time);

class SeedSchedule {
 public:
  // The time begins now. What is passed by reference outlives this object.
  SeedSchedule(const RunPlan& plan, Monitor& monitor);

  const std::vector<uint64_t>& seeds() const { return seeds_; }
  // Whether seeds() is what it will be.
  bool is_decided() const { return is_decided_; }

  // Call before the first seed of a model. `earlier_run` and `earlier_model`: what an earlier start
  // of the run has, or null. `cost`: of the first seed, asked for where it matters; an error there
  // is one that measuring will say.
  void begin(const RunResult* earlier_run, const ModelContext* earlier_model,
             const std::function<absl::StatusOr<SeedCost>()>& cost);

  // Call when the first `done` seeds are there, one of which took so many seconds. Decides what is
  // not decided, and says what the others take where nothing else does.
  void know(double seconds, size_t done);

 private:
  void decide(double seconds, size_t done);
  double seconds_left() const;

  const RunPlan& plan_;
  Monitor& monitor_;
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  std::vector<uint64_t> seeds_;
  bool is_decided_;
};

}  // namespace eif
