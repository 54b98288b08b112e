#include "suite/host/run_estimate.h"

#include <sys/resource.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "suite/core/dose.h"
#include "suite/host/auto_rate.h"
#include "suite/host/guard.h"
#include "suite/host/learned_rate.h"
#include "suite/host/rate_sweep.h"
#include "suite/host/seed_costs.h"

namespace eif {
namespace {

// A whole seed takes more than its part, because the heap has to hold batches of other sizes besides: 1.0
// to 1.9 times what the part took beyond the loaded model (docs/design.md has the runs). This is the
// middle, by factors.
constexpr double kTimesPart = 1.36;

// No time depends on the rate, as long as it is not 0.
constexpr double kAnyRate = 1e-6;

double seconds_of(const std::function<absl::Status()>& act, absl::Status& status) {
  const auto start = std::chrono::steady_clock::now();
  status = act();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

int64_t peak_process_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return int64_t{usage.ru_maxrss} * 1024;  // Linux counts in KiB
}

class Estimation {
 public:
  Estimation(const RunPlan& plan, Model& model, Monitor& monitor)
      : plan_(plan),
        model_(model),
        digits_(plan.request.data_folder),
        training_(plan.request.training),
        learned_{.shares = learned_shares(plan.request.doses),
                 .max_passes = plan.request.max_passes,
                 .training = plan.request.training},
        costs_(plan, model, training_, learned_, digits_, monitor) {
    training_.learning_rate = kAnyRate;
  }

  absl::Status add_to(ModelEstimate& estimate) {
    const std::vector<uint64_t>& seeds = plan_.request.seeds;
    if (model_.info().modality == Modality::kImage) {
      if (const auto digits = digits_.digits(); !digits.ok()) return digits.status();
    }
    const absl::StatusOr<double> check_seconds = costs_.check_model(seeds.front());
    if (!check_seconds.ok()) return check_seconds.status();
    if (absl::Status status = costs_.measure_speeds(seeds.front()); !status.ok()) return status;
    if (absl::Status status = add_plateau_search(estimate); !status.ok()) return status;
    if (absl::Status status = add_learned_search(estimate); !status.ok()) return status;
    // What stands beside the model is checked and measured as it is; what will hold nobody knows.
    const bool has_second = plan_.request.has_beside() && !plan_.request.has_beside_what_holds();
    const size_t models = has_second ? 2 : 1;
    estimate.check_seconds = *check_seconds * static_cast<double>(models);
    for (size_t i = 0; i < seeds.size(); ++i) {
      const absl::StatusOr<SeedCost> cost = costs_.of(seeds[i]);
      if (!cost.ok()) return cost.status();
      // At most as long as along the whole rate, where as many passes are the most.
      const size_t measured = models + (i < seeds_along_slower_path(plan_.request) ? 1 : 0);
      const auto times = static_cast<double>(measured);
      estimate.rows += cost->rows * measured;
      estimate.tokens += cost->tokens * static_cast<int64_t>(measured);
      estimate.seeds_seconds += cost->seconds * times;
      estimate.seeds_processor_seconds += cost->processor_seconds * times;
      estimate.is_upper_bound = cost->is_upper_bound;
    }
    estimate.seeds = seeds.size();
    const int64_t of_part = peak_process_bytes() - loaded_bytes_;
    estimate.peak_bytes =
        loaded_bytes_ + static_cast<int64_t>(kTimesPart * static_cast<double>(of_part));
    return absl::OkStatus();
  }

 private:
  // All samples that a rate is found with on each other, at one rate, and as often as there are
  // rates. What rates have in common is done once, so it is rather too much.
  absl::Status add_plateau_search(ModelEstimate& estimate) {
    const RunRequest& request = plan_.request;
    if (!request.finds_learning_rate() || !has_plateau(request.doses)) return absl::OkStatus();
    const absl::StatusOr<std::optional<ChosenRate>> kept =
        kept_learning_rate(model_, *plan_.sweep_engine, request.training, digits_);
    if (!kept.ok() || kept->has_value()) return kept.status();
    const absl::StatusOr<std::vector<Sample>> samples =
        calibration_samples(model_.info().modality, digits_);
    if (!samples.ok()) return samples.status();
    absl::Status status;
    const double seconds = seconds_of(
        [&] {
          return plan_.sweep_engine->influence(model_, *samples, *samples, training_, unwatched())
              .status();
        },
        status);
    const RateRange range = usual_rates(request.training.optimizer);
    estimate.rate_seconds +=
        seconds * static_cast<double>(rates_between(range.from, range.to).size());
    return status;
  }

  // At each rate, learning in as many passes as there may be, with two roundings.
  absl::Status add_learned_search(ModelEstimate& estimate) {
    const RunRequest& request = plan_.request;
    if (!request.finds_learning_rate() || learned_.shares.empty()) return absl::OkStatus();
    const absl::StatusOr<std::optional<ChosenRate>> kept = kept_learned_rate(
        model_, *plan_.engine, request.training,
        {.share = learned_.shares.back(), .max_passes = request.max_passes}, digits_);
    if (!kept.ok() || kept->has_value()) return kept.status();
    const absl::StatusOr<std::vector<Sample>> samples = calibration_texts(digits_);
    if (!samples.ok()) return samples.status();
    const double at_a_rate = costs_.speed_of_training().wall_seconds(most_learning_work(
        model_, all_cells(*samples, *samples), request.max_passes, *plan_.engine));
    estimate.rate_seconds +=
        2 * at_a_rate * static_cast<double>(learned_rates(request.training).size());
    return absl::OkStatus();
  }

  const int64_t loaded_bytes_ = peak_process_bytes();
  const RunPlan& plan_;
  Model& model_;
  DigitSource digits_;
  TrainingOptions training_;
  const LearnedRecipe learned_;
  SeedCosts costs_;
};

}  // namespace

absl::StatusOr<ModelEstimate> estimate_model(const RunPlan& plan, const ModelBackend& backend,
                                             const ModelRequest& request, Monitor& monitor) {
  std::unique_ptr<Model> model;
  absl::Status status;
  const double load_seconds = seconds_of(
      [&] {
        absl::StatusOr<std::unique_ptr<Model>> loaded = load_model(backend, request);
        if (loaded.ok()) model = *std::move(loaded);
        return loaded.status();
      },
      status);
  if (!status.ok()) return status;
  if (status = check_plan_fits(plan, *model); !status.ok()) return status;
  ModelEstimate estimate{
      .name = model->info().name, .modality = model->info().modality, .load_seconds = load_seconds};
  status = guarded(absl::StrCat("timing ", estimate.name),
                   [&] { return Estimation(plan, *model, monitor).add_to(estimate); });
  if (!status.ok()) return status;
  return estimate;
}

}  // namespace eif
