#include "suite/engine/adapter_training.h"

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "suite/engine/adapter_stack.h"
#include "suite/engine/distinct_statements.h"
#include "suite/formats/digest.h"

namespace eif {
namespace {

constexpr int64_t kCopiesOfAdapter = 4;

// Rows and those that take the first of their steps: the adapter of the latter is what that of the
// former is at that time, and is not trained again.
class SharedSteps {
 public:
  explicit SharedSteps(const std::vector<const std::vector<Example>*>& rows) {
    std::vector<size_t> by_length(rows.size());
    std::iota(by_length.begin(), by_length.end(), 0);
    std::stable_sort(by_length.begin(), by_length.end(),
                     [&](size_t a, size_t b) { return rows[a]->size() > rows[b]->size(); });
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
  for (const std::vector<size_t>& batch : stacked_together(leaders)) {
    std::vector<const std::vector<Example>*> members;
    for (const size_t leader : batch) members.push_back(leaders[leader]);
    AdapterStack stack(model, targets, std::ssize(members), options);
    for (size_t step = 0; step < members.front()->size(); ++step) {
      if (monitor.stopping()) return absl::CancelledError("interrupted");
      std::vector<const Example*> examples;  // of the first rows, which have a step left
      for (const std::vector<Example>* row : members) {
        if (step < row->size()) examples.push_back(&(*row)[step]);
      }
      if (absl::Status status = stack.step(examples); !status.ok()) return status;
      std::vector<size_t> ending;
      std::vector<int64_t> places;  // in the stack
      for (size_t i = 0; i < batch.size(); ++i) {
        for (const size_t row : shared.ending_after(step + 1, shared.leaders()[batch[i]])) {
          ending.push_back(row);
          places.push_back(static_cast<int64_t>(i));
        }
      }
      if (!ending.empty()) trained->add_batch(ending, stack.copy_of(places));
    }
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
