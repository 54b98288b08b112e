#include "suite/cli/dry_run.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "suite/cli/exit_code.h"
#include "suite/cli/interrupt.h"
#include "suite/cli/output.h"
#include "suite/cli/progress.h"
#include "suite/formats/printable.h"
#include "suite/host/duration_text.h"
#include "suite/host/run_estimate.h"

namespace eif {
namespace {

using Json = nlohmann::ordered_json;

std::string about_rows(const ModelEstimate& one) {
  return absl::StrCat(one.is_upper_bound ? "at most " : "", one.rows, " rows, ", one.tokens,
                      one.modality == Modality::kText ? " tokens" : " images");
}

std::string lines_of(const ModelEstimate& one, const RunRequest& request) {
  const char* const more =
      request.has_beside_what_holds()
          ? "  what holds is measured with random weights, too, and takes its time again,\n"
            "  unless earlier runs did it\n"
          : "";
  const char* const about = one.is_upper_bound ? "at most " : "about ";
  const std::string rate = one.rate_seconds > 0 ? absl::StrCat(duration_text(one.rate_seconds),
                                                               " to find the learning rate, ")
                                                : "";
  return absl::StrCat(
      one.name, ": ", one.seeds, one.seeds == 1 ? " seed, " : " seeds, ", about_rows(one),
      "\n  time: ", about, duration_text(one.seconds()), " (", duration_text(one.load_seconds),
      " to load, ", rate, duration_text(one.check_seconds), " to check, ",
      duration_text(one.seeds_seconds / static_cast<double>(one.seeds)),
      " a seed)\n  memory: about ",
      absl::StrFormat("%.2g GB", static_cast<double>(one.peak_bytes) / 1e9), "\n", more);
}

Json json_of(const ModelEstimate& one) {
  return {{"model", one.name},
          {"seeds", one.seeds},
          {"rows", one.rows},
          {"tokens", one.tokens},
          {"seconds", one.seconds()},
          {"load_seconds", one.load_seconds},
          {"rate_seconds", one.rate_seconds},
          {"check_seconds", one.check_seconds},
          {"seeds_seconds", one.seeds_seconds},
          {"seeds_processor_seconds", one.seeds_processor_seconds},
          {"peak_bytes", one.peak_bytes},
          {"is_upper_bound", one.is_upper_bound}};
}

bool is_json(const PlannedReport& output) { return output.format->name == std::string("json"); }

// An estimate is a text or JSON; other forms are of what was measured.
absl::Status check_forms(const std::vector<PlannedReport>& outputs) {
  for (const PlannedReport& output : outputs) {
    if (is_json(output) || output.format == &run_formats().front()) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("--dry-run measures nothing, so that there is no ", output.format->name,
                     output.path.empty() ? "" : absl::StrCat(" for ", in_quotes(output.path)),
                     "; its estimate is text (-o FILE.txt) or JSON (--format json, -o FILE.json)"));
  }
  return absl::OkStatus();
}

}  // namespace

int dry_run(RunOptions& options, const std::vector<PlannedReport>& outputs,
            const Invocation& invocation) {
  if (absl::Status status = check_forms(outputs); !status.ok()) return fail(status, kUsage);
  const PluginSet plugins = load_plugins_with_warnings(invocation, plugin_options(options.request));
  absl::StatusOr<RunPlan> plan = make_run_plan(options, plugins, invocation);
  if (!plan.ok()) return fail(plan.status(), kUsage);
  apply_compute_options(plan->request);
  watch_interrupts();
  Progress progress(stderr_is_terminal());
  std::string text;
  Json models = Json::array();
  for (auto& [backend, request] : plan->models) {
    request.monitor = &progress;
    const absl::StatusOr<ModelEstimate> estimate =
        estimate_model(*plan, *backend, request, progress);
    if (!estimate.ok()) {
      progress.finish();
      const bool is_usage = absl::IsInvalidArgument(estimate.status());
      return fail(estimate.status(), is_usage ? kUsage : kUnavailable);
    }
    text += lines_of(*estimate, plan->request);
    models.push_back(json_of(*estimate));
  }
  progress.finish();
  const std::string json = Json{{"models", models}}.dump(2) + "\n";
  for (const PlannedReport& output : outputs) {
    const int code = deliver(is_json(output) ? json : text, output.path, kSuccess,
                             is_json(output) ? Content::kData : Content::kText);
    if (code != kSuccess) return code;
  }
  return kSuccess;
}

}  // namespace eif
