#include <filesystem>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "reports/run_folder.h"
#include "suite/cli/choices.h"
#include "suite/cli/commands.h"
#include "suite/cli/exit_code.h"
#include "suite/cli/path_option.h"
#include "suite/cli/run_output.h"

namespace eif {
namespace {

struct ReportOptions {
  std::string run;
  std::string format;
  std::string out;
};

// By name, or by the end of the file's name; "terminal" where neither says it.
absl::StatusOr<const RunFormat*> choose_format(const ReportOptions& options) {
  const std::string extension = std::filesystem::path(options.out).extension().string();
  const RunFormat* by_extension = nullptr;
  for (const RunFormat& format : run_formats()) {
    if (format.is_document() && extension == absl::StrCat(".", format.extension)) {
      by_extension = &format;
    }
  }
  if (options.format.empty()) {
    if (by_extension != nullptr) return by_extension;
    if (options.out.empty()) return find_run_format("terminal");
    return absl::InvalidArgumentError(
        absl::StrCat("which format is ", options.out,
                     " to have? Say --format: ", absl::StrJoin(run_format_names(), ", ")));
  }
  const RunFormat* format = find_run_format(options.format);
  if (by_extension != nullptr && format->is_document() && by_extension != format) {
    return absl::InvalidArgumentError(absl::StrCat("--format ", options.format, " and the name ",
                                                   options.out, " contradict each other"));
  }
  return format;
}

int report(const ReportOptions& options) {
  const absl::StatusOr<const RunFormat*> format = choose_format(options);
  if (!format.ok()) return fail(format.status(), kUsage);
  const absl::StatusOr<std::unique_ptr<RecordedRun>> run = RecordedRun::open(options.run);
  if (!run.ok()) return fail(run.status(), kUsage);
  const RunResult& recorded = (*run)->run();
  if (options.out.empty() && (*format)->is_document()) {
    const absl::Status printed = print_run(**format, recorded, **run);
    return printed.ok() ? kSuccess : fail(printed, kNotMeasured);
  }
  const std::string out = options.out.empty() ? (*run)->path().parent_path().string() : options.out;
  const absl::Status written = write_run(**format, recorded, **run, out);
  if (!written.ok()) return fail(written, kNotMeasured);
  say(absl::StrCat("wrote ", out));
  return kSuccess;
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
      "  eif-suite report out -o run.json");
  auto options = std::make_shared<ReportOptions>();
  command->add_option("run", options->run, "The run's folder, or its run.json")
      ->required()
      ->type_name("RUN");
  command->add_option("--format", options->format, run_formats_help(run_format_names()))
      ->check(one_of(run_format_names()));
  names_path(
      command->add_option("-o,--output", options->out,
                          "Write to this file instead of printing; its end picks the format"),
      "FILE");
  return [options](const Invocation&) { return report(*options); };
}

}  // namespace eif
