#include "suite/host/suite_run.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "suite/core/dose.h"
#include "suite/engine/learned_parameters.h"
#include "suite/host/asked_desiderata.h"
#include "suite/host/auto_rate.h"
#include "suite/host/control.h"
#include "suite/host/guard.h"
#include "suite/host/kept_record.h"
#include "suite/host/learned_rate.h"
#include "suite/host/model_run.h"
#include "suite/host/seed_costs.h"
#include "suite/host/seed_schedule.h"
#include "suite/host/stoppable_model.h"

namespace eif {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Along a third of the rate.
constexpr size_t kSeedsOfSlowerPath = 3;
constexpr double kSlower = 1.0 / 3;

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

absl::Status check_learned_doses(const RunRequest& request, const ModelInfo& info) {
  if (learned_shares(request.doses).empty() || info.modality == Modality::kText) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "--dose with a share needs a model of texts, and ", info.name,
      " takes images, whose losses are too small for shares of them to be more than rounding; use "
      "--dose plateau"));
}

TrainingOptions training_at(TrainingOptions training, double learning_rate) {
  training.learning_rate = learning_rate;
  return training;
}

// Puts the models of a plan into its record, one after the other.
class SuiteRun {
 public:
  SuiteRun(const RunPlan& plan, RunStore& store, Monitor& monitor)
      : plan_(plan),
        store_(store),
        monitor_(monitor),
        digits_(plan.request.data_folder),
        control_(control_of(plan.request.control)),
        record_(plan, store, monitor) {
    record_.seeds() = schedule_.seeds();
  }

  RunResult run() {
    record_.go_on_from_earlier();
    for (const auto& [backend, request] : plan_.models) {
      if (!run_model(*backend, request)) break;
    }
    if (!record_.is_stopped()) {
      for (std::string& problem : what_applied_to_no_model(plan_, measured_)) {
        record_.add_problem(std::move(problem));
      }
    }
    return std::move(record_).finish();
  }

 private:
  // False: go no further. Other models are measured where one cannot be loaded.
  bool run_model(const ModelBackend& backend, const ModelRequest& request) {
    const std::optional<Modality> modality = backend.modality();
    // Loading a model may take minutes, so its data is checked before where that is possible.
    if (modality && !has_data(*modality)) return true;
    const Clock::time_point loading = Clock::now();
    absl::StatusOr<std::unique_ptr<Model>> model = load_model(backend, request);
    if (!model.ok()) return record_.stopped_by(RunEnd::kUnavailable, model.status());
    ModelContext context{.load_seconds = seconds_since(loading)};
    const ModelInfo info = (*model)->info();
    if (!modality && !has_data(info.modality)) return true;
    if (absl::Status status = check_plan_fits(plan_, **model); !status.ok()) {
      record_.stopped_by(RunEnd::kRefused, status);
      return false;
    }
    measured_.insert(info.modality);
    note_what_does_not_apply(plan_, info, monitor_);
    if (schedule_.is_decided()) {
      note_what_cannot_be_decided(plan_, info, record_.seeds().size(), monitor_);
    }

    const ModelContext* earlier = record_.earlier(info.name);
    const Clock::time_point finding = Clock::now();
    // A control is measured at the learning rate of the model that it is one for.
    const absl::StatusOr<ChosenRate> learned = find_learned_rate(**model, earlier);
    if (!learned.ok()) return record_.stopped_by(RunEnd::kFailed, learned.status());
    context.learned_rate = learned->learning_rate;
    context.learned_rate_reason = learned->reason;
    context.learned_noise = learned->noise;
    const absl::StatusOr<ChosenRate> rate = has_plateau(plan_.request.doses)
                                                ? find_rate(**model, earlier)
                                                : *learned;
    context.rate_seconds = seconds_since(finding);
    if (!rate.ok()) return record_.stopped_by(RunEnd::kFailed, rate.status());
    model = under_control(control_, *std::move(model));
    if (!model.ok()) {
      record_.stopped_by(RunEnd::kFailed, model.status());
      return false;
    }
    if (earlier != nullptr && earlier->fingerprint != (*model)->info().fingerprint) {
      record_.stopped_by(
          RunEnd::kRefused,
          absl::FailedPreconditionError(absl::StrCat(
              info.name, " has other weights than when this run was begun (fingerprint ",
              (*model)->info().fingerprint, ", was ", earlier->fingerprint,
              "): give --fresh to begin anew, or another --out")));
      return false;
    }
    absl::StatusOr<std::unique_ptr<TextTokenizer>> tokenizer = tokenizer_of(backend, request, info);
    if (!tokenizer.ok()) return record_.stopped_by(RunEnd::kUnavailable, tokenizer.status());
    const TrainingOptions training = training_at(plan_.request.training, rate->learning_rate);
    const LearnedRecipe recipe{
        .shares = learned_shares(plan_.request.doses),
        .max_passes = plan_.request.max_passes,
        .training = training_at(plan_.request.training, context.learned_rate)};
    context.learning_rate = rate->learning_rate;
    context.learning_rate_reason = rate->reason;
    if (!measure(**model, training, recipe, *std::move(tokenizer), std::move(context), earlier)) {
      return false;
    }
    if (!measure_slower(**model, training, recipe, earlier)) return false;
    return !plan_.request.has_beside() ||
           measure_beside(*std::move(model), training, recipe, earlier);
  }

