#include "suite/cli/run_context.h"

#include <ATen/Parallel.h>
#include <torch/version.h>

#include "absl/strings/str_cat.h"
#include "reports/file_name.h"
#include "suite/cli/exit_code.h"
#include "suite/cli/interrupt.h"

namespace eif {
namespace {

constexpr char kOutRoot[] = "eif-out";

}  // namespace

std::filesystem::path out_folder(const std::string& chosen, absl::Time now) {
  if (!chosen.empty()) return chosen;
  return std::filesystem::path(kOutRoot) /
         absl::FormatTime("%Y%m%d-%H%M%S", now, absl::UTCTimeZone());
}

std::string matrix_name(const MeasuredMatrix& measured) {
  return absl::StrCat("seed", measured.seed, "_", file_name(measured.request.name),
                      measured.condition == Condition::kInContext ? "_in_context" : "");
}

RunContext make_context(const RunOptions& options, const RunPlan& plan, const PluginSet& plugins,
                        const Invocation& invocation, absl::Time started) {
  RunContext context;
  context.program_version = EIF_VERSION;
  context.build_fingerprint = kBuildFingerprint;
  context.torch_version = TORCH_VERSION;
  context.started_at = absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", started, absl::UTCTimeZone());
  context.command_line = invocation.command_line;
  context.engine = engine_name(options.fine_tuning);
  context.optimizer = options.fine_tuning.optimizer;
  context.dtype = options.model.dtype;
  context.device = plan.models.front().second.device.str();
  context.momentum = options.fine_tuning.momentum;
  context.weight_decay = options.fine_tuning.weight_decay;
  context.threads = at::get_num_threads();
  context.deterministic = options.fine_tuning.deterministic;
  context.control = control_name(plan.control);
  context.seeds = plan.seeds;
  context.claims_file = options.draw.claims_file;
  context.dictionary_file = options.draw.dictionary_file;
  context.large = options.draw.large;
  for (const LoadedPlugin& plugin : plugins.loaded) {
    const PluginRecord& record = plugin.record();
    context.plugins.push_back(
        {record.id, record.version, plugin.desideratum() != nullptr ? "desideratum" : "model"});
  }
  return context;
}

void connect(RunPlan& plan, const RunOptions& options, DigitSource& digits, Progress& progress) {
  for (auto& [backend, request] : plan.models) request.monitor = &progress;
  if (!finds_learning_rate(options.fine_tuning)) return;
  plan.find_learning_rate = [&options, &digits, &progress, training = plan.training](Model& model) {
    return auto_learning_rate(model, *make_sweep_engine(options.fine_tuning), training, digits,
                              progress);
  };
}

int exit_code_of(RunEnd end) {
  switch (end) {
    case RunEnd::kInterrupted:
      return 128 + interrupted_by();
    case RunEnd::kUnavailable:
      return kUnavailable;
    case RunEnd::kRefused:
      return kUsage;
    case RunEnd::kFailed:
      return kNotMeasured;
    case RunEnd::kComplete:
      break;
  }
  return kSuccess;
}

}  // namespace eif
