#include "suite/engine/evaluated_rows.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "absl/status/statusor.h"
#include "suite/engine/batching.h"
#include "suite/engine/evaluation.h"
#include "suite/engine/on_threads.h"
#include "suite/engine/tuned_weights.h"

namespace eif {
namespace {

// How many nodes go into one batch: enough to fill a device, and few enough that memory is no
// question and an interrupt is soon heard.
int64_t nodes_at_once(at::Device device) { return device.is_cpu() ? 1024 : 8192; }

// That are prepared before threads begin: with more of them, fewer wait for the last.
constexpr int kBatchesOfThread = 4;

// As many batches, about as large as each other, as keep so many threads at work.
std::vector<std::vector<int64_t>> batches_for(int threads, const std::vector<int64_t>& nodes,
                                              at::Device device) {
  int64_t at_once = nodes_at_once(device);
  if (threads > 1) {
    const int64_t all = std::accumulate(nodes.begin(), nodes.end(), int64_t{0});
    const int64_t batches_of_thread = all / (threads * at_once) + 1;
    at_once = all / (threads * batches_of_thread) + 1;
  }
  return batches_of_similar_size(nodes, {.tokens = at_once});
}

// Rows in one batch, and their losses once they are computed.
struct BatchOfRows {
  std::vector<int64_t> rows;
  Evaluation evaluation;
  at::Tensor losses;
};

}  // namespace

absl::Status evaluate_rows(Model& model, const std::vector<int64_t>& nodes,
                           const std::function<EncodedSamples(size_t row)>& samples_of,
                           const std::function<void(const EvaluatedRow&)>& take, Monitor& monitor) {
  const at::Device device = device_of(model);
  const int threads = threads_for(model);
  const std::vector<std::vector<int64_t>> batches = batches_for(threads, nodes, device);
  const auto prepared = [&](const std::vector<int64_t>& batch) {
    std::vector<EncodedSamples> samples;
    std::vector<std::vector<const EncodedSample*>> rows;
    for (const int64_t row : batch) samples.push_back(samples_of(static_cast<size_t>(row)));
    for (const EncodedSamples& of_row : samples) rows.push_back(pointers_to(of_row));
    EvaluationLimits limits;
    if (batch.size() > 1) limits.tokens = std::numeric_limits<int64_t>::max();  // counted in nodes
    return BatchOfRows{batch, Evaluation::prepare_rows(device, rows, limits), {}};
  };
  const size_t prepared_at_once = threads > 1 ? static_cast<size_t>(kBatchesOfThread * threads) : 1;
  for (size_t first = 0; first < batches.size(); first += prepared_at_once) {
    if (monitor.stopping()) return absl::CancelledError("interrupted");
    std::vector<BatchOfRows> next;
    for (size_t i = first; i < std::min(batches.size(), first + prepared_at_once); ++i) {
      next.push_back(prepared(batches[i]));
    }
    const absl::Status status =
        on_threads(threads, next.size(), monitor, [&](size_t i, Monitor& shared) -> absl::Status {
          if (shared.stopping()) return absl::CancelledError("interrupted");
          TunedWeights base(model.parameters());
          absl::StatusOr<at::Tensor> losses = next[i].evaluation.losses(model, base);
          if (losses.ok()) next[i].losses = *std::move(losses);
          return losses.status();
        });
    if (!status.ok()) return status;
    for (const BatchOfRows& batch : next) {
      for (size_t i = 0; i < batch.rows.size(); ++i) {
        take({.row = static_cast<size_t>(batch.rows[i]),
              .losses = batch.evaluation.losses_of_row(batch.losses, i),
              .errors = batch.evaluation.errors_of_row(i)});
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace eif
