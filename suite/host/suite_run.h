// A run: every chosen desideratum on every chosen model, seed by seed.
//
//   RunPlan plan = …;  // the request, and what it names
//   RunResult run = run_suite(plan, store, monitor);
//
// Per model: load, find the learning rate, put it under control, then seed by seed plan, measure,
// judge. The record is written after each seed, so that a run which is cut off goes on where it
// was.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/backend.h"
#include "suite/core/run_result.h"
#include "suite/core/run_store.h"
#include "suite/engine/engine.h"
#include "suite/engine/engines.h"
#include "suite/host/draw.h"

namespace eif {

// A desideratum that takes part in a run. What it points at outlives the run.
struct DesideratumUnderTest {
  std::string id;
  const Desideratum* desideratum = nullptr;
  DesideratumInfo info;

  // Whether it asks something of models of this kind.
  bool applies_to(Modality modality) const;
};

// A request, and what it names.
struct RunPlan {
  RunRequest request;
  std::vector<std::pair<const ModelBackend*, ModelRequest>> models;  // as request.models
  std::vector<DesideratumUnderTest> desiderata;  // skipped for models of another modality
  bool desiderata_are_named = false;             // by the user, who is told what is skipped
  DrawSettings draws;
  std::unique_ptr<Engine> engine;
  std::unique_ptr<Engine> sweep_engine;  // that finds the learning rate, where it is to be found
  EngineLimits explain_limits;           // of what explains, where request.explain asks for it
  // Computes what `engine` does in another order: how much rounding matters to learned doses.
  std::unique_ptr<Engine> rounding_engine;
  RunContext context;                    // but for the models, which are known once measured
  // Keeps what random weights were measured to, which is the same for every run of a model; null:
  // nothing does.
  std::unique_ptr<MatrixCache> random_weights_cache;
  // Of the seeds of the request as many as fit into it, of one model; unset: all of them.
  std::optional<double> budget_seconds;
};

// Whether an effect of some desideratum is the gain of reading over fine-tuning, so that samples
// are read wherever they are trained on.
bool compares_with_reading(const RunPlan& plan);

// How many of the first seeds are measured along a third of the learned rate as well: some where a
// dose is a share and the program finds the rate, of what is no control; else none.
size_t seeds_along_slower_path(const RunRequest& request);

// Exceptions of the backend become a status.
absl::StatusOr<std::unique_ptr<Model>> load_model(const ModelBackend& backend,
                                                  const ModelRequest& request);

// kInvalidArgument: what the plan asks for cannot be done with this model.
absl::Status check_plan_fits(const RunPlan& plan, Model& model);

// Never fails: what went wrong is in RunResult::end and ::problems. A run that an earlier start of
// it left in the store goes on: seeds that are complete there are read and not measured again.
RunResult run_suite(const RunPlan& plan, RunStore& store, Monitor& monitor);

}  // namespace eif
