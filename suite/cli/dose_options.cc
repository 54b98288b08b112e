#include "suite/cli/dose_options.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "suite/cli/model_options.h"
#include "suite/cli/numbers.h"
#include "suite/cli/recipe_options.h"
#include "suite/core/dose.h"

namespace eif {
namespace {

// Beyond it a sample is not learned at this rate; replay keeps each step in memory.
constexpr uint64_t kMostPasses = 1000;

// A rate is one of some recipe, an engine takes some, and what explains influence are steps that
// are linear in the gradients.
bool leaves_recipe_open(const CLI::App& command, const RunRequest& request) {
  return request.finds_learning_rate() && request.engine == kAuto && !request.explain &&
         !says_recipe(command);
}

}  // namespace

void add_dose_options(CLI::App& command, RunRequest& request) {
  CLI::Option* dose =
      command
          .add_option(
              "--dose", request.doses,
              "How much of a sample is learned before its influence is measured. plateau: one "
              "small step for each statement. A share such as 0.9: whole passes until each "
              "statement has lost that much of its loss. Each dose has results of its own. "
              "Shares are learned by LoRA with AdamW, unless --lr, --engine or another option "
              "says how to train")
          ->delimiter(',')
          ->allow_extra_args(false)
          ->type_name("plateau|SHARE[,…]")
          ->default_str(kPlateauDose);
  command
      .add_option("--max-passes", request.max_passes,
                  "Over a sample, while a share of its loss is learned (--dose SHARE)")
      ->needs(dose)
      ->check(whole_number(1, kMostPasses))
      ->capture_default_str();
}

void choose_learned_recipe(const CLI::App& command, RunRequest& request) {
  const bool learns_shares =
      std::any_of(request.doses.begin(), request.doses.end(), is_learned_dose);
  if (!learns_shares || !leaves_recipe_open(command, request)) return;
  request.training.adapter = Adapter::kLora;
  request.training.optimizer = Optimizer::kAdamW;
}

absl::Status resolve_doses(RunRequest& request) {
  absl::StatusOr<std::vector<std::string>> doses = canonical_doses(request.doses);
  if (!doses.ok()) return doses.status();
  request.doses = *std::move(doses);
  if (learned_shares(request.doses).empty()) {
    // They limit nothing here, and a request that says another number would be another question.
    request.max_passes = RunRequest().max_passes;
    return absl::OkStatus();
  }
  const absl::Status status =
      check_doses(request.doses, request.training, !request.finds_learning_rate());
  if (!status.ok()) return status;
  if (request.engine == "linear") {
    return absl::InvalidArgumentError(absl::StrCat(
        "--dose ", request.doses.back(),
        " takes large steps, and --engine linear is first order in them: use --engine auto, or "
        "--dose plateau"));
  }
  if (request.precision == "mixed") {
    return absl::InvalidArgumentError(
        absl::StrCat("--dose ", request.doses.back(),
                     " is measured with exact products: leave out --precision mixed"));
  }
  return absl::OkStatus();
}

}  // namespace eif
