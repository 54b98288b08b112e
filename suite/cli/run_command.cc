#include <ATen/Parallel.h>
#include <torch/version.h>

#include <algorithm>
#include <iostream>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "reports/json.h"
#include "reports/matrix_files.h"
#include "reports/terminal.h"
#include "suite/cli/commands.h"
#include "suite/cli/exit_code.h"
#include "suite/cli/interrupt.h"
#include "suite/cli/progress.h"
#include "suite/cli/run_options.h"
#include "suite/formats/atomic_file.h"
#include "suite/host/suite_run.h"

namespace eif {
namespace {

constexpr char kOutRoot[] = "eif-out";

// Only characters that are harmless in file names.
std::string file_name(const std::string& name) {
  std::string result = name;
  for (char& character : result) {
    const bool harmless = absl::ascii_isalnum(static_cast<unsigned char>(character)) ||
                          character == '-' || character == '_' || character == '.';
    if (!harmless) character = '_';
  }
  if (result.empty() || result.front() == '.') result.insert(result.begin(), '_');
  return result;
}

std::filesystem::path out_folder(const RunOptions& options, absl::Time now) {
  if (!options.out.empty()) return options.out;
  return std::filesystem::path(kOutRoot) /
         absl::FormatTime("%Y%m%d-%H%M%S", now, absl::UTCTimeZone());
}

// Shows progress, and writes each matrix as soon as it is there.
class RunRecorder final : public RunObserver {
 public:
  explicit RunRecorder(std::filesystem::path folder)
      : folder_(std::move(folder)), progress_(stderr_is_terminal()) {}

  void note(const std::string& line) override { progress_.note(line); }
  void rows_expected(size_t rows) override { progress_.expect(rows); }
  void rows_done(size_t rows) override { progress_.done(rows); }
  absl::Status measured(const MeasuredMatrix& measured) override {
    const std::string name =
        absl::StrCat("seed", measured.seed, "_", file_name(measured.request.name),
                     measured.condition == Condition::kInContext ? "_in_context" : "");
    return write_matrix_files(
        folder_ / "matrices" / file_name(measured.model) / file_name(measured.desideratum) / name,
        measured.matrix);
  }
  void announce(const std::string& line) { progress_.announce(line); }
  void finish() { progress_.finish(); }

 private:
  std::filesystem::path folder_;
  Progress progress_;
};

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

bool all_measured(const std::vector<DesideratumResult>& results) {
  return std::none_of(results.begin(), results.end(), [](const DesideratumResult& result) {
    return !result.error.empty() || result.verdict == Verdict::kNotMeasured;
  });
}

bool any_seed(const std::vector<DesideratumResult>& results) {
  return std::any_of(results.begin(), results.end(),
                     [](const DesideratumResult& result) { return !result.seeds.empty(); });
}

int exit_code(const RunOutcome& outcome, const PluginSet& plugins) {
  switch (outcome.end) {
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
  if (outcome.results.empty()) return kNothingSelected;
  if (!all_measured(outcome.results)) return kNotMeasured;
  // A plugin that was asked for and could not be loaded was not measured either.
  return plugins.skipped.empty() ? kSuccess : kUnavailable;
}

int run(const RunOptions& options, const Invocation& invocation) {
  const PluginSet plugins = load_plugins_with_warnings(invocation, options.model.plugins);
  absl::StatusOr<RunPlan> plan = make_run_plan(options, plugins);
  if (!plan.ok()) {
    print_error(std::string(plan.status().message()));
    return kUsage;
  }
  apply_compute_options(options.model, options.fine_tuning);
  watch_interrupts();

  const auto stopping = [] { return interrupted_by() != 0; };
  const absl::Time started = absl::Now();
  const std::filesystem::path folder = out_folder(options, started);
  RunRecorder recorder(folder);
  for (auto& [backend, request] : plan->models) {
    request.progress = [&recorder](const std::string& line) { recorder.note(line); };
    request.stopping = stopping;
  }
  DigitSource digits(options.model.plugins.data_folder);
  if (finds_learning_rate(options.fine_tuning)) {
    plan->find_learning_rate = [&](Model& model) {
      return auto_learning_rate(
          model, make_replay_engine(options.fine_tuning), plan->training, digits,
          [&](const std::string& line) { recorder.announce(line); }, stopping);
    };
  }
  RunOutcome outcome = run_suite(*plan, digits, recorder, stopping);
  recorder.finish();
  if (!outcome.status.ok()) print_error(std::string(outcome.status.message()));

  RunResult result{make_context(options, *plan, plugins, invocation, started),
                   std::move(outcome.results)};
  result.context.models = outcome.models;
  result.context.interrupted = outcome.end == RunEnd::kInterrupted;
  const int code = exit_code({{}, result.results, outcome.end, {}}, plugins);
  if (code == kNothingSelected) print_error("none of the desiderata applies to the model");
  if (result.results.empty()) return code;
  // Without its model or data nothing came about that a report could tell.
  if (outcome.end == RunEnd::kUnavailable && !any_seed(result.results)) return code;
  const std::string document = json_report(result);
  const std::filesystem::path path = folder / "run.json";
  if (absl::Status status = write_file_atomically(path, document); !status.ok()) {
    print_error(std::string(status.message()));
    return kNotMeasured;
  }
  std::cout << (options.json ? document : terminal_report(result, stdout_shows_color()))
            << std::flush;
  std::cerr << "wrote " << path.string() << " and the matrices beside it\n";
  return code;
}

}  // namespace

Command add_run_command(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("run", "Measure influence and judge desiderata (the default command)");
  command->footer(
      "Examples:\n"
      "  eif-suite --model cnn --all\n"
      "  eif-suite run --model cnn --desideratum symmetry --seeds 20 --lr 1e-3\n"
      "  eif-suite run --model cnn --all --json > run.json\n"
      "  eif-suite run --model smollm2 --desideratum sparsity --claims mine.txt --large");
  auto options = std::make_shared<RunOptions>();
  add_run_options(*command, *options);
  return [options](const Invocation& invocation) { return run(*options, invocation); };
}

}  // namespace eif
