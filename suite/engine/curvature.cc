#include "suite/engine/curvature.h"

#include <ATen/core/grad_mode.h>

#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "suite/engine/batching.h"
#include "suite/engine/evaluation.h"
#include "suite/engine/learned_parameters.h"
#include "suite/engine/recorded_training.h"

namespace eif {
namespace {

absl::Status not_possible(const Sample& sample, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("sample ", sample.id, ": ", why));
}

// rows[r] becomes the only statement of samples[r], once for each epoch.
absl::StatusOr<std::vector<std::vector<Example>>> encode_rows(const Model& model,
                                                              const std::vector<Sample>& samples,
                                                              int epochs) {
  std::vector<std::vector<Example>> rows;
  for (const Sample& sample : samples) {
    if (sample.statements.size() != 1) {
      return not_possible(sample,
                          "steps after the first depend on the learning rate; one statement "
                          "is expected");
    }
    absl::StatusOr<std::vector<Example>> examples = encode_sample(model, sample);
    if (!examples.ok()) return not_possible(sample, examples.status().message());
    if (!rows.empty() && !batch_together(rows.front().front(), examples->front())) {
      return not_possible(sample, "it cannot stand in one batch with the first");
    }
    rows.push_back(in_epochs(*examples, epochs));
  }
  if (rows.empty()) return absl::InvalidArgumentError("there is no sample");
  return rows;
}

}  // namespace

absl::StatusOr<at::Tensor> self_influences_at(Model& model, const std::vector<Sample>& samples,
                                              const TrainingOptions& options,
                                              std::span<const double> rates) {
  if (options.optimizer != Optimizer::kSgd || options.adapter != Adapter::kNone) {
    return absl::InvalidArgumentError(absl::StrCat(
        options.optimizer != Optimizer::kSgd ? "AdamW's steps" : "the steps of an adapter",
        " are not linear in the gradients: one recording has one learning rate"));
  }
  const absl::StatusOr<LearnedParameters> learned = LearnedParameters::choose(model, options);
  if (!learned.ok()) return learned.status();
  const absl::StatusOr<std::vector<std::vector<Example>>> rows =
      encode_rows(model, samples, options.epochs);
  if (!rows.ok()) return rows.status();
  std::vector<const Example*> examples;
  for (const std::vector<Example>& row : *rows) examples.push_back(&row.front());
  const Batch batch = make_row_batch(examples, device_of(model));
  // The base weights are evaluated in batches of the same shape, so that no difference is one of
  // batches.
  std::optional<RecordedTraining> training;
  const auto losses_at = [&](double rate) -> absl::StatusOr<at::Tensor> {
    TrainingOptions at_rate = options;
    at_rate.learning_rate = rate;
    if (!training.has_value() || options.epochs > 1) {
      absl::StatusOr<RecordedTraining> recorded = RecordedTraining::record(model, {*rows}, at_rate);
      if (!recorded.ok()) return recorded.status();
      training = *std::move(recorded);
    }
    const at::NoGradGuard no_gradients;
    TunedWeights weights = training->weights(model, at_rate, 0);
    const absl::StatusOr<Losses> losses = model.loss(weights, batch);
    if (!losses.ok()) return losses.status();
    return (losses->nll.to(at::kCPU, at::kDouble) / losses->scored.to(at::kCPU, at::kDouble))
        .squeeze(1);
  };
  const absl::StatusOr<at::Tensor> base = losses_at(0);
  if (!base.ok()) return base.status();
  std::vector<at::Tensor> influences;
  for (const double rate : rates) {
    const absl::StatusOr<at::Tensor> losses = losses_at(rate);
    if (!losses.ok()) return losses.status();
    influences.push_back(*base - *losses);
  }
  return at::stack(influences);
}

absl::StatusOr<double> self_curvature(Model& model, const std::vector<Sample>& samples,
                                      const TrainingOptions& options) {
  const double rates[] = {options.learning_rate, options.learning_rate / 2};
  const absl::StatusOr<at::Tensor> influences = self_influences_at(model, samples, options, rates);
  if (!influences.ok()) return influences.status();
  const at::Tensor whole = (*influences)[0], half = (*influences)[1];
  const at::Tensor curvatures = ((whole - 2 * half) / whole).abs();
  const at::Tensor known = curvatures.masked_select(curvatures.isfinite());
  if (known.numel() == 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("no sample influences itself at the learning rate ", options.learning_rate));
  }
  return at::quantile(known, 0.5).item<double>();
}

}  // namespace eif
