#include <memory>

#include "reports/run_folder.h"
#include "suite/cli/commands.h"
#include "suite/cli/exit_code.h"
#include "suite/cli/report_outputs.h"

namespace eif {
namespace {

struct ReportOptions {
  std::string run;
  ReportOutputs outputs;
};

int report(const ReportOptions& options) {
  const absl::StatusOr<std::vector<PlannedReport>> reports =
      plan_reports(options.outputs, all_of(run_formats()));
  if (!reports.ok()) return fail(reports.status(), kUsage);
  const absl::StatusOr<std::unique_ptr<RecordedRun>> run = RecordedRun::open(options.run);
  if (!run.ok()) return fail(run.status(), kUsage);
  const absl::Status written =
      write_reports(*reports, {(*run)->run(), **run}, (*run)->path().parent_path().string());
  return written.ok() ? kSuccess : fail(written, kNotMeasured);
}

}  // namespace

Command add_report_command(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("report", "A run that was measured, as a report of any form");
  command->footer(
      "Nothing is measured: what the run's folder has is written in another form.\n\n"
      "Examples:\n"
      "  eif-suite report eif-out/20260228-235959\n"
      "  eif-suite report out --format csv > effects.csv\n"
      "  eif-suite report out -o run.md -o run.xml\n"
      "  eif-suite report out --format github");
  auto options = std::make_shared<ReportOptions>();
  command->add_option("run", options->run, "The run's folder, or its run.json")
      ->required()
      ->type_name("RUN");
  add_report_outputs(*command, options->outputs, all_of(run_formats()));
  return [options](const Invocation&) { return report(*options); };
}

}  // namespace eif
