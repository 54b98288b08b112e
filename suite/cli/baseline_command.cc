#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "reports/run_folder.h"
#include "reports/run_json.h"
#include "suite/cli/choices.h"
#include "suite/cli/commands.h"
#include "suite/cli/exit_code.h"
#include "suite/cli/format_option.h"
#include "suite/cli/output.h"
#include "suite/cli/path_option.h"

namespace eif {
namespace {

struct BaselineOptions {
  std::string action, run, output;
};

// What a comparison reads: the request, the circumstances, and each expectation seed by seed.
RunResult kept_of(RunResult run) {
  run.matrices.clear();
  for (DesideratumResult& result : run.results) {
    result.observations.clear();
    result.flagged_rows.clear();
  }
  return run;
}

int accept(const BaselineOptions& options) {
  const absl::StatusOr<std::unique_ptr<RecordedRun>> run = RecordedRun::open(options.run);
  if (!run.ok()) return fail(run.status(), kUsage);
  if ((*run)->run().end != RunEnd::kComplete) {
    return fail(absl::InvalidArgumentError(absl::StrCat(
                    (*run)->path().string(), ": the run is ", run_end_name((*run)->run().end),
                    ", and a baseline has to be complete; give its command again, and it goes on")),
                kUsage);
  }
  return deliver(run_json(kept_of((*run)->run())), options.output, kSuccess, Content::kData);
}

}  // namespace

Command add_baseline_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand("baseline", "Keeps what later runs are compared with");
  command->footer(
      "`accept` writes what `compare` and `run --gate` need of a run into one small file, which "
      "can\n"
      "stand in version control beside the gate. It is a run.json without matrices, observations\n"
      "and remarks about rows.\n\n"
      "Example:\n"
      "  eif-suite baseline accept eif-out/20260228-235959 -o baseline.json");
  auto options = std::make_shared<BaselineOptions>();
  command->add_option("action", options->action, "What to do")
      ->required()
      ->check(one_of({"accept"}))
      ->type_name("accept");
  command->add_option("run", options->run, "The run's folder, or its run.json")
      ->required()
      ->type_name("RUN");
  names_path(command->add_option("-o,--output", options->output,
                                 "The file to write; - is standard output"),
             "FILE")
      ->required();
  return [options](const Invocation&) { return accept(*options); };
}

}  // namespace eif
