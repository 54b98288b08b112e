// Steps that are linear in the gradients, which recordings can be replayed under.
#pragma once

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "suite/core/training_options.h"

namespace eif {

// kInvalidArgument where the optimiser's step is not linear in the gradients. `who` is what needs
// it to be, as the user knows it: "--engine replay".
inline absl::Status check_linear_steps(const char* who, const TrainingOptions& training) {
  if (absl::Status status = check_training(training); !status.ok()) return status;
  if (training.adapter != Adapter::kNone) {
    return absl::InvalidArgumentError(absl::StrCat(
        who,
        " takes steps that are linear in the gradients of the model's own parameters, which those "
        "of an adapter are not: use --engine adapters or dense, or --adapter none"));
  }
  if (training.optimizer == Optimizer::kSgd) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(who,
                   " takes steps that are linear in the gradients, which AdamW's are not: use "
                   "--engine dense, or --optimizer sgd"));
}

}  // namespace eif
