#include "suite/engine/adapter_training.h"

#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "suite/engine/batching.h"
#include "suite/engine/distinct_statements.h"
#include "suite/engine/evaluation.h"
#include "suite/engine/matrix_product.h"
#include "suite/engine/stacked_optimizer.h"
#include "suite/formats/digest.h"

namespace eif {
namespace {

constexpr int64_t kCopiesOfAdapter = 4;

int64_t length_class_of(const Example& example) {
  const auto* text = std::get_if<TextExample>(&example);
  return text == nullptr ? 0 : text->length_class;
}

int64_t longest(const std::vector<Example>& examples) {
  int64_t tokens = 0;
  for (const Example& example : examples) tokens = std::max(tokens, token_count(example));
  return tokens;
}

// The class of each step, or of all where that is one: rows with the same may take their steps
// together.
std::vector<int64_t> length_classes(const std::vector<Example>& examples) {
  std::vector<int64_t> classes;
  for (const Example& example : examples) classes.push_back(length_class_of(example));
  const bool is_one =
      std::adjacent_find(classes.begin(), classes.end(), std::not_equal_to<>()) == classes.end();
  if (is_one) classes.resize(1);
  return classes;
}

// Sorts rows into batches that take their steps together, those with more of them first.
std::vector<std::vector<size_t>> batches_of(const std::vector<const std::vector<Example>*>& rows) {
  std::map<std::vector<int64_t>, std::vector<size_t>> alike;  // by their classes
  for (size_t row = 0; row < rows.size(); ++row) alike[length_classes(*rows[row])].push_back(row);
  std::vector<std::vector<size_t>> batches;
  for (const auto& [classes, members] : alike) {
    std::vector<int64_t> sizes;
    for (const size_t row : members) sizes.push_back(longest(*rows[row]));
    for (const std::vector<int64_t>& batch : batches_of_similar_size(sizes)) {
      std::vector<size_t>& chosen = batches.emplace_back();
      for (const int64_t i : batch) chosen.push_back(members[static_cast<size_t>(i)]);
      std::stable_sort(chosen.begin(), chosen.end(),
                       [&](size_t a, size_t b) { return rows[a]->size() > rows[b]->size(); });
    }
  }
  return batches;
}

// The adapters of R rows. A: (R, rank, I). B is kept as its transpose, (R, rank, O): then the
// correction Σ_k b_k a_kᵀ of a matrix has the shape of a gradient in factors.
class AdapterStack {
 public:
  AdapterStack(Model& model, const std::vector<LoraTarget>& targets, int64_t rows)
      : model_(model), targets_(targets) {
    for (const LoraTarget& target : targets) {
      const int64_t outputs = model.parameters()[target.parameter].value.size(0);
      a_.push_back(target.a.unsqueeze(0).repeat({rows, 1, 1}));
      b_.push_back(at::zeros({rows, target.a.size(0), outputs}, target.a.options()));
    }
  }

  // Rows with more steps come first. `after` is called after each step with how many have been
  // taken.
  absl::Status train(const std::vector<const std::vector<Example>*>& rows,
                     const TrainingOptions& options, Monitor& monitor,
                     const std::function<void(size_t)>& after) {
    std::vector<at::Tensor> values = a_;
    values.insert(values.end(), b_.begin(), b_.end());
    StackedOptimizer optimizer(std::move(values), options);
    for (size_t step = 0; step < rows.front()->size(); ++step) {
      if (monitor.stopping()) return absl::CancelledError("interrupted");
      std::vector<const Example*> examples;  // of the first rows, which have a step left
      for (const std::vector<Example>* row : rows) {
        if (step < row->size()) examples.push_back(&(*row)[step]);
      }
      const absl::StatusOr<std::vector<at::Tensor>> gradients =
          gradients_of(examples, options.lora.scale());
      if (!gradients.ok()) return gradients.status();
      optimizer.step(*gradients);
      after(step + 1);
    }
    return absl::OkStatus();
  }

