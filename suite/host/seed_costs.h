// What a seed of a run takes: rows, tokens, and the time that a part of one tells (speed.h).
//
//   SeedCosts costs(plan, model, training, learned, digits, monitor);
//   const absl::StatusOr<SeedCost> first = costs.timed(seeds.front());
//   const absl::StatusOr<SeedCost> second = costs.of(seeds[1]);
#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "suite/core/run_store.h"
#include "suite/host/model_run.h"
#include "suite/host/speed.h"

namespace eif {

struct SeedCost {
  size_t rows = 0;
  int64_t tokens = 0;  // Work::tokens
  double seconds = 0;            // by the clock
  double processor_seconds = 0;  // of all threads
  // Of a learned dose: how soon it is learned is not known before. Otherwise what it takes about.
  bool is_upper_bound = false;
};

// Where nothing is kept and nothing was.
class NoStore final : public RunStore {
 public:
  const RunResult* earlier() const override { return nullptr; }
  absl::StatusOr<MeasuredMatrix> read(const MatrixRecord&) const override {
    return absl::NotFoundError("nothing is kept");
  }
  absl::Status keep(const MeasuredMatrix&) override { return absl::OkStatus(); }
  absl::Status write(RunResult&) override { return absl::OkStatus(); }
};

// Of the model itself: what stands beside it (RunRequest::beside) takes as much once more.
class SeedCosts {
 public:
  // What is passed by reference outlives this object. `learned`: as ModelRun's.
  SeedCosts(const RunPlan& plan, Model& model, const TrainingOptions& training,
            const LearnedRecipe& learned, DigitSource& digits, Monitor& monitor);

  // Checks the model on what the seed trains on, as a run does once. Returns the seconds.
  absl::StatusOr<double> check_model(uint64_t seed);

  // Measures a part of the seed. Errors: those of planning and of measuring.
  absl::Status measure_speeds(uint64_t seed);

  // Call after measure_speeds(). The error is that of planning.
  absl::StatusOr<SeedCost> of(uint64_t seed);

  // Both.
  absl::StatusOr<SeedCost> timed(uint64_t seed);

  const Speed& speed_of_training() const { return tuned_; }

 private:
  Work work_of(const WantedCells& wanted, Condition condition) const;
  absl::Status measure_explaining(uint64_t seed);
  absl::StatusOr<Speed> speed_of(const WantedCells& wanted, Condition condition);

  const RunPlan& plan_;
  Model& model_;
  const TrainingOptions& training_;
  const LearnedRecipe learned_;
  UncountedMonitor monitor_;
  NoStore store_;
  ModelRun run_;
  Speed tuned_, read_, embedded_, explained_;
};

}  // namespace eif
