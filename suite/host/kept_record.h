// The record of a run while it is under way: what is known so far, with what an earlier start of
// the same run left, written down after each seed.
//
//   KeptRecord record(plan, store, monitor);
//   record.stopped_by(RunEnd::kUnavailable, status);
//   record.write();
//   return std::move(record).finish();
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "eif/monitor.h"
#include "suite/core/run_result.h"
#include "suite/core/run_store.h"
#include "suite/host/suite_run.h"

namespace eif {

class KeptRecord {
 public:
  // What is passed by reference outlives this object.
  KeptRecord(const RunPlan& plan, RunStore& store, Monitor& monitor);

  // Takes over what the record of an earlier start says of the run as a whole.
  void go_on_from_earlier();
  // What an earlier start knows of a model; null where it did not come to it.
  const ModelContext* earlier(const std::string& model) const;

  RunContext& context() { return run_.context; }
  // What is measured, of the model at hand.
  ModelContext& model() { return run_.context.models.back(); }
  std::vector<uint64_t>& seeds() { return run_.request.seeds; }

  // Results that are set from now on are those of this model.
  void begin_model(ModelContext model);
  // All that is known of the model at hand.
  void set_results(std::vector<DesideratumResult> results);
  // The results along a third of the rate, beside those of the model at hand.
  void set_slower(const std::vector<DesideratumResult>& results);
  // The results under RunRequest::beside, beside those of the model at hand.
  void set_beside(const std::vector<DesideratumResult>& results);

  // The desiderata that hold of the model at hand, at some dose or in context.
  std::set<std::string> those_that_hold() const;

  void add_problem(std::string problem) { run_.problems.push_back(std::move(problem)); }
  bool is_stopped() const { return run_.end != RunEnd::kUnfinished; }
  // Returns whether to go on with the next model. The first end that is not good is the run's.
  bool stopped_by(RunEnd end, const absl::Status& status);

  // A record that cannot be written is told of once; the numbers are still printed in the end.
  void write();
  // Complete, unless something stopped it; written for the last time.
  RunResult finish() &&;

 private:
  // The result of the model at hand that `result` stands beside; null where there is none.
  DesideratumResult* beside_which(const DesideratumResult& result);
  // The record with what an earlier start has of models that this one did not come to.
  RunResult with_unreached() const;

  const RunPlan& plan_;
  RunStore& store_;
  Monitor& monitor_;
  RunResult run_;
  size_t first_result_ = 0;  // of the model at hand
  bool could_not_write_ = false;
};

}  // namespace eif
