#include "suite/cli/self_test.h"

#include <ATen/Parallel.h>

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "suite/cli/exit_code.h"
#include "suite/cli/interrupt.h"
#include "suite/cli/model_options.h"
#include "suite/cli/output.h"
#include "suite/cli/progress.h"
#include "suite/cli/run_options.h"
#include "suite/core/run_store.h"
#include "suite/formats/text_layout.h"
#include "suite/host/suite_run.h"

namespace eif {
namespace {

constexpr char kModel[] = "positive-control";
// One step of this size is what the model was trained to learn from. docs/positive-control.md has
// the effects.
constexpr char kLearningRate[] = "0.3";

// The effects of random weights are about 0 and vary, so that it takes more seeds to tell them from
// one that counts than to tell the model's from 0.
const std::vector<KnownRun>& known_runs() {
  static const auto* const runs = new std::vector<KnownRun>{
      {"none", Verdict::kHolds, 7}, {"random-weights", Verdict::kViolated, 13}};
  return *runs;
}

const std::vector<std::string>& asked_desiderata() {
  static const auto* const ids =
      new std::vector<std::string>{"causality", "compositionality", "ontology", "transitivity"};
  return *ids;
}

// Nothing of a self-test is worth keeping.
class NoStore final : public RunStore {
 public:
  const RunResult* earlier() const override { return nullptr; }
  absl::Status keep(const MeasuredMatrix&) override { return absl::OkStatus(); }
  absl::Status write(RunResult&) override { return absl::OkStatus(); }
  absl::StatusOr<MeasuredMatrix> read(const MatrixRecord& record) const override {
    return absl::NotFoundError(absl::StrCat(record.path, ": a self-test keeps no matrices"));
  }
};

std::string control_in_words(const std::string& control) {
  return control == "none" ? "" : absl::StrCat(", ", control);
}

const DesideratumResult* result_of(const RunResult& run, const std::string& desideratum) {
  const auto found =
      std::find_if(run.results.begin(), run.results.end(), [&](const DesideratumResult& result) {
        return result.key.condition == Condition::kFineTuning &&
               result.key.desideratum == desideratum;
      });
  return found == run.results.end() ? nullptr : &*found;
}

absl::StatusOr<RunResult> measure(const KnownRun& known, const PluginSet& plugins,
                                  const PluginOptions& plugin_options,
                                  const Invocation& invocation) {
  RunOptions options;
  options.request.models = {kModel};
  options.request.desiderata = asked_desiderata();
  options.request.learning_rate = kLearningRate;
  options.request.control = known.control;
  options.request.data_folder = plugin_options.data_folder;
  options.request.plugins = plugin_options.files;
  options.seeds = known.seeds;
  absl::StatusOr<RunPlan> plan = make_run_plan(options, plugins, invocation);
  if (!plan.ok()) return plan.status();
  apply_compute_options(plan->request);
  plan->context.threads = at::get_num_threads();
  NoStore store;
  Progress progress(stderr_is_terminal());
  for (auto& [backend, request] : plan->models) request.monitor = &progress;
  return run_suite(*plan, store, progress);
}

}  // namespace

std::vector<SelfTestLine> check_known_verdicts(const KnownRun& known,
                                               const std::vector<std::string>& asked,
                                               const RunResult& run) {
  std::vector<SelfTestLine> lines;
  for (const std::string& desideratum : asked) {
    const DesideratumResult* const result = result_of(run, desideratum);
    const std::string found = result != nullptr ? verdict_text(*result) : "no result";
    const bool passed = result != nullptr && result->verdict == known.verdict;
    const std::string subject = absl::StrCat(desideratum, control_in_words(known.control), ": ");
    lines.push_back({passed ? absl::StrCat(subject, found, ", as it must be")
                            : absl::StrCat("FAILED: ", subject, found, "; expected ",
                                           verdict_name(known.verdict)),
                     passed});
  }
  return lines;
}

int self_test(const PluginOptions& options, const Invocation& invocation) {
  const PluginSet plugins = load_plugins_with_warnings(invocation, options);
  watch_interrupts();
  std::string text = absl::StrCat("Self-test of eif-suite ", EIF_VERSION, " with ", kModel,
                                  ", one step at lr ", kLearningRate, "\n");
  bool passed = true;
  for (const KnownRun& known : known_runs()) {
    absl::StrAppend(&text, "  ", known.seeds, " seeds", control_in_words(known.control), "\n");
    const absl::StatusOr<RunResult> run = measure(known, plugins, options, invocation);
    if (!run.ok()) return fail(run.status(), kNotMeasured);
    if (run->end == RunEnd::kInterrupted) return 128 + interrupted_by();
    for (const std::string& problem : run->problems) print_error(problem);
    for (const SelfTestLine& line : check_known_verdicts(known, asked_desiderata(), *run)) {
      text += wrapped(absl::StrCat("  ", line.text), {.width = output_columns()}) + "\n";
      passed = passed && line.passed;
    }
  }
  absl::StrAppend(&text, passed ? "Plugins, engine and statistics say what they must.\n"
                                : "This installation does not measure what it should.\n");
  return print_result(text, passed ? kSuccess : kNotMeasured);
}

}  // namespace eif
