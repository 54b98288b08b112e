#include "eif/losses.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <vector>

namespace eif {
namespace {

// libtorch's log_softmax on a CPU gives log p too high in float32, the more the more classes there are: by
// 4e-6 nats for 49,152, and by 2e-5 for 262,144 (logits with a standard deviation of 4). Its logsumexp
// is right to rounding, but is several passes over the logits.
constexpr int64_t kMostClassesOfLogSoftmax = 65536;

// log softmax over the last dimension in float32, or in float64 for float64 logits.
at::Tensor log_probabilities(const at::Tensor& logits) {
  const at::ScalarType dtype = logits.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
  if (dtype == at::kDouble || !logits.is_cpu() || logits.size(-1) <= kMostClassesOfLogSoftmax) {
    return at::log_softmax(logits, -1, dtype);
  }
  const at::Tensor wide = logits.to(dtype);
  return wide - wide.logsumexp(-1, /*keepdim=*/true);
}

// Sums what belongs to each prediction by statement. values: (R, P, …) → (R, B, …)
at::Tensor sum_by_statement(const at::Tensor& values, const TokenBatch& batch) {
  // Padding is summed into one statement too many, which is then cut off.
  at::Tensor owners = at::where(batch.statements < 0, batch.statement_count, batch.statements);
  while (owners.dim() < values.dim()) owners = owners.unsqueeze(-1);
  std::vector<int64_t> shape = values.sizes().vec();
  shape[1] = batch.statement_count + 1;
  return at::zeros(shape, values.options())
      .scatter_add(1, owners.expand(values.sizes()), values)
      .narrow(1, 0, batch.statement_count);
}

// log p of the predictions made at scored nodes first, first + 1, … of the batch, whose logits
// these are: (R, s, V) → (R, P), 0 for predictions made elsewhere
at::Tensor prediction_log_probabilities(const at::Tensor& logits, int64_t first,
                                        const TokenBatch& batch) {
  const int64_t rows = std::max(logits.size(0), batch.slots.size(0)), nodes = logits.size(1);
  const at::Tensor log_p = log_probabilities(logits).flatten(1).expand({rows, -1});  // (R, s·V)
  const at::Tensor slots = batch.slots - first;
  const at::Tensor cells = slots.clamp(0, nodes - 1) * logits.size(2) + batch.targets;
  return at::where(slots.ge(0).logical_and(slots.lt(nodes)),
                   log_p.gather(1, cells.expand({rows, -1})), 0.0);
}

// From log p of each prediction: (R, P)
Losses prediction_losses(const at::Tensor& log_p, const TokenBatch& batch) {
  return {sum_by_statement(-log_p, batch), sum_by_statement(at::ones_like(batch.slots), batch)};
}

// How many of the scored nodes go through the head at once. A gradient needs the logits of all of
// them anyway, and one use of the head is cheaper to record than many.
int64_t nodes_at_once(const at::Tensor& x, int64_t vocabulary) {
  if (at::GradMode::is_enabled()) return x.size(1);
  const int64_t logits_at_once = x.is_cpu() ? int64_t{1} << 24 : int64_t{1} << 28;
  return std::max<int64_t>(1, logits_at_once / (x.size(0) * vocabulary));
}

}  // namespace

Losses label_losses(const at::Tensor& logits, const ImageBatch& batch) {
  const at::Tensor labels = batch.labels.expand({logits.size(0), logits.size(1)});
  const at::Tensor log_p = log_probabilities(logits).gather(-1, labels.unsqueeze(-1)).squeeze(-1);
  return {-log_p, at::ones_like(batch.labels)};
}

Losses token_losses(const at::Tensor& logits, const TokenBatch& batch) {
  return prediction_losses(prediction_log_probabilities(logits, 0, batch), batch);
}

Losses token_losses(const at::Tensor& x, int64_t vocabulary,
                    absl::FunctionRef<at::Tensor(const at::Tensor&)> head,
                    const TokenBatch& batch) {
  const int64_t nodes = x.size(1), part = nodes_at_once(x, vocabulary);
  at::Tensor log_p;
  for (int64_t first = 0; first < nodes; first += part) {
    const int64_t count = std::min(part, nodes - first);
    const at::Tensor of_part =
        prediction_log_probabilities(head(x.narrow(1, first, count)), first, batch);
    log_p = log_p.defined() ? log_p + of_part : of_part;
  }
  return prediction_losses(log_p, batch);
}

at::Tensor mean_by_statement(const at::Tensor& x, const TokenBatch& batch) {
  const at::Tensor wide = x.to(x.scalar_type() == at::kDouble ? at::kDouble : at::kFloat);
  const at::Tensor nodes = batch.scored_nodes.gather(1, batch.slots);  // (R, P)
  const at::Tensor picked = wide.gather(
      1, nodes.expand({x.size(0), -1}).unsqueeze(-1).expand({-1, -1, x.size(2)}));  // (R, P, F)
  return sum_by_statement(picked, batch) / sum_by_statement(at::ones_like(picked), batch);
}

}  // namespace eif
