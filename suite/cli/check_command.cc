// check: what a declared desideratum asks, and whether it can be passed and failed.
#include <memory>

#include "suite/cli/commands.h"
#include "suite/cli/draw_options.h"
#include "suite/cli/exit_code.h"
#include "suite/cli/numbers.h"
#include "suite/cli/question_check.h"
#include "suite/cli/question_report.h"
#include "suite/core/verdict.h"

namespace eif {
namespace {

struct CheckOptions {
  std::string file;
  uint64_t seeds = 10;
  uint64_t seed = 0;
  RunRequest request;  // what it says of draws
};

int check_question(CheckOptions& options) {
  const absl::StatusOr<DrawSettings> settings = draw_settings(options.request);
  if (!settings.ok()) return fail(settings.status(), kUsage);
  const absl::StatusOr<std::unique_ptr<DeclaredDesideratum>> declared =
      read_declared_desideratum(options.file);
  if (!declared.ok()) return fail(declared.status(), kUsage);
  DigitSource no_digits("");
  const absl::StatusOr<std::vector<Request>> requests =
      (*declared)->plan(SeededDraw(options.seed, Modality::kText, no_digits, *settings));
  if (!requests.ok()) return fail(requests.status(), kNotMeasured);
  std::vector<uint64_t> seeds(options.seeds);
  for (uint64_t seed = 0; seed < options.seeds; ++seed) seeds[seed] = seed;
  const absl::StatusOr<QuestionCheck> check = check_question(**declared, seeds, *settings);
  if (!check.ok()) {
    return fail(check.status(), absl::IsInvalidArgument(check.status()) ? kUsage : kNotMeasured);
  }
  return print_result(question_text(**declared, *requests, options.seed) + verdicts_text(*check),
                      check->is_sound() ? kSuccess : kUnsound);
}

}  // namespace

Command add_check_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "check", "What a desideratum in TOML asks, and whether it can be passed and failed");
  command->footer(
      "Ends with 0 when the planted logical learner passes and no other does, with 1 when not.\n"
      "Example:\n  eif-suite check mine.toml");
  auto options = std::make_shared<CheckOptions>();
  command->add_option("file", options->file, "Declares a desideratum (docs/add-a-desideratum.md)")
      ->required()
      ->type_name("FILE.toml");
  command->add_option("--seeds", options->seeds, "How many draws the learners are judged on")
      ->check(whole_number(1, kMostSeeds))
      ->capture_default_str();
  command->add_option("--seed", options->seed, "Whose samples are printed")
      ->check(whole_number())
      ->capture_default_str();
  add_dictionary_option(*command, options->request);
  return [options](const Invocation&) { return check_question(*options); };
}

}  // namespace eif
