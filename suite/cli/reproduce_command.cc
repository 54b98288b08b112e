#include <filesystem>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "reports/paper/claim_table.h"
#include "reports/run_folder.h"
#include "suite/cli/commands.h"
#include "suite/cli/exit_code.h"
#include "suite/cli/run_context.h"
#include "suite/cli/run_options.h"
#include "suite/cli/run_output.h"

namespace eif {
namespace {

// The page is made from what was written down, so that `eif-suite report` writes the same one.
absl::Status write_page(const std::filesystem::path& folder) {
  const absl::StatusOr<std::unique_ptr<RecordedRun>> recorded = RecordedRun::open(folder);
  if (!recorded.ok()) return recorded.status();
  return write_report(*find_format(run_formats(), "paper"), {(*recorded)->run(), **recorded},
                      folder.string());
}

int reproduce(RunOptions& options, const Invocation& invocation) {
  options.desiderata_for = desiderata_of_claims;
  const FinishedRun finished = measure_run(options, invocation);
  if (finished.folder == nullptr || !has_complete_seeds(finished.run)) return finished.exit_code;
  const std::filesystem::path& folder = finished.folder->path();
  if (absl::Status written = write_page(folder); !written.ok()) return fail(written, kNotMeasured);
  say("wrote figures, their numbers and reproduction.json beside it");
  return print_result((folder / "index.html").string() + "\n", finished.exit_code);
}

}  // namespace

Command add_reproduce_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "reproduce", "The figures and claims of the paper, on models of your choice");
  command->footer(
      "Measures the desiderata that the paper's claims are about, draws figure 1 for a model of\n"
      "images and figures 2 to 6 for a model of text, and puts what the paper says beside what\n"
      "was measured. Prints the path of the page that has it all. The folder is that of a run:\n"
      "eif-suite report and compare take it.\n\n"
      "Examples:\n"
      "  eif-suite reproduce --model cnn,smollm2 --out paper\n"
      "  eif-suite reproduce --model smollm2 --seeds 1\n"
      "  eif-suite reproduce --model phi3 --dtype bfloat16 --device cuda --out phi3");
  auto options = std::make_shared<RunOptions>();
  options->request.context_base = "nothing";  // what the paper compares reading with
  add_model_names_option(*command, *options);
  add_measuring_options(*command, *options);
  add_out_options(*command, *options);
  return [options](const Invocation& invocation) { return reproduce(*options, invocation); };
}

}  // namespace eif
