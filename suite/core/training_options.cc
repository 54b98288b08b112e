#include "suite/core/training_options.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace eif {
namespace {

absl::Status check_lora(const TrainingOptions& training) {
  if (training.adapter == Adapter::kNone) {
    if (training.lora == LoraOptions()) return absl::OkStatus();
    return absl::InvalidArgumentError("--lora-… options go with --adapter lora");
  }
  if (!training.train_only.empty() || !training.freeze.empty()) {
    return absl::InvalidArgumentError(
        "--train-only and --freeze choose among the model's own parameters, and with --adapter "
        "lora "
        "none of them is trained: --lora-targets says what is adapted");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status check_training(const TrainingOptions& training) {
  if (training.optimizer != Optimizer::kSgd && training.momentum != 0) {
    return absl::InvalidArgumentError("--momentum goes with --optimizer sgd");
  }
  return check_lora(training);
}

std::string training_text(const TrainingOptions& training) {
  std::string text = optimizer_name(training.optimizer);
  if (training.epochs != 1) absl::StrAppend(&text, ", ", training.epochs, " epochs");
  const auto append_patterns = [&](const char* what, const std::vector<std::string>& patterns) {
    if (!patterns.empty()) absl::StrAppend(&text, ", ", what, absl::StrJoin(patterns, ", "));
  };
  append_patterns("training only ", training.train_only);
  append_patterns("without ", training.freeze);
  if (training.adapter == Adapter::kLora) {
    const LoraOptions& lora = training.lora;
    absl::StrAppend(&text, ", LoRA of rank ", lora.rank, " (alpha ", lora.alpha, ", ",
                    absl::StrJoin(lora.targets, ", "), ", seed ", lora.seed, ")");
  }
  return text;
}

}  // namespace eif
