#include "suite/engine/adapter_learning.h"

#include <ATen/core/grad_mode.h>

#include <cstddef>
#include <numeric>
#include <string>
#include <utility>

#include "suite/engine/adapter_stack.h"
#include "suite/engine/evaluation.h"
#include "suite/engine/out_of_memory.h"

namespace eif {
namespace {

class Learning {
 public:
  // What is passed by reference outlives this object.
  Learning(Model& model, const std::vector<LoraTarget>& targets, const std::vector<Sample>& samples,
           const EncodedSamples& statements, const TrainingOptions& options,
           const LearnedEnough& enough, const std::function<bool(const LearningCurve&)>& ends_all,
           Monitor& monitor)
      : model_(model),
        targets_(targets),
        samples_(samples),
        statements_(statements),
        options_(options),
        enough_(enough),
        ends_all_(ends_all),
        monitor_(monitor),
        curves_(samples.size()) {
    for (size_t i = 0; i < statements.size(); ++i) {
      if (!statements[i].ok()) curves_[i].error = std::string(statements[i].status().message());
    }
  }

  // Indices of samples that could be encoded, those with more statements first.
  absl::Status learn(const std::vector<size_t>& batch) {
    const absl::Status status = as_exhausted([&] { return learn_at_once(batch); });
    if (!absl::IsResourceExhausted(status) || batch.size() == 1) return status;
    for (const size_t sample : batch) curves_[sample] = {};
    const auto middle = batch.begin() + std::ssize(batch) / 2;
    if (absl::Status first = learn({batch.begin(), middle}); !first.ok()) return first;
    return learn({middle, batch.end()});
  }

  // Whether one of them has ended all.
  bool is_ended() const { return is_ended_; }

  std::vector<LearningCurve> curves() && { return std::move(curves_); }

 private:
  using Places = std::vector<int64_t>;  // of rows in a stack

  absl::Status learn_at_once(std::vector<size_t> batch) {
    AdapterStack stack(model_, targets_, std::ssize(batch), options_);
    Places all(batch.size());
    std::iota(all.begin(), all.end(), 0);
    absl::StatusOr<std::vector<std::vector<double>>> losses = losses_of(stack, batch, all);
    if (!losses.ok()) return losses.status();
    for (const int64_t place : all) {
      const auto i = static_cast<size_t>(place);
      curves_[batch[i]].before = std::move((*losses)[i]);
    }
    for (size_t step = 0; !batch.empty() && !is_ended_; ++step) {
      if (monitor_.stopping()) return absl::CancelledError("interrupted");
      std::vector<const Example*> examples;
      Places after_a_pass, unfinished;
      for (size_t i = 0; i < batch.size(); ++i) {
        const std::vector<Example>& own = *statements_[batch[i]];
        examples.push_back(&own[step % own.size()]);
        if ((step + 1) % own.size() == 0) after_a_pass.push_back(static_cast<int64_t>(i));
      }
      if (absl::Status status = stack.step(examples); !status.ok()) return status;
      losses = losses_of(stack, batch, after_a_pass);
      if (!losses.ok()) return losses.status();
      for (size_t i = 0; i < after_a_pass.size(); ++i) {
        const size_t sample = batch[static_cast<size_t>(after_a_pass[i])];
        add_pass(curves_[sample], std::move((*losses)[i]), samples_[sample]);
        is_ended_ = is_ended_ || (ends_all_ != nullptr && ends_all_(curves_[sample]));
      }
      std::vector<size_t> left;
      for (size_t i = 0; i < batch.size(); ++i) {
        if (curves_[batch[i]].is_over(enough_)) continue;
        unfinished.push_back(static_cast<int64_t>(i));
        left.push_back(batch[i]);
      }
      if (left.size() < batch.size()) stack.keep(unfinished);
      batch = std::move(left);
    }
    return absl::OkStatus();
  }

  // Of each statement of the rows at these places.
  absl::StatusOr<std::vector<std::vector<double>>> losses_of(const AdapterStack& stack,
                                                             const std::vector<size_t>& batch,
                                                             const Places& places) {
    const at::NoGradGuard no_gradients;
    std::vector<std::vector<double>> losses(places.size());
    for (size_t statement = 0;; ++statement) {
      std::vector<const Example*> examples;
      std::vector<size_t> of_places;
      Places rows;
      for (size_t i = 0; i < places.size(); ++i) {
        const std::vector<Example>& own = *statements_[batch[static_cast<size_t>(places[i])]];
        if (statement >= own.size()) continue;
        examples.push_back(&own[statement]);
        of_places.push_back(i);
        rows.push_back(places[i]);
      }
      if (rows.empty()) return losses;
      TunedWeights weights = stack.weights_of(stack.copy_of(rows));
      const absl::StatusOr<Losses> found =
          model_.loss(weights, make_row_batch(examples, device_of(model_)));
      if (!found.ok()) return found.status();
      const at::Tensor values = (found->nll / found->scored).to(at::kCPU, at::kDouble).contiguous();
      for (size_t i = 0; i < of_places.size(); ++i) {
        losses[of_places[i]].push_back(values.const_data_ptr<double>()[i]);
      }
    }
  }

  Model& model_;
  const std::vector<LoraTarget>& targets_;
  const std::vector<Sample>& samples_;
  const EncodedSamples& statements_;
  const TrainingOptions& options_;
  const LearnedEnough& enough_;
  const std::function<bool(const LearningCurve&)>& ends_all_;
  Monitor& monitor_;
  std::vector<LearningCurve> curves_;
  bool is_ended_ = false;  // by one of them
};

}  // namespace

absl::StatusOr<std::vector<LearningCurve>> adapter_learning_curves(
    Model& model, const std::vector<LoraTarget>& targets, const std::vector<Sample>& samples,
    const EncodedSamples& statements, const TrainingOptions& options, const LearnedEnough& enough,
    const std::function<bool(const LearningCurve&)>& ends_all, const BatchLimits& limits,
    Monitor& monitor) {
  Learning learning(model, targets, samples, statements, options, enough, ends_all, monitor);
  std::vector<size_t> learned;
  std::vector<const std::vector<Example>*> rows;
  for (size_t i = 0; i < samples.size(); ++i) {
    if (!statements[i].ok()) continue;
    learned.push_back(i);
    rows.push_back(&*statements[i]);
  }
  for (const std::vector<size_t>& stack : stacked_together(rows, limits)) {
    if (learning.is_ended()) break;
    std::vector<size_t> batch;
    for (const size_t row : stack) batch.push_back(learned[row]);
    if (absl::Status status = learning.learn(batch); !status.ok()) return status;
  }
  return std::move(learning).curves();
}

}  // namespace eif