  // What spells the tokens of explanations; null where there are none.
  absl::StatusOr<std::unique_ptr<TextTokenizer>> tokenizer_of(const ModelBackend& backend,
                                                              const ModelRequest& request,
                                                              const ModelInfo& info) const {
    if (!plan_.request.explain || info.modality == Modality::kImage) return nullptr;
    return backend.load_tokenizer(request);
  }

  bool measure(Model& model, const TrainingOptions& training, const LearnedRecipe& learned,
               std::unique_ptr<TextTokenizer> tokenizer, ModelContext context,
               const ModelContext* earlier) {
    const ModelInfo& info = model.info();
    context.name = info.name;
    context.fingerprint = info.fingerprint;
    context.facts = info.facts;
    std::sort(context.facts.begin(), context.facts.end());  // run.json keeps no order of them
    context.unit = unit_of(info.modality);

    ModelRun measured(plan_, model, whole_run(plan_, plan_.request.control), training, learned,
                      digits_, store_, monitor_);
    measured.spell_tokens_with(std::move(tokenizer));
    if (earlier != nullptr) {
      context.beside = earlier->beside;
      context.slower = earlier->slower;
      go_on_from(*earlier, context, measured);
    }
    begin_seeds(model, training, learned, earlier);
    measured.expect_seeds(record_.seeds().size());
    record_.begin_model(std::move(context));
    const Clock::time_point measuring = Clock::now();
    bool knows_a_seed = false;
    return measure_seeds(
        measured, record_.seeds(), record_.model(), [&](std::optional<uint64_t> seed) {
          record_.set_results(measured.results(record_.model().learned_noise));
          if (!seed || measured.was_recorded(*seed) || measured.was_cached(*seed)) return;
          if (std::exchange(knows_a_seed, true)) return;
          know_a_seed(seconds_since(measuring), measured, info);
        });
  }

  // Measures the learned doses of the first seeds along a third of the rate, where the program
  // chose the rate: who did not say the path is to know what depends on it.
  bool measure_slower(Model& model, const TrainingOptions& training, LearnedRecipe learned,
                      const ModelContext* earlier) {
    const size_t count = seeds_along_slower_path(plan_.request);
    if (count == 0) return true;
    learned.training.learning_rate *= kSlower;
    std::vector<std::string> doses = plan_.request.doses;
    std::erase(doses, kPlateauDose);
    ModelRun measured(plan_, model,
                      {.control = kThirdOfTheRate,
                       .doses = std::move(doses),
                       .is_read = compares_with_reading(plan_)},
                      training, learned, digits_, store_, monitor_);
    measured.set_checks(record_.model().checks);
    BesideContext context{.fingerprint = model.info().fingerprint,
                          .learned_rate = learned.training.learning_rate};
    if (earlier != nullptr && earlier->slower) go_on_from(*earlier->slower, context, measured);
    std::vector<uint64_t> seeds = record_.seeds();
    seeds.resize(std::min(seeds.size(), count));
    measured.expect_seeds(seeds.size());
    monitor_.announce(absl::StrFormat("%s along a third of the rate, %.2g, to stand beside it:",
                                      model.info().name, learned.training.learning_rate));
    std::optional<BesideContext>& recorded = record_.model().slower;
    recorded = std::move(context);
    return measure_seeds(measured, seeds, *recorded, [&](std::optional<uint64_t>) {
      record_.set_slower(measured.results(record_.model().learned_noise));
    });
  }

