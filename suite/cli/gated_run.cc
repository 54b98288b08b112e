#include "suite/cli/gated_run.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "reports/comparison_text.h"
#include "reports/continued_run.h"
#include "suite/cli/exit_code.h"
#include "suite/cli/gate_file.h"
#include "suite/cli/output.h"

namespace eif {
namespace {

constexpr char kFolderOfMoreSeeds[] = "more-seeds";

bool is_judged(const Gate& gate, const DesideratumResult& result) {
  if (result.key.condition != Condition::kFineTuning || !may_get_worse(result)) return false;
  const std::vector<std::string>& named = gate.desiderata;
  return named.empty() || std::find(named.begin(), named.end(), result.key.desideratum) != named.end();
}

// Seeds are compared one by one, so those that may be added have to be in the baseline.
absl::Status check_more_seeds(const RunOptions& options, const OpenGate& open) {
  if (options.more_seeds == 0) return absl::OkStatus();
  const uint64_t needed = options.seeds + options.more_seeds;
  for (const DesideratumResult& result : open.baseline->run().results) {
    if (!is_judged(open.gate, result)) continue;
    for (uint64_t seed = 0; seed < needed; ++seed) {
      const std::vector<uint64_t>& there = result.seeds;
      if (std::find(there.begin(), there.end(), seed) != there.end()) continue;
      return absl::InvalidArgumentError(absl::StrCat(
          "--more-seeds ", options.more_seeds, " needs seeds 0 to ", needed - 1,
          " in the baseline, and ", result.key.desideratum, " has ", there.size(),
          " of them there; measure the baseline with --seeds ", needed));
    }
  }
  return absl::OkStatus();
}

// As the user named them: a desideratum that a file declares is known by the file.
std::vector<std::string> names_of(const std::vector<std::string>& ids, const RunRequest& asked,
                                  const RunRequest& resolved) {
  std::vector<std::string> names;
  for (size_t i = 0; i < resolved.desiderata.size(); ++i) {
    if (std::find(ids.begin(), ids.end(), resolved.desiderata[i]) == ids.end()) continue;
    names.push_back(asked.all ? resolved.desiderata[i] : asked.desiderata[i]);
  }
  return names;
}

}  // namespace

absl::StatusOr<OpenGate> open_gate(const RunOptions& options) {
  absl::StatusOr<GateFile> file = read_gate_file(options.gate);
  if (!file.ok()) return file.status();
  if (file->baseline.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        options.gate,
        ": it names no baseline; add baseline = \"FILE\", a run or what `eif-suite baseline "
        "accept` wrote"));
  }
  absl::StatusOr<std::unique_ptr<RecordedRun>> baseline = RecordedRun::open(file->baseline);
  if (!baseline.ok()) return baseline.status();
  if (absl::Status status = check_gate(file->gate, (*baseline)->run()); !status.ok()) return status;
  OpenGate open{std::move(file->gate), *std::move(baseline)};
  open.gate.looks = options.more_seeds > 0 ? 2 : 1;
  if (absl::Status status = check_more_seeds(options, open); !status.ok()) return status;
  return open;
}

absl::Status check_comparable(const OpenGate& open, const RunPlan& plan) {
  const RunResult& baseline = open.baseline->run();
  // As the run will be recorded, with the models and the results of the baseline.
  RunResult planned{.request = plan.request, .context = plan.context, .results = baseline.results};
  planned.context.models = baseline.context.models;
  if (!plan.request.finds_learning_rate()) {
    for (ModelContext& model : planned.context.models) {
      model.learning_rate = plan.request.training.learning_rate;
    }
  }
  const absl::StatusOr<GatedComparison> gated = compare_with_gate(open.gate, baseline, planned);
  if (!gated.ok()) return gated.status();
  const std::vector<std::string>& there = plan.request.desiderata;
  for (const ComparedDesideratum& one : gated->comparison.desiderata) {
    const bool is_measured = std::find(there.begin(), there.end(), one.id) != there.end();
    if (one.obstacle != Obstacle::kOtherEstimand || !is_measured) continue;
    return absl::InvalidArgumentError(absl::StrCat(one.id, ": ", one.why));
  }
  std::vector<std::string> named = open.gate.desiderata;
  for (const GateRule& rule : open.gate.rules) {
    if (!rule.desideratum.empty()) named.push_back(rule.desideratum);
  }
  for (const std::string& id : named) {
    if (std::find(there.begin(), there.end(), id) != there.end()) continue;
    return absl::InvalidArgumentError(absl::StrCat(
        "the gate names the desideratum ", id, ", which this run does not measure; it measures ",
        absl::StrJoin(there, ", "), ": add --desideratum ", id, ", or take it out of the gate"));
  }
  return absl::OkStatus();
}

absl::StatusOr<GatedComparison> judge(const OpenGate& open, const RunResult& run,
                                      const std::string& path) {
  absl::StatusOr<GatedComparison> gated = compare_with_gate(open.gate, open.baseline->run(), run);
  if (!gated.ok()) return gated;
  gated->comparison.baseline_path = open.baseline->path().string();
  gated->comparison.run_path = path;
  return gated;
}

bool measure_more_seeds(const OpenGate& open, const GatedComparison& gated, RunOptions options,
                        const Invocation& invocation, FinishedRun& first) {
  const std::vector<std::string> unclear = unclear_desiderata(open.gate, gated);
  if (first.run.end != RunEnd::kComplete || unclear.empty()) return false;
  say(absl::StrCat("unclear beside the baseline: ", absl::StrJoin(unclear, ", "), "; ",
                   options.more_seeds, " more seeds"));
  options.request.desiderata = names_of(unclear, options.request, first.run.request);
  options.request.all = false;
  options.seeds += options.more_seeds;
  options.out = (first.folder->path() / kFolderOfMoreSeeds).string();
  const RunSource source{first.run, *first.folder};
  const FinishedRun more = measure_run(options, invocation, &source);
  if (more.folder != nullptr && has_complete_seeds(more.run)) {
    first.run = with_more_seeds(std::move(first.run), more.run, kFolderOfMoreSeeds);
  }
  if (more.exit_code != kSuccess) first.exit_code = more.exit_code;
  return true;
}

void say_what_was_judged(const GatedComparison& gated) {
  for (const std::string& difference : gated.comparison.differences) {
    warn(absl::StrCat("gate: differs from the baseline: ", difference));
  }
  for (const ComparedDesideratum& one : gated.comparison.desiderata) {
    if (!one.why.empty()) warn(absl::StrCat("gate: ", one.desideratum, ": ", one.why));
  }
  for (const std::string& line : gate_lines(gated)) warn(line);
}

}  // namespace eif
