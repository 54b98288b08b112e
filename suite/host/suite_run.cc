#include "suite/host/suite_run.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "suite/engine/in_context.h"
#include "suite/host/base_features.h"
#include "suite/host/guard.h"
#include "suite/host/measurement.h"
#include "suite/host/scoring.h"
#include "suite/host/validity.h"

namespace eif {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// One desideratum under test on one model.
struct Subject {
  const LoadedPlugin* plugin;
  Scoring scoring;
  std::vector<HashedRequest> requests;  // of the seed at hand

  const char* id() const { return plugin->record().id; }
};

// What the desiderata of one seed ask for.
struct SeedMeasurement {
  Measurement influence;  // under one condition
  Measurement distance;   // of the base model; the same under every condition

  Measurement& of(const Request& request) {
    return request.cells == Cells::kDistance ? distance : influence;
  }
  const Measurement& of(const Request& request) const {
    return request.cells == Cells::kDistance ? distance : influence;
  }
};

bool applies(const LoadedPlugin& desideratum, Modality modality) {
  const std::vector<Modality>& modalities = desideratum.info().modalities;
  return std::find(modalities.begin(), modalities.end(), modality) != modalities.end();
}

// Whatever is asked of a model of images is asked with digits. Loading a model may take minutes, so
// they are read before.
absl::Status check_data(const RunPlan& plan, const ModelBackend& backend, DigitSource& digits) {
  if (backend.modality() != Modality::kImage) return absl::OkStatus();
  const bool needs_digits =
      std::any_of(plan.desiderata.begin(), plan.desiderata.end(),
                  [](const LoadedPlugin* plugin) { return applies(*plugin, Modality::kImage); });
  return needs_digits ? digits.digits().status() : absl::OkStatus();
}

// A text can be learned or read; an image can only be learned.
std::vector<Condition> conditions_of(const Model& model) {
  if (model.info().modality == Modality::kImage) return {Condition::kFineTuning};
  return {Condition::kFineTuning, Condition::kInContext};
}

// Counts the rows that were done on their way up.
class RowCounter final : public UncountedMonitor {
 public:
  explicit RowCounter(Monitor& inner) : UncountedMonitor(inner), inner_(inner) {}
  void rows(size_t done, size_t expected) override {
    done_ += done;
    inner_.rows(done, expected);
  }
  size_t done() const { return done_; }

 private:
  Monitor& inner_;
  size_t done_ = 0;
};

class ModelRun {
 public:
  ModelRun(const RunPlan& plan, Model& model, const TrainingOptions& training, DigitSource& digits,
           RunObserver& observer, Monitor& monitor)
      : plan_(plan),
        model_(model),
        training_(training),
        digits_(digits),
        observer_(observer),
        monitor_(monitor) {
    const ModelInfo& info = model.info();
    for (const LoadedPlugin* plugin : plan.desiderata) {
      if (!applies(*plugin, info.modality)) continue;
      subjects_.push_back(
          {plugin, Scoring(info.name, plugin->record().id, plugin->info(), info.modality), {}});
    }
  }