  // Measures the same of the model under RunRequest::beside, whose verdicts stand beside those of
  // the model. The model is not needed any more, and is overwritten.
  bool measure_beside(std::unique_ptr<Model> trained, const TrainingOptions& training,
                      const LearnedRecipe& learned, const ModelContext* earlier) {
    const std::string control = plan_.request.beside_control();
    RunPart part = whole_run(plan_, control);
    std::string what = "it";
    if (plan_.request.has_beside_what_holds()) {
      part.desiderata = record_.those_that_hold();
      if (part.desiderata.empty()) return true;
      what = absl::StrCat("what holds (", absl::StrJoin(part.desiderata, ", "), ")");
    }
    absl::StatusOr<std::unique_ptr<Model>> model =
        under_control(control_of(control), std::move(trained));
    if (!model.ok()) {
      record_.stopped_by(RunEnd::kFailed, model.status());
      return false;
    }
    monitor_.announce(absl::StrCat((*model)->info().name, " with ",
                                   absl::StrReplaceAll(control, {{"-", " "}}), ", to stand beside ",
                                   what, ":"));
    ModelRun measured(plan_, **model, std::move(part), training, learned, digits_, store_,
                      monitor_);
    BesideContext context{.fingerprint = (*model)->info().fingerprint};
    if (earlier != nullptr && earlier->beside) go_on_from(*earlier->beside, context, measured);
    std::optional<BesideContext>& recorded = record_.model().beside;
    recorded = std::move(context);
    return measure_seeds(measured, record_.seeds(), *recorded, [&](std::optional<uint64_t>) {
      record_.set_beside(measured.results(record_.model().learned_noise));
    });
  }

  // Takes over what an earlier start knows of a model, or of what stands beside one.
  template <typename Context>
  static void go_on_from(const Context& earlier, Context& context, ModelRun& measured) {
    context.measure_seconds = earlier.measure_seconds;
    context.rows = earlier.rows;
    measured.set_recorded_seeds({earlier.seeds.begin(), earlier.seeds.end()},
                                {earlier.cached_seeds.begin(), earlier.cached_seeds.end()});
    if (!earlier.seeds.empty()) measured.set_checks(earlier.checks);
  }

  // One after the other. `context` is in the record, where `put_results(seed)` puts what is known with
  // this seed; with none where a seed broke off. False: go no further.
  template <typename Context, typename PutResults>
  bool measure_seeds(ModelRun& measured, const std::vector<uint64_t>& seeds, Context& context,
                     const PutResults& put_results) {
    const double seconds_before = context.measure_seconds;
    const size_t rows_before = context.rows;
    const Clock::time_point start = Clock::now();
    absl::Status status;
    // A budget may add seeds on the way.
    for (size_t i = 0; i < seeds.size(); ++i) {
      const uint64_t seed = seeds[i];
      status = measured.run_seed(seed);
      if (!status.ok()) {
        put_results(std::nullopt);
        break;
      }
      context.seeds.push_back(seed);
      if (measured.was_cached(seed)) context.cached_seeds.push_back(seed);
      context.measure_seconds = seconds_before + seconds_since(start);
      context.rows = rows_before + measured.rows_done();
      context.checks = measured.checks();
      put_results(seed);
      // While seeds of an earlier start are read, its record has more than this one.
      if (!measured.was_recorded(seed)) record_.write();
    }
    for (const std::string& problem : measured.problems()) record_.add_problem(problem);
    if (status.ok()) return true;
    record_.stopped_by(RunEnd::kFailed, status);
    return false;
  }

  // Says how many seeds there are, or will be about.
  void begin_seeds(Model& model, const TrainingOptions& training, const LearnedRecipe& learned,
                   const ModelContext* earlier) {
    schedule_.begin(store_.earlier(), earlier, [&]() -> absl::StatusOr<SeedCost> {
      SeedCosts costs(plan_, model, training, learned, digits_, monitor_);
      return guarded(model.info().name, [&] { return costs.timed(schedule_.seeds().front()); });
    });
    record_.seeds() = schedule_.seeds();
  }

