#include "suite/host/seed_costs.h"

#include <algorithm>
#include <chrono>
#include <vector>

#include "suite/engine/explain.h"
#include "suite/host/base_features.h"

namespace eif {

SeedCosts::SeedCosts(const RunPlan& plan, Model& model, const TrainingOptions& training,
                     const LearnedRecipe& learned, DigitSource& digits, Monitor& monitor)
    : plan_(plan),
      model_(model),
      training_(training),
      learned_(learned),
      monitor_(monitor),
      run_(plan, model, whole_run(plan, plan.request.control), training, learned, digits, store_,
           monitor_) {}

absl::StatusOr<double> SeedCosts::check_model(uint64_t seed) {
  if (const auto planned = run_.plan_seed(seed); !planned.ok()) return planned.status();
  const auto start = std::chrono::steady_clock::now();
  run_.check_the_model();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

Work SeedCosts::work_of(const WantedCells& wanted, Condition condition) const {
  if (condition == Condition::kInContext) {
    return in_context_work(model_, wanted, plan_.request.has_neutral_base());
  }
  return fine_tuning_work(model_, wanted, training_.epochs);
}

absl::StatusOr<Speed> SeedCosts::speed_of(const WantedCells& wanted, Condition condition) {
  return measure_speed(
      wanted, [&](const WantedCells& part) { return work_of(part, condition); },
      [&](const WantedCells& part) {
        // What the known losses are does not matter to the time.
        const std::vector<double> losses(part.evaluated.size(), 0.0);
        return run_.measure_cells(part, condition, losses).status();
      });
}

absl::Status SeedCosts::measure_speeds(uint64_t seed) {
  const absl::StatusOr<SeedMeasurement> planned = run_.plan_seed(seed);
  if (!planned.ok()) return planned.status();
  const WantedCells influence = planned->influence.wanted_cells();
  const absl::StatusOr<Speed> tuned = speed_of(influence, Condition::kFineTuning);
  if (!tuned.ok()) return tuned.status();
  tuned_ = *tuned;
  if (model_.info().modality == Modality::kText) {
    const absl::StatusOr<Speed> read = speed_of(influence, Condition::kInContext);
    if (!read.ok()) return read.status();
    read_ = *read;
  }
  const absl::StatusOr<Speed> embedded = measure_speed(
      planned->distance.wanted_cells(),
      [&](const WantedCells& part) { return distance_work(model_, part); },
      [&](const WantedCells& part) {
        return base_distances(model_, part.trained, part.evaluated, monitor_).status();
      });
  if (!embedded.ok()) return embedded.status();
  embedded_ = *embedded;
  return measure_explaining(seed);
}

// By a part of what is explained together that is largest, because its rows have most columns.
absl::Status SeedCosts::measure_explaining(uint64_t seed) {
  const SeedExplanations explanations = run_.explanations_of(seed);
  if (absl::Status fits = explanations.check_fits(); !fits.ok()) return fits;
  const absl::StatusOr<std::vector<WantedCells>> groups = explanations.wanted();
  if (!groups.ok()) return groups.status();
  const auto largest = std::max_element(
      groups->begin(), groups->end(), [](const WantedCells& a, const WantedCells& b) {
        return a.rows() * a.evaluated.size() < b.rows() * b.evaluated.size();
      });
  if (largest == groups->end()) return absl::OkStatus();
  const absl::StatusOr<Speed> explained = measure_speed(
      *largest,
      [&](const WantedCells& part) { return explanation_work(model_, part, training_.epochs); },
      [&](const WantedCells& part) {
        return explain(model_, part, training_, plan_.explain_limits, monitor_).status();
      });
  if (explained.ok()) explained_ = *explained;
  return explained.status();
}

absl::StatusOr<SeedCost> SeedCosts::of(uint64_t seed) {
  const absl::StatusOr<SeedMeasurement> planned = run_.plan_seed(seed);
  if (!planned.ok()) return planned.status();
  const WantedCells influence = planned->influence.wanted_cells();
  SeedCost cost;
  const auto add = [&](const Work& work, const Speed& speed) {
    cost.rows += work.rows;
    cost.tokens += work.tokens;
    cost.seconds += speed.wall_seconds(work);
    cost.processor_seconds += speed.processor_seconds(work);
  };
  for (const Condition condition : run_.conditions()) {
    add(work_of(influence, condition), condition == Condition::kInContext ? read_ : tuned_);
  }
  if (!learned_.shares.empty()) {
    cost.is_upper_bound = true;
    add(most_learning_work(model_, influence, learned_.max_passes, *plan_.engine), tuned_);
  }
  add(distance_work(model_, planned->distance.wanted_cells()), embedded_);
  const absl::StatusOr<std::vector<WantedCells>> groups = run_.explanations_of(seed).wanted();
  if (!groups.ok()) return groups.status();
  for (const WantedCells& group : *groups) {
    add(explanation_work(model_, group, training_.epochs), explained_);
  }
  return cost;
}

absl::StatusOr<SeedCost> SeedCosts::timed(uint64_t seed) {
  if (absl::Status status = measure_speeds(seed); !status.ok()) return status;
  return of(seed);
}

}  // namespace eif