  // Copies of the corrections of these rows as they are.
  StepGradients copy_of(const std::vector<int64_t>& rows) const {
    const at::Tensor places = at::tensor(rows, at::kLong).to(device_of(model_));
    StepGradients copy{.rows = std::ssize(rows)};
    for (size_t i = 0; i < targets_.size(); ++i) {
      copy.inputs.push_back(a_[i].index_select(0, places));
      copy.outer_products.push_back({targets_[i].parameter, i, b_[i].index_select(0, places)});
    }
    return copy;
  }

 private:
  // Of the mean over the scored tokens of each example, of which one belongs to each of the first
  // rows, at the adapters as they are.
  absl::StatusOr<std::vector<at::Tensor>> gradients_of(const std::vector<const Example*>& examples,
                                                       double scale) const {
    const at::AutoGradMode with_gradients(true);
    const int64_t rows = std::ssize(examples);
    const auto leaf = [&](const at::Tensor& all) {
      return all.narrow(0, 0, rows).detach().requires_grad_();
    };
    StepGradients factors{.rows = rows};
    std::vector<at::Tensor> leaves;
    for (const at::Tensor& a : a_) leaves.push_back(factors.inputs.emplace_back(leaf(a)));
    for (size_t i = 0; i < targets_.size(); ++i) {
      leaves.push_back(leaf(b_[i]));
      factors.outer_products.push_back({targets_[i].parameter, i, leaves.back()});
    }
    TunedWeights weights(model_.parameters(), rows,
                         {{0, std::move(factors), at::full({rows}, scale, a_.front().options())}},
                         /*base_scale=*/{});
    const absl::StatusOr<Losses> losses =
        model_.loss(weights, make_row_batch(examples, device_of(model_)));
    if (!losses.ok()) return losses.status();
    return torch::autograd::grad({(losses->nll / losses->scored).sum()}, leaves, {},
                                 /*retain_graph=*/false, /*create_graph=*/false,
                                 /*allow_unused=*/true);
  }

  Model& model_;
  const std::vector<LoraTarget>& targets_;
  std::vector<at::Tensor> a_, b_;  // by target
};

// Rows and those that take the first of their steps: the adapter of the latter is what that of the
// former is at that time, and is not trained again.
class SharedSteps {
 public:
  explicit SharedSteps(const std::vector<const std::vector<Example>*>& rows) {
    std::vector<size_t> by_length(rows.size());
    std::iota(by_length.begin(), by_length.end(), 0);
    std::stable_sort(by_length.begin(), by_length.end(), [&](size_t a, size_t b) {
      return rows[a]->size() > rows[b]->size();
    });
    std::map<std::string, size_t> leaders;  // by what they were trained on up to some step
    for (const size_t row : by_length) {
      std::vector<std::string> histories;
      for (const Example& example : *rows[row]) {
        Digest digest;
        if (!histories.empty()) digest.add(histories.back());
        digest.add(key_of(example));
        histories.push_back(digest.hex());
      }
      const auto found = leaders.find(histories.back());
      const size_t leader = found == leaders.end() ? row : found->second;
      ending_[leader][rows[row]->size()].push_back(row);
      if (leader != row) continue;
      leaders_.push_back(row);
      for (std::string& history : histories) leaders.try_emplace(std::move(history), row);
    }
    std::sort(leaders_.begin(), leaders_.end());
  }

  // Rows whose steps are not the first of another's, in ascending order.
  const std::vector<size_t>& leaders() const { return leaders_; }
  // The rows, of a leader and those that share its steps, that have taken all theirs.
  std::vector<size_t> ending_after(size_t steps, size_t leader) const {
    const std::map<size_t, std::vector<size_t>>& ending = ending_.at(leader);
    const auto found = ending.find(steps);
    return found == ending.end() ? std::vector<size_t>() : found->second;
  }

