#include "suite/cli/run_context.h"

#include <ATen/Parallel.h>
#include <torch/version.h>

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "reports/continued_run.h"
#include "reports/matrix_cache.h"
#include "suite/cli/exit_code.h"
#include "suite/cli/interrupt.h"
#include "suite/cli/output.h"
#include "suite/cli/progress.h"
#include "suite/formats/cache_folder.h"
#include "suite/host/program_digest.h"

namespace eif {
namespace {

constexpr char kOutRoot[] = "eif-out";

absl::StatusOr<std::unique_ptr<RunFolder>> open_folder(const RunOptions& options,
                                                       const RunPlan& plan) {
  const RunFolder::Options how{.fresh = options.fresh};
  return options.out.empty() ? RunFolder::open_below(kOutRoot, plan.request, plan.context, how)
                             : RunFolder::open(options.out, plan.request, plan.context, how);
}

// Null where the program cannot be read: without knowing which one measured them, matrices of
// another build would be taken for its own.
std::unique_ptr<MatrixCache> open_random_weights_cache(const PluginSet& plugins, bool fresh) {
  std::vector<std::filesystem::path> backends;
  for (const LoadedPlugin& plugin : plugins.loaded) {
    if (plugin.model_backend() != nullptr) backends.push_back(plugin.path());
  }
  const absl::StatusOr<std::string> program = program_digest(backends);
  if (!program.ok()) return nullptr;
  return std::make_unique<FileMatrixCache>(cache_folder() / "random-weights", *program,
                                           FileMatrixCache::Options{.fresh = fresh});
}

// What a run that goes on begins with.
void announce_earlier(const RunFolder& folder, const RunPlan& plan, Monitor& monitor) {
  if (folder.earlier() == nullptr) return;
  size_t seeds = 0;
  for (const ModelContext& model : folder.earlier()->context.models) seeds += model.seeds.size();
  // How many fit into a budget is not known yet.
  const size_t all = plan.request.seeds.size() * plan.request.models.size();
  const std::string of_all = plan.budget_seconds ? "" : absl::StrCat(" of ", all);
  monitor.announce(absl::StrCat("going on with the run in ", folder.path().string(), ": ", seeds,
                                of_all, " seeds are there (--fresh measures anew)"));
}

// Where reading helps a model with no sample, there is no unit for what reading does, and what compares
// with it has no number either. All cells were measured, and this is what they say.
bool has_no_unit_of_reading(const RunResult& run, const DesideratumResult& result) {
  const DesideratumResult* const read = find_condition(run, result, Condition::kInContext);
  return read != nullptr && !read->error.empty() && absl::EndsWith(result.error, read->error);
}

bool all_measured(const RunResult& run) {
  return std::none_of(run.results.begin(), run.results.end(), [&](const DesideratumResult& result) {
    return result.key.condition == Condition::kFineTuning &&
           (!result.error.empty() || result.verdict == Verdict::kNotMeasured) &&
           !has_no_unit_of_reading(run, result);
  });
}

int exit_code(const RunResult& run, const PluginSet& plugins) {
  switch (run.end) {
    case RunEnd::kInterrupted:
      return 128 + interrupted_by();
    case RunEnd::kUnavailable:
      return kUnavailable;
    case RunEnd::kRefused:
      return kUsage;
    case RunEnd::kFailed:
    case RunEnd::kUnfinished:
      return kNotMeasured;
    case RunEnd::kComplete:
      break;
  }
  if (run.results.empty()) return kNothingSelected;
  if (!run.problems.empty() || !all_measured(run)) return kNotMeasured;
  // A plugin that was asked for and could not be loaded was not measured either.
  return plugins.skipped.empty() ? kSuccess : kUnavailable;
}

}  // namespace

RunContext make_context(const PluginSet& plugins, const Invocation& invocation) {
  RunContext context;
  context.program_version = EIF_VERSION;
  context.build_fingerprint = kBuildFingerprint;
  context.torch_version = TORCH_VERSION;
  context.started_at = absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::Now(), absl::UTCTimeZone());
  context.command_line = invocation.command_line;
  for (const LoadedPlugin& plugin : plugins.loaded) {
    const PluginRecord& record = plugin.record();
    context.plugins.push_back(
        {record.id, record.version, plugin.desideratum() != nullptr ? "desideratum" : "model"});
  }
  return context;
}

FinishedRun measure_run(RunOptions& options, const Invocation& invocation, const RunSource* first,
                        const PlanCheck& check) {
  const PluginSet plugins = load_plugins_with_warnings(invocation, plugin_options(options.request));
  absl::StatusOr<RunPlan> plan = make_run_plan(options, plugins, invocation);
  if (!plan.ok()) return {.exit_code = fail(plan.status(), kUsage)};
  if (check) {
    if (absl::Status status = check(*plan); !status.ok()) {
      return {.exit_code = fail(status, kUsage)};
    }
  }
  apply_compute_options(plan->request);
  plan->context.threads = at::get_num_threads();
  plan->random_weights_cache = open_random_weights_cache(plugins, options.fresh);
  watch_interrupts();
  absl::StatusOr<std::unique_ptr<RunFolder>> folder = open_folder(options, *plan);
  if (!folder.ok()) {
    const bool is_usage = absl::IsInvalidArgument(folder.status());
    return {.exit_code = fail(folder.status(), is_usage ? kUsage : kNotMeasured)};
  }
  Progress progress(stderr_is_terminal());
  for (auto& [backend, request] : plan->models) request.monitor = &progress;
  announce_earlier(**folder, *plan, progress);
  FinishedRun finished;
  if (first != nullptr) {
    ContinuedRun store(**folder, *first, plan->request.desiderata);
    finished.run = run_suite(*plan, store, progress);
  } else {
    finished.run = run_suite(*plan, **folder, progress);
  }
  progress.finish();
  for (const std::string& problem : finished.run.problems) print_error(problem);
  finished.exit_code = exit_code(finished.run, plugins);
  if (finished.exit_code == kNothingSelected) {
    print_error("none of the desiderata applies to the model");
  }
  if ((*folder)->has_written()) {
    say(absl::StrCat("wrote ", ((*folder)->path() / "run.json").string(),
                     " and the matrices beside it"));
  }
  finished.folder = *std::move(folder);
  return finished;
}

}  // namespace eif
