// How a model is fine-tuned on a sample: what every engine is told, and every report repeats.
//
//   const TrainingOptions training{.optimizer = Optimizer::kSgd, .learning_rate = 1e-4};
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace eif {

enum class Optimizer { kSgd, kAdamW };

// "sgd", "adamw": what --optimizer takes.
constexpr const char* optimizer_name(Optimizer optimizer) {
  return optimizer == Optimizer::kSgd ? "sgd" : "adamw";
}

// What is trained: the model's own parameters, or small matrices beside them.
enum class Adapter { kNone, kLora };

// "none", "lora": what --adapter takes.
constexpr const char* adapter_name(Adapter adapter) {
  return adapter == Adapter::kNone ? "none" : "lora";
}

// LoRA (arXiv 2106.09685), as peft does it: a matrix W of (O, I) is used as W + alpha/rank · B A
// and stays as it is. A of (rank, I) begins with random numbers that `seed` says, B of (O, rank)
// with 0.
struct LoraOptions {
  int rank = 8;
  double alpha = 16;
  // Patterns of matrices (suite/engine/name_patterns.h), or the one name "all-linear": all but the
  // last that a forward pass uses, which is the head.
  std::vector<std::string> targets = {"all-linear"};
  uint64_t seed = 0;

  double scale() const { return alpha / rank; }
  bool operator==(const LoraOptions&) const = default;
};

// Fine-tuning on a sample: one step per statement, in order, batch size 1, from the base weights;
// and that `epochs` times.
struct TrainingOptions {
  Optimizer optimizer = Optimizer::kSgd;
  double learning_rate = 0;
  double momentum = 0;  // SGD only
  double weight_decay = 0;
  double max_gradient_norm = 0;  // longer gradients are shortened to it; 0: none are
  int epochs = 1;
  // Which parameters learn, by patterns of their names: these, or all where there is none, without
  // those that are frozen.
  std::vector<std::string> train_only, freeze;
  Adapter adapter = Adapter::kNone;
  LoraOptions lora;  // of Adapter::kLora
};

// kInvalidArgument: options that do not go together, by the names that the command line has for
// them.
absl::Status check_training(const TrainingOptions& training);

// For reports, in one line: "sgd", "adamw, 5 epochs, LoRA of rank 8 (alpha 16, all-linear, seed
// 0)". Says what is trained and how often; the numbers of the optimizer stand elsewhere.
std::string training_text(const TrainingOptions& training);

}  // namespace eif
