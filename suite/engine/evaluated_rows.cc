#include "suite/engine/evaluated_rows.h"

#include <limits>

#include "absl/status/statusor.h"
#include "suite/engine/batching.h"
#include "suite/engine/evaluation.h"

namespace eif {
namespace {

// How many nodes go into one batch: enough to fill a device, and few enough that memory is no
// question and an interrupt is soon heard.
int64_t nodes_at_once(at::Device device) { return device.is_cpu() ? 1024 : 8192; }

}  // namespace

absl::Status evaluate_rows(Model& model, Weights& weights, const std::vector<int64_t>& nodes,
                           const std::function<EncodedSamples(size_t row)>& samples_of,
                           const std::function<void(const EvaluatedRow&)>& take, Monitor& monitor) {
  const at::Device device = device_of(model);
  for (const std::vector<int64_t>& batch :
       batches_of_similar_size(nodes, {.tokens = nodes_at_once(device)})) {
    if (monitor.stopping()) return absl::CancelledError("interrupted");
    std::vector<EncodedSamples> samples;
    std::vector<std::vector<const EncodedSample*>> rows;
    for (const int64_t row : batch) {
      samples.push_back(samples_of(static_cast<size_t>(row)));
      rows.push_back(pointers_to(samples.back()));
    }
    EvaluationLimits limits;
    if (batch.size() > 1) limits.tokens = std::numeric_limits<int64_t>::max();  // counted in nodes
    const Evaluation evaluation = Evaluation::prepare_rows(device, rows, limits);
    const absl::StatusOr<at::Tensor> losses = evaluation.losses(model, weights);
    if (!losses.ok()) return losses.status();
    for (size_t i = 0; i < batch.size(); ++i) {
      take({.row = static_cast<size_t>(batch[i]),
            .losses = evaluation.losses_of_row(*losses, i),
            .errors = evaluation.errors_of_row(i)});
    }
  }
  return absl::OkStatus();
}

}  // namespace eif
