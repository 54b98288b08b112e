// LoRA adapters of many rows, trained at once.
//
//   absl::StatusOr<std::unique_ptr<TrainedRows>> rows =
//       train_adapters(model, targets, groups, options, monitor);
//   TunedWeights weights = (*rows)->weights(model, options, g);
//
// Each row has its own A and B, stacked over the rows that are trained together, and
//
//   y_r = W x_r + scale · B_r (A_r x_r)
//
// is the weight W with a correction of low rank by row, which is what TunedWeights evaluates; here
// autograd goes through it to A and B. So R fine-tunings of any optimiser take one forward and one
// backward pass for each step, and no copy of a weight. Each row's step is of its own statement,
// padded to the longest; a row that has taken all its steps is left out of those of the others.
#pragma once

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/backend.h"
#include "eif/monitor.h"
#include "suite/engine/lora.h"
#include "suite/engine/trained_rows.h"

namespace eif {

// kCancelled: monitor.stopping() became true. Errors of the model's loss pass.
absl::StatusOr<std::unique_ptr<TrainedRows>> train_adapters(Model& model,
                                                            const std::vector<LoraTarget>& targets,
                                                            const std::vector<RowGroup>& groups,
                                                            const TrainingOptions& options,
                                                            Monitor& monitor);

// What a row's adapter takes while it is trained: values, gradients and what AdamW keeps of them.
int64_t adapter_bytes(Model& model, const std::vector<LoraTarget>& targets);

}  // namespace eif
