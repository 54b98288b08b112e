#include "suite/host/reproduction/reproduction.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "suite/host/reproduction/claims.h"
#include "suite/host/reproduction/image_figures.h"
#include "suite/host/reproduction/matrix_store.h"
#include "suite/host/reproduction/text_figures.h"

namespace eif {
namespace {

// Keeps every matrix, and tells another observer of each once.
class Collector final : public RunObserver {
 public:
  explicit Collector(ReproductionObserver& observer) : observer_(observer) {}

  absl::Status measured(const MeasuredMatrix& matrix) override {
    return store_.keep(matrix) ? observer_.measured(matrix) : absl::OkStatus();
  }
  const MatrixStore& store() const { return store_; }

 private:
  ReproductionObserver& observer_;
  MatrixStore store_;
};

absl::StatusOr<std::vector<const LoadedPlugin*>> find_desiderata(std::optional<Modality> modality,
                                                                 const PluginSet& plugins) {
  std::vector<const LoadedPlugin*> found;
  for (const std::string& name : desiderata_of_claims(modality)) {
    const auto plugin = std::find_if(
        plugins.loaded.begin(), plugins.loaded.end(), [&](const LoadedPlugin& candidate) {
          return candidate.desideratum() != nullptr && candidate.record().id == name;
        });
    if (plugin == plugins.loaded.end()) {
      return absl::NotFoundError(
          absl::StrCat("the desideratum '", name,
                       "', which claims of the paper are about, is not loaded: eif-suite list "
                       "shows the plugins that are there and those that were skipped"));
    }
    found.push_back(&*plugin);
  }
  return found;
}

std::string caption_of(const ModelContext& model, const RunContext& circumstances,
                       const std::vector<uint64_t>& seeds) {
  return absl::StrFormat(
      "%s, learning rate %g, engine %s, %s, %s on %s, %s", model.name, model.learning_rate,
      circumstances.engine, circumstances.optimizer, circumstances.dtype, circumstances.device,
      seeds.size() == 1 ? absl::StrCat("seed ", seeds.front())
                        : absl::StrCat("seeds ", seeds.front(), "–", seeds.back()));
}

absl::StatusOr<ModelReproduction> draw_model(const ModelContext& model,
                                             const RunContext& circumstances,
                                             const std::vector<DesideratumResult>& results,
                                             const MatrixStore& store) {
  ModelReproduction reproduction{.model = model.name, .seeds = store.seeds()};
  const std::string caption = caption_of(model, circumstances, reproduction.seeds);
  reproduction.figures = image_figures(store, caption);
  const Modality modality = reproduction.figures.empty() ? Modality::kText : Modality::kImage;
  if (modality == Modality::kText) {
    absl::StatusOr<std::vector<ReproducedFigure>> figures = text_figures(store, results, caption);
    if (!figures.ok()) return figures.status();
    reproduction.figures = *std::move(figures);
  }
  reproduction.claims = claims_on(modality, results, store);
  return reproduction;
}

bool is_incomplete(const std::vector<DesideratumResult>& results) {
  return std::any_of(results.begin(), results.end(), [](const DesideratumResult& result) {
    return !result.error.empty() || result.verdict == Verdict::kNotMeasured;
  });
}

// Adds one model to the outcome. False: go no further.
bool reproduce_model(const RunPlan& plan, const RunContext& circumstances, DigitSource& digits,
                     ReproductionObserver& observer, Monitor& monitor,
                     ReproductionOutcome& outcome) {
  Collector collector(observer);
  RunOutcome run = run_suite(plan, digits, collector, monitor);
  if (run.end != RunEnd::kComplete) {
    outcome.end = run.end;
    outcome.status = run.status;
  }
  outcome.incomplete |= is_incomplete(run.results);
  for (const ModelContext& model : run.models) {
    outcome.models.push_back(model);
    if (collector.store().seeds().empty()) continue;
    absl::StatusOr<ModelReproduction> drawn =
        draw_model(model, circumstances, run.results, collector.store());
    const absl::Status status = drawn.ok() ? observer.reproduced(*drawn) : drawn.status();
    if (!status.ok()) {
      outcome.end = RunEnd::kFailed;
      outcome.status = status;
      return false;
    }
    outcome.reproductions.push_back(*std::move(drawn));
  }
  return run.end == RunEnd::kComplete || run.end == RunEnd::kUnavailable;
}

}  // namespace

ReproductionOutcome reproduce(RunPlan plan, const PluginSet& plugins,
                              const RunContext& circumstances, DigitSource& digits,
                              ReproductionObserver& observer, Monitor& monitor) {
  ReproductionOutcome outcome;
  const auto models = std::move(plan.models);
  for (const auto& model : models) {
    absl::StatusOr<std::vector<const LoadedPlugin*>> desiderata =
        find_desiderata(model.first->modality(), plugins);
    if (!desiderata.ok()) {
      outcome.end = RunEnd::kUnavailable;
      outcome.status = desiderata.status();
      return outcome;
    }
    plan.desiderata = *std::move(desiderata);
    plan.models = {model};
    if (!reproduce_model(plan, circumstances, digits, observer, monitor, outcome)) break;
  }
  return outcome;
}

}  // namespace eif