 private:
  std::vector<size_t> leaders_;
  std::map<size_t, std::map<size_t, std::vector<size_t>>> ending_;  // by leader and steps
};

class TrainedAdapters final : public TrainedRows {
 public:
  TunedWeights weights(Model& model, const TrainingOptions& options, size_t group,
                       int64_t base_rows, BaseProducts* products) const override {
    const auto& [first, count] = groups_[group];
    std::vector<ScaledStep> steps;
    for (size_t row = first; row < first + count;) {
      const Place& place = places_.at(row);
      std::vector<int64_t> of_batch;  // rows that follow each other, all of one batch
      const size_t begin = row;
      for (; row < first + count && places_.at(row).batch == place.batch; ++row) {
        of_batch.push_back(places_.at(row).row);
      }
      StepGradients factors = select_rows(batches_[place.batch], of_batch);
      const at::Tensor scale =
          at::full({factors.rows}, options.lora.scale(), factors.inputs.front().options());
      steps.push_back({base_rows + static_cast<int64_t>(begin - first), std::move(factors), scale});
    }
    return TunedWeights(model.parameters(), base_rows + static_cast<int64_t>(count),
                        std::move(steps), {}, products);
  }

  void add_group(size_t first, size_t count) { groups_.emplace_back(first, count); }

  // The adapters of these rows, in their order.
  void add_batch(const std::vector<size_t>& rows, StepGradients factors) {
    for (size_t i = 0; i < rows.size(); ++i) {
      places_[rows[i]] = {batches_.size(), static_cast<int64_t>(i)};
    }
    batches_.push_back(std::move(factors));
  }

 private:
  struct Place {
    size_t batch = 0;
    int64_t row = 0;  // of the batch
  };
  std::vector<StepGradients> batches_;
  std::map<size_t, Place> places_;                 // by row, over all groups
  std::vector<std::pair<size_t, size_t>> groups_;  // first row, and how many
};

}  // namespace

absl::StatusOr<std::unique_ptr<TrainedRows>> train_adapters(Model& model,
                                                            const std::vector<LoraTarget>& targets,
                                                            const std::vector<RowGroup>& groups,
                                                            const TrainingOptions& options,
                                                            Monitor& monitor) {
  auto trained = std::make_unique<TrainedAdapters>();
  std::vector<const std::vector<Example>*> rows;
  for (const RowGroup& group : groups) {
    trained->add_group(rows.size(), group.size());
    for (const std::vector<Example>& row : group) rows.push_back(&row);
  }
  const SharedSteps shared(rows);
  std::vector<const std::vector<Example>*> leaders;
  for (const size_t row : shared.leaders()) leaders.push_back(rows[row]);
  for (const std::vector<size_t>& batch : batches_of(leaders)) {
    std::vector<const std::vector<Example>*> members;
    for (const size_t leader : batch) members.push_back(leaders[leader]);
    AdapterStack stack(model, targets, std::ssize(members));
    const auto keep_those_that_end = [&](size_t steps) {
      std::vector<size_t> ending;
      std::vector<int64_t> places;  // in the stack
      for (size_t i = 0; i < batch.size(); ++i) {
        for (const size_t row : shared.ending_after(steps, shared.leaders()[batch[i]])) {
          ending.push_back(row);
          places.push_back(static_cast<int64_t>(i));
        }
      }
      if (!ending.empty()) trained->add_batch(ending, stack.copy_of(places));
    };
    const absl::Status status = stack.train(members, options, monitor, keep_those_that_end);
    if (!status.ok()) return status;
  }
  return trained;
}

int64_t adapter_bytes(Model& model, const std::vector<LoraTarget>& targets) {
  int64_t bytes = 0;
  for (const LoraTarget& target : targets) {
    const int64_t outputs = model.parameters()[target.parameter].value.size(0);
    bytes += target.a.element_size() * target.a.size(0) * (target.a.size(1) + outputs);
  }
  return kCopiesOfAdapter * bytes;
}

}  // namespace eif
