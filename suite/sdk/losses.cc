#include "eif/losses.h"

#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <vector>

namespace eif {
namespace {

// libtorch's log_softmax on a CPU gives log p too high in float32, the more the more classes there are: by
// 4e-6 nats for 49,152, and by 2e-5 for 262,144 (logits with a standard deviation of 4). Its logsumexp
// is right to rounding, but is several passes over the logits.
constexpr int64_t kMostClassesOfLogSoftmax = 65536;

at::ScalarType wide_type(const at::Tensor& logits) {
  return logits.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
}

// log softmax over the last dimension in float32, or in float64 for float64 logits.
at::Tensor log_probabilities(const at::Tensor& logits) {
  const at::ScalarType dtype = wide_type(logits);
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

// The predictions that are made at some of the scored nodes: first, first + 1, …
struct Predictions {
  at::Tensor slots;     // (R, P), counted from `first`; any where the prediction is made elsewhere
  at::Tensor are_here;  // (R, P)
  at::Tensor targets;   // (R, P)

  // Where they stand in logits of all these nodes behind each other: (R, s·V)
  at::Tensor cells(int64_t vocabulary) const { return slots * vocabulary + targets; }
};

Predictions predictions_at(int64_t first, int64_t nodes, int64_t rows, const TokenBatch& batch) {
  const auto of_all_rows = [&](const at::Tensor& values) { return values.expand({rows, -1}); };
  const at::Tensor slots = of_all_rows(batch.slots - first);
  return {slots.clamp(0, nodes - 1), slots.ge(0).logical_and(slots.lt(nodes)),
          of_all_rows(batch.targets)};
}

// log p of the predictions made at scored nodes first, first + 1, … of the batch, whose logits
// these are: (R | 1, s, V) → (R, P), 0 for predictions made elsewhere
at::Tensor log_probabilities_at(const at::Tensor& logits, int64_t first, const TokenBatch& batch) {
  const int64_t rows = std::max(logits.size(0), batch.slots.size(0));
  const Predictions predictions = predictions_at(first, logits.size(1), rows, batch);
  const at::Tensor log_p = log_probabilities(logits).flatten(1).expand({rows, -1});  // (R, s·V)
  return at::where(predictions.are_here, log_p.gather(1, predictions.cells(logits.size(2))), 0.0);
}

// The same, a few nodes after the other: log p of all other tokens is forgotten while a cache has
// it.
at::Tensor log_probabilities_in_parts(const at::Tensor& logits, int64_t first,
                                      const TokenBatch& batch) {
  constexpr int64_t kAtOnce = int64_t{3} << 18;  // numbers: 3 MiB of float32
  const int64_t nodes = logits.size(1);
  const int64_t part = std::max<int64_t>(1, kAtOnce / (logits.size(0) * logits.size(2)));
  at::Tensor log_p = log_probabilities_at(logits.narrow(1, 0, std::min(part, nodes)), first, batch);
  for (int64_t done = part; done < nodes; done += part) {
    const at::Tensor some = logits.narrow(1, done, std::min(part, nodes - done));
    log_p.add_(log_probabilities_at(some, first + done, batch));
  }
  return log_p;
}

// As libtorch's operators are differentiated, each of them leaves as many numbers as there are
// logits: log p, what gather() gives back, and the gradient itself. The gradient alone is needed.
struct LogProbabilities : torch::autograd::Function<LogProbabilities> {
  // logits: (R, s, V) in the type of the result
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& logits,
                            int64_t first, const TokenBatch& batch) {
    const Predictions predictions = predictions_at(first, logits.size(1), logits.size(0), batch);
    context->save_for_backward(
        {logits, predictions.slots, predictions.are_here, predictions.targets});
    return log_probabilities_in_parts(logits, first, batch);
  }

  // d log p_t / d logits = e_t − softmax
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const torch::autograd::variable_list saved = context->get_saved_variables();
    const at::Tensor& logits = saved[0];
    const Predictions predictions{saved[1], saved[2], saved[3]};
    const at::Tensor dy = gradients[0] * predictions.are_here;
    const at::Tensor of_node = at::zeros({logits.size(0), logits.size(1)}, logits.options())
                                   .scatter_add_(1, predictions.slots, dy);
    at::Tensor dlogits = at::softmax(logits, -1).mul_(of_node.neg().unsqueeze(-1));
    dlogits.flatten(1).scatter_add_(1, predictions.cells(logits.size(2)), dy);
    return {dlogits, {}, {}};
  }
};

at::Tensor prediction_log_probabilities(const at::Tensor& logits, int64_t first,
                                        const TokenBatch& batch) {
  const bool needs_gradient = at::GradMode::is_enabled() && logits.requires_grad();
  const bool has_all_rows = logits.size(0) >= batch.slots.size(0);
  // On other devices each part would be some more kernels to start.
  if (!logits.is_cpu() || (needs_gradient && !has_all_rows)) {
    return log_probabilities_at(logits, first, batch);
  }
  if (!needs_gradient) return log_probabilities_in_parts(logits, first, batch);
  return LogProbabilities::apply(logits.to(wide_type(logits)), first, batch);
}

// From log p of each prediction: (R, P)
Losses prediction_losses(const at::Tensor& log_p, const TokenBatch& batch) {
  return {sum_by_statement(-log_p, batch), sum_by_statement(at::ones_like(batch.slots), batch)};
}

// How many of the scored nodes go through the head at once. A gradient needs the logits of all of
// them anyway, and one use of the head is cheaper to record than many.
int64_t nodes_at_once(const at::Tensor& x, int64_t vocabulary) {
  if (at::GradMode::is_enabled()) return x.size(1);
  const int64_t logits_at_once = x.is_cpu() ? int64_t{1} << 23 : int64_t{1} << 28;
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
  const at::Tensor wide = x.to(wide_type(x));
  const at::Tensor nodes = batch.scored_nodes.gather(1, batch.slots);  // (R, P)
  const at::Tensor picked = wide.gather(
      1, nodes.expand({x.size(0), -1}).unsqueeze(-1).expand({-1, -1, x.size(2)}));  // (R, P, F)
  return sum_by_statement(picked, batch) / sum_by_statement(at::ones_like(picked), batch);
}

}  // namespace eif