  // As soon as one was measured, it is known what the others take.
  void know_a_seed(double seconds, ModelRun& measured, const ModelInfo& info) {
    const size_t done = record_.model().seeds.size();
    const bool is_decided = schedule_.is_decided();
    schedule_.know(seconds, done);
    if (is_decided) return;
    measured.expect_more_seeds(schedule_.seeds().size() - record_.seeds().size());
    record_.seeds() = schedule_.seeds();
    note_what_cannot_be_decided(plan_, info, record_.seeds().size(), monitor_);
  }

  // Of learned doses; NaN where there are none.
  absl::StatusOr<ChosenRate> find_learned_rate(Model& model, const ModelContext* earlier) {
    const RunRequest& request = plan_.request;
    const std::vector<double> shares = learned_shares(request.doses);
    if (shares.empty()) return ChosenRate{std::numeric_limits<double>::quiet_NaN(), {}};
    if (!request.finds_learning_rate()) return ChosenRate{request.training.learning_rate, {}};
    if (earlier != nullptr) {
      return ChosenRate{earlier->learned_rate, earlier->learned_rate_reason,
                        earlier->learned_noise};
    }
    return learned_learning_rate(model, *plan_.engine, *plan_.rounding_engine, request.training,
                                 {.share = shares.back(), .max_passes = request.max_passes},
                                 digits_, monitor_);
  }

  absl::StatusOr<ChosenRate> find_rate(Model& model, const ModelContext* earlier) {
    if (!plan_.request.finds_learning_rate()) {
      return ChosenRate{plan_.request.training.learning_rate, {}};
    }
    if (earlier != nullptr) {
      return ChosenRate{earlier->learning_rate, earlier->learning_rate_reason};
    }
    return auto_learning_rate(model, *plan_.sweep_engine, plan_.request.training, digits_,
                              monitor_);
  }

  // Whatever is asked of a model of images is asked with digits.
  bool has_data(Modality modality) {
    const bool needs_digits = modality == Modality::kImage &&
                              std::any_of(plan_.desiderata.begin(), plan_.desiderata.end(),
                                          [](const DesideratumUnderTest& one) {
                                            return one.applies_to(Modality::kImage);
                                          });
    if (!needs_digits) return true;
    const absl::StatusOr<const ImageDataset*> digits = digits_.digits();
    if (!digits.ok()) {
      record_.stopped_by(RunEnd::kUnavailable, digits.status());
      return false;
    }
    record_.context().digits_digest = digits_.digest();
    return true;
  }

  const RunPlan& plan_;
  RunStore& store_;
  Monitor& monitor_;
  DigitSource digits_;
  Control control_;
  SeedSchedule schedule_{plan_, monitor_};
  KeptRecord record_;
  std::set<Modality> measured_;  // what models that were measured take
};

}  // namespace

bool DesideratumUnderTest::applies_to(Modality modality) const {
  return std::find(info.modalities.begin(), info.modalities.end(), modality) !=
         info.modalities.end();
}

bool compares_with_reading(const RunPlan& plan) {
  return std::any_of(plan.desiderata.begin(), plan.desiderata.end(), [](const auto& tested) {
    const std::vector<Expectation>& all = tested.info.expectations;
    return std::any_of(all.begin(), all.end(), [](const auto& one) { return one.gain_in_context; });
  });
}

size_t seeds_along_slower_path(const RunRequest& request) {
  const bool has_it = !learned_shares(request.doses).empty() && request.finds_learning_rate() &&
                      !request.is_control();
  return has_it ? kSeedsOfSlowerPath : 0;
}

absl::StatusOr<std::unique_ptr<Model>> load_model(const ModelBackend& backend,
                                                  const ModelRequest& request) {
  absl::StatusOr<std::unique_ptr<Model>> model =
      guarded(absl::StrCat("loading ", request.name), [&] { return backend.load(request); });
  if (!model.ok() || *model == nullptr) return model;
  return stoppable(*std::move(model), [monitor = request.monitor] { return monitor->stopping(); });
}

absl::Status check_plan_fits(const RunPlan& plan, Model& model) {
  const RunRequest& request = plan.request;
  absl::Status status = check_control(control_of(request.control), model.info());
  if (status.ok()) status = check_fits(request.training, model);
  return status.ok() ? check_learned_doses(request, model.info()) : status;
}

RunResult run_suite(const RunPlan& plan, RunStore& store, Monitor& monitor) {
  return SuiteRun(plan, store, monitor).run();
}

}  // namespace eif