  absl::Status run() {
    for (const uint64_t seed : plan_.seeds) {
      if (absl::Status status = run_seed(seed); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

  std::vector<DesideratumResult> results() const {
    std::vector<DesideratumResult> results;
    for (const Subject& subject : subjects_) {
      results.push_back(subject.scoring.finish());
      set_noise_floors(checks_.noise_floor, results.back());
    }
    return results;
  }

  size_t rows_done() const { return counted_.done(); }
  const ModelChecks& checks() const { return checks_; }

 private:
  absl::Status run_seed(uint64_t seed) {
    const SeededDraw draw(seed, model_.info().modality, digits_, plan_.draws);
    SeedMeasurement measurement;
    for (Subject& subject : subjects_) {
      if (subject.scoring.failed()) continue;
      const absl::Status planned = plan_requests(subject, draw, measurement);
      if (!digits_.status().ok()) return digits_.status();
      if (!planned.ok()) subject.scoring.fail(std::string(planned.message()));
    }
    const std::vector<Condition> conditions = conditions_of(model_);
    if (!announced_) {
      announced_ = true;
      check_the_model();
      monitor_.rows(
          0, measurement.influence.rows_to_measure() * plan_.seeds.size() * conditions.size());
    }
    // A seed counts when all of it was measured: scores come last.
    const std::string what = absl::StrCat(model_.info().name, ", seed ", seed);
    const absl::Status embedded =
        guarded(what, [&] { return measure_distances(measurement.distance); });
    if (!embedded.ok()) return embedded;
    std::vector<SeedMeasurement> measured(conditions.size(), measurement);
    for (size_t i = 0; i < conditions.size(); ++i) {
      const absl::Status status =
          guarded(what, [&] { return measure(measured, i, conditions[i]); });
      if (!status.ok()) return status;
    }
    for (size_t i = 0; i < conditions.size(); ++i) {
      for (Subject& subject : subjects_) {
        if (subject.scoring.failed()) continue;
        const absl::Status status = score(subject, draw, measured[i], conditions[i]);
        if (!status.ok()) return status;
      }
    }
    return absl::OkStatus();
  }

  // On what the first seed trains on.
  void check_the_model() {
    std::vector<Request> requests;
    for (const Subject& subject : subjects_) {
      for (const HashedRequest& hashed : subject.requests) requests.push_back(hashed.request);
    }
    checks_ = check_model(model_, statements_to_check(requests), training_);
  }

  // Fine-tuning comes first, and its base losses are those of every condition.
  absl::Status measure(std::vector<SeedMeasurement>& measured, size_t i, Condition condition) {
    return measured[i].influence.run([&](const WantedCells& wanted) {
      if (condition == Condition::kInContext) {
        return in_context_influence(model_, wanted,
                                    measured[0].influence.base_losses(wanted.evaluated), counted_);
      }
      return plan_.engine->measure(model_, wanted, training_, counted_);
    });
  }

  // No row of it counts: nothing is trained.
  absl::Status measure_distances(Measurement& measurement) {
    UncountedMonitor uncounted(monitor_);
    return measurement.run([&](const WantedCells& wanted) {
      return base_distances(model_, wanted.trained, wanted.evaluated, uncounted);
    });
  }

  absl::Status plan_requests(Subject& subject, const Draw& draw,
                             SeedMeasurement& measurement) const {
    absl::StatusOr<std::vector<Request>> requests =
        guarded(absl::StrCat(subject.id(), ", plan of seed ", draw.seed()),
                [&] { return subject.plugin->desideratum()->plan(draw); });
    if (!requests.ok()) return requests.status();
    if (plan_.control == Control::kShuffledNames) {
      const absl::Status shuffled = shuffle_names(draw, *requests);
      if (!shuffled.ok()) return shuffled;
    }
    subject.requests.clear();
    std::set<std::string> names;
    for (Request& request : *requests) {
      if (!names.insert(request.name).second) {
        return absl::InvalidArgumentError(absl::StrCat(subject.id(), ", plan of seed ", draw.seed(),
                                                       ": two requests are named ", request.name,
                                                       "; names are distinct"));
      }
      const HashedRequest& added = subject.requests.emplace_back(hashed(std::move(request)));
      const absl::Status status = measurement.of(added.request).add(added);
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

  // An error is one of the observer; a desideratum that cannot be scored fails by itself.
  absl::Status score(Subject& subject, const Draw& draw, const SeedMeasurement& measurement,
                     Condition condition) {
    Answers answers;
    for (const HashedRequest& hashed : subject.requests) {
      const Request& request = hashed.request;
      const Matrix& matrix = answers[request.name] = measurement.of(request).answer(hashed);
      // Distances are the same under every condition, and are told of once.
      if (request.cells == Cells::kDistance && condition != Condition::kFineTuning) continue;
      const absl::Status status = observer_.measured(
          {model_.info().name, subject.id(), draw.seed(), condition, request, matrix});
      if (!status.ok()) return status;
    }
    const absl::StatusOr<Scores> scores =
        guarded(absl::StrCat(subject.id(), ", score of seed ", draw.seed()),
                [&] { return subject.plugin->desideratum()->score(draw, answers); });
    if (scores.ok()) {
      subject.scoring.add(draw.seed(), subject.requests, answers, *scores, condition);
    } else {
      subject.scoring.fail(std::string(scores.status().message()));
    }
    return absl::OkStatus();
  }

  const RunPlan& plan_;
  Model& model_;
  const TrainingOptions& training_;
  DigitSource& digits_;
  RunObserver& observer_;
  Monitor& monitor_;
  RowCounter counted_{monitor_};
  std::vector<Subject> subjects_;
  bool announced_ = false;
  ModelChecks checks_;
};

// Of random weights: one model for all seeds, as a run has.
constexpr uint64_t kControlSeed = 0;

// The model as it is measured.
absl::StatusOr<std::unique_ptr<Model>> under_control(Control control,
                                                     std::unique_ptr<Model> model) {
  if (control != Control::kRandomWeights) return model;
  return guarded(absl::StrCat(control_name(control), " of ", model->info().name),
                 [&]() -> absl::StatusOr<std::unique_ptr<Model>> {
                   return with_random_weights(std::move(model), kControlSeed);
                 });
}

}  // namespace

absl::StatusOr<std::unique_ptr<Model>> load_model(const ModelBackend& backend,
                                                  const ModelRequest& request) {
  return guarded(absl::StrCat("loading ", request.name), [&] { return backend.load(request); });
}

RunOutcome run_suite(const RunPlan& plan, DigitSource& digits, RunObserver& observer,
                     Monitor& monitor) {
  RunOutcome outcome;
  const auto stopped_by = [&](RunEnd end, const absl::Status& status) {
    outcome.end = absl::IsCancelled(status) ? RunEnd::kInterrupted : end;
    outcome.status = status;
  };
  for (const auto& [backend, request] : plan.models) {
    if (absl::Status status = check_data(plan, *backend, digits); !status.ok()) {
      stopped_by(RunEnd::kUnavailable, status);
      continue;
    }
    const Clock::time_point loading = Clock::now();
    absl::StatusOr<std::unique_ptr<Model>> model = load_model(*backend, request);
    if (!model.ok()) {
      stopped_by(RunEnd::kUnavailable, model.status());
      if (outcome.end == RunEnd::kInterrupted) break;
      continue;
    }
    if (absl::Status status = check_control(plan.control, (*model)->info()); !status.ok()) {
      stopped_by(RunEnd::kRefused, status);
      break;
    }
    // A control is measured at the learning rate of the model that it is one for.
    ChosenRate rate{plan.training.learning_rate, {}};
    if (plan.find_learning_rate) {
      absl::StatusOr<ChosenRate> chosen = plan.find_learning_rate(**model);
      if (!chosen.ok()) {
        stopped_by(digits.status().ok() ? RunEnd::kFailed : RunEnd::kUnavailable, chosen.status());
        if (outcome.end == RunEnd::kInterrupted) break;
        continue;
      }
      rate = *std::move(chosen);
    }
    model = under_control(plan.control, *std::move(model));
    if (!model.ok()) {
      stopped_by(RunEnd::kFailed, model.status());
      break;
    }
    const ModelInfo& info = (*model)->info();
    ModelContext context{.name = info.name, .fingerprint = info.fingerprint, .facts = info.facts};
    context.unit = info.modality == Modality::kText ? "nats/token" : "nats";
    context.load_seconds = seconds_since(loading);
    TrainingOptions training = plan.training;
    training.learning_rate = rate.learning_rate;
    context.learning_rate_reason = rate.reason;
    context.learning_rate = training.learning_rate;

    const Clock::time_point measuring = Clock::now();
    ModelRun run(plan, **model, training, digits, observer, monitor);
    const absl::Status status = run.run();
    context.measure_seconds = seconds_since(measuring);
    context.rows = run.rows_done();
    context.checks = run.checks();
    outcome.models.push_back(std::move(context));
    for (DesideratumResult& result : run.results()) outcome.results.push_back(std::move(result));
    if (!status.ok()) {
      stopped_by(digits.status().ok() ? RunEnd::kFailed : RunEnd::kUnavailable, status);
      break;
    }
  }
  return outcome;
}

}  // namespace eif
