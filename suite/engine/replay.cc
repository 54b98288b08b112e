#include "suite/engine/replay.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "suite/engine/evaluation.h"
#include "suite/engine/learned_parameters.h"
#include "suite/engine/linear_steps.h"
#include "suite/engine/metering.h"
#include "suite/engine/on_threads.h"
#include "suite/engine/out_of_memory.h"
#include "suite/engine/recorded_training.h"
#include "suite/engine/replay_groups.h"
#include "suite/engine/thread_shares.h"
#include "suite/engine/weight_copies.h"

namespace eif {
namespace {

using Halves = std::pair<RecordedGroups, RecordedGroups>;

// Where each of `some` stands in `all`, which is the same or has them in ascending order.
at::Tensor places_of(const std::vector<size_t>& some, const std::vector<size_t>& all) {
  if (some == all) return at::arange(std::ssize(some), at::kLong);
  std::vector<int64_t> places;
  for (const size_t one : some) {
    places.push_back(std::lower_bound(all.begin(), all.end(), one) - all.begin());
  }
  return at::tensor(places, at::kLong);
}

at::Tensor base_losses(const Matrix& matrix, const std::vector<size_t>& columns) {
  std::vector<double> losses;
  for (const size_t column : columns) losses.push_back(matrix.base()[column]);
  return at::tensor(losses, at::kDouble);
}

// Replays groups of rows at every learning rate. Where memory does not suffice for all of them,
// they are replayed in two halves, and so on, down to single rows.
class RateReplay {
 public:
  // matrices: that of each rate. What is passed by reference outlives this object.
  RateReplay(Model& model, WeightCopies& copies, Differences differences, const WantedCells& wanted,
             const EncodedSamples& columns, const RowTraining& row_training,
             const TrainingOptions& options, std::span<const double> rates,
             std::vector<Matrix>& matrices, Monitor& monitor)
      : model_(model),
        copies_(copies),
        wide_(copies),
        differences_(differences),
        wanted_(wanted),
        columns_(columns),
        row_training_(row_training),
        options_(options),
        rates_(rates),
        matrices_(matrices),
        monitor_(monitor) {}

  absl::Status replay(RecordedGroups groups) {
    trained_.reset();
    std::vector<RecordedGroups> parts;  // of `groups`, one after another
    parts.push_back(std::move(groups));
    for (size_t k = 0; k < rates_.size(); ++k) {
      options_.learning_rate = rates_[k];
      for (size_t part = 0; part < parts.size(); ++part) {
        if (parts.size() > 1) trained_.reset();  // it is that of another part
        size_t done = 0;                         // groups of the part
        const absl::Status status =
            as_exhausted([&] { return replay_at_once(parts[part], matrices_[k], done); });
        if (status.ok()) continue;
        if (!absl::IsResourceExhausted(status)) return status;
        trained_.reset();
        absl::StatusOr<Halves> halves = split(std::move(parts[part]), done, status);
        if (!halves.ok()) return halves.status();
        parts[part] = std::move(halves->first);
        parts.insert(parts.begin() + static_cast<std::ptrdiff_t>(part) + 1,
                     std::move(halves->second));
        // Those that are done are a part of their own now; otherwise the first half is next.
        if (done == 0) --part;
      }
    }
    return absl::OkStatus();
  }

 private:
  // At the rate of the options. done: how many of the groups are filled in.
  absl::Status replay_at_once(const RecordedGroups& groups, Matrix& matrix, size_t& done) {
    if (monitor_.stopping()) return absl::CancelledError("interrupted");
    if (absl::Status status = train(groups); !status.ok()) return status;
    for (; done < groups.size(); ++done) {
      if (monitor_.stopping()) return absl::CancelledError("interrupted");
      if (absl::Status status = fill(matrix, groups[done], done); !status.ok()) return status;
      monitor_.rows(groups[done].rows.size(), 0);
    }
    return absl::OkStatus();
  }

  // In two: the groups that are done, if there are any, and the others; or all groups; or the rows
  // of the only group. `why` is returned for a single row.
  absl::StatusOr<Halves> split(RecordedGroups groups, size_t done, const absl::Status& why) const {
    if (groups.size() > 1) {
      const auto middle =
          groups.begin() + static_cast<std::ptrdiff_t>(done > 0 ? done : groups.size() / 2);
      return Halves{{std::make_move_iterator(groups.begin()), std::make_move_iterator(middle)},
                    {std::make_move_iterator(middle), std::make_move_iterator(groups.end())}};
    }
    ReplayedGroup& group = groups.front();
    if (group.rows.size() == 1) {
      return absl::ResourceExhaustedError(absl::StrCat(
          "sample ", wanted_.trained[group.rows.front().row].id, " alone: ",
          std::string(why.message()), "; shorter samples or --dtype bfloat16 need less"));
    }
    std::pair<ReplayedGroup, ReplayedGroup> halves =
        split_group(device_of(model_), columns_, std::move(group));
    Halves result;
    result.first.push_back(std::move(halves.first));
    result.second.push_back(std::move(halves.second));
    return result;
  }

  // Unless the rows at hand have weights at this rate, too.
  absl::Status train(const RecordedGroups& groups) {
    if (options_.learning_rate == 0) return absl::OkStatus();  // nothing is trained
    // The gradients of second steps depend on the rate. Rows with more statements come first.
    const bool has_second_steps = std::any_of(
        groups.begin(), groups.end(),
        [](const ReplayedGroup& group) { return group.rows.front().examples.size() > 1; });
    const bool serves_rate = row_training_.serves_all_rates && !has_second_steps;
    if (trained_ != nullptr && serves_rate) return absl::OkStatus();
    trained_.reset();  // only one at a time fits
    std::vector<RowGroup> rows;
    for (const ReplayedGroup& group : groups) {
      RowGroup& examples = rows.emplace_back();
      for (const ReplayedRow& row : group.rows) examples.push_back(row.examples);
    }
    absl::StatusOr<std::unique_ptr<TrainedRows>> trained =
        row_training_.train(rows, options_, &wide_, monitor_);
    if (!trained.ok()) return trained.status();
    trained_ = *std::move(trained);
    return absl::OkStatus();
  }

  // Group number `g` of those that were trained.
  absl::Status fill(Matrix& matrix, const ReplayedGroup& group, size_t g) {
    if (options_.learning_rate == 0) {
      for (const ReplayedRow& row : group.rows) {
        fill_unchanged(matrix, {{{row.row}, row.block->columns}});
      }
      return absl::OkStatus();
    }
    const BaseRows& base = group.base_rows;
    DifferenceProducts by_differences(copies_, base, differences_);
    BaseProducts* const products =
        base.count > 0 ? static_cast<BaseProducts*>(&by_differences) : &wide_;
    TunedWeights weights = trained_->weights(model_, options_, g, base.count, products);
    const absl::StatusOr<at::Tensor> losses = group.evaluation->losses(model_, weights);
    if (!losses.ok()) return losses.status();
    const auto of_row = [&](int64_t row) {
      return group.evaluation->losses_of_row(*losses, static_cast<size_t>(row));
    };
    for (size_t i = 0; i < group.rows.size(); ++i) {
      const ReplayedRow& row = group.rows[i];
      const at::Tensor wanted = places_of(row.block->columns, *row.columns);
      const at::Tensor after = of_row(base.count + static_cast<int64_t>(i)).index_select(0, wanted);
      // The base row of the same pass has the same rounding in what both share.
      const at::Tensor before =
          base.count > 0 ? of_row(base.of_row[i]).index_select(0, wanted)
                         : base_losses(matrix, row.block->columns);
      fill_influences(matrix, row.row, row.block->columns, before - after,
                      "after training on it (a lower learning rate may help) the loss of");
    }
    return absl::OkStatus();
  }

  Model& model_;
  WeightCopies& copies_;
  WideProducts wide_;
  Differences differences_;  // of groups with base rows
  const WantedCells& wanted_;
  const EncodedSamples& columns_;
  const RowTraining& row_training_;
  TrainingOptions options_;
  std::span<const double> rates_;
  std::vector<Matrix>& matrices_;
  Monitor& monitor_;
  std::unique_ptr<TrainedRows> trained_;  // of the groups at hand
};

// How a measurement divides the memory there is.
struct MemoryShares {
  int64_t wide_copies = 0, narrow_copies = 0;  // of weights
  WorkLimits work;
};

// Copies of weights save time at every use, and come before larger groups; but they get no more than
// half. Rows that must have the same bits whatever memory is free do without wide copies, because a
// part of a matrix may be multiplied in another order than the whole.
MemoryShares shares_of(const WorkLimits& limits, at::Device device, int64_t wide, int64_t narrow) {
  MemoryShares shares{0, 0, limits};
  const int64_t bytes = limits.bytes(device);
  shares.narrow_copies = std::min(narrow, bytes / 2);
  if (!limits.rows.has_value()) {
    shares.wide_copies = std::min(wide, bytes / 2 - shares.narrow_copies);
  }
  shares.work.memory_bytes = bytes - shares.narrow_copies - shares.wide_copies;
  return shares;
}

}  // namespace

std::string ReplayEngine::computation(const Model& model) const {
  return is_mixed(model) ? "mixed" : "";
}

bool ReplayEngine::is_mixed(const Model& model) const {
  return precision_ != Precision::kExact && model.info().modality == Modality::kText;
}

absl::StatusOr<Matrix> ReplayEngine::measure(Model& model, const WantedCells& wanted,
                                             const TrainingOptions& options,
                                             Monitor& monitor) const {
  return measure_at_one(model, wanted, options, monitor);
}

absl::StatusOr<std::vector<Matrix>> ReplayEngine::measure_at(Model& model,
                                                             const WantedCells& wanted,
                                                             TrainingOptions options,
                                                             std::span<const double> rates,
                                                             Monitor& monitor) const {
  return replay(model, wanted, encode_samples(model, wanted.evaluated), std::move(options), rates,
                monitor);
}

absl::StatusOr<Matrix> ReplayEngine::measure_encoded(Model& model, const WantedCells& wanted,
                                                     const EncodedSamples& columns,
                                                     const TrainingOptions& options,
                                                     Monitor& monitor) const {
  absl::StatusOr<std::vector<Matrix>> matrices =
      replay(model, wanted, columns, options, {&options.learning_rate, 1}, monitor);
  if (!matrices.ok()) return matrices.status();
  return std::move(matrices->front());
}

absl::StatusOr<std::vector<Matrix>> ReplayEngine::replay(Model& model, const WantedCells& wanted,
                                                         const EncodedSamples& columns,
                                                         TrainingOptions options,
                                                         std::span<const double> rates,
                                                         Monitor& monitor) const {
  const absl::Status takes = check_linear_steps("--engine replay", options);
  if (!takes.ok()) return takes;
  const absl::StatusOr<LearnedParameters> learned = LearnedParameters::choose(model, options);
  if (!learned.ok()) return learned.status();
  const at::ScalarType type = model.parameters().front().value.scalar_type();
  if (precision_ == Precision::kMixed && is_mixed(model)) {
    if (absl::Status status = check_mixed(type); !status.ok()) return status;
  }
  const RowTraining training{
      .train = [&](const std::vector<RowGroup>& groups, const TrainingOptions& at_rate,
                   BaseProducts* products,
                   Monitor&) -> absl::StatusOr<std::unique_ptr<TrainedRows>> {
        absl::StatusOr<RecordedTraining> recorded =
            RecordedTraining::record(model, groups, at_rate, products);
        if (!recorded.ok()) return recorded.status();
        return std::make_unique<RecordedTraining>(*std::move(recorded));
      },
      .serves_all_rates = true};
  return replay_rows(model, wanted, columns, std::move(options), rates, training,
                     is_mixed(model) ? precision_ : Precision::kExact, limits_, monitor);
}

absl::StatusOr<std::vector<Matrix>> replay_rows(Model& model, const WantedCells& wanted,
                                                const EncodedSamples& columns,
                                                TrainingOptions options,
                                                std::span<const double> rates,
                                                const RowTraining& training, Precision precision,
                                                const WorkLimits& limits, Monitor& monitor) {
  const Evaluation all = Evaluation::prepare(device_of(model), pointers_to(columns));
  TunedWeights base(model.parameters());
  MeteredWeights metered(base);
  std::optional<MemoryMeter> memory(std::in_place, device_of(model));
  absl::StatusOr<Matrix> unfilled = base_matrix(model, wanted, all, metered);
  if (!unfilled.ok()) return unfilled.status();
  const BasePass pass{.positions = all.positions(),
                      .largest_batch = all.largest_batch(),
                      .bytes_of_uses = metered.total_bytes(),
                      .peak_bytes = memory->peak_bytes()};
  memory.reset();

  const std::set<ParameterId>& matrices = metered.matrices();
  const MemoryShares shares = shares_of(
      limits, device_of(model), wide_copies_bytes(model.parameters(), matrices),
      precision == Precision::kMixed ? narrow_copies_bytes(model.parameters(), matrices) : 0);
  WeightCopies copies(model.parameters(), shares.wide_copies, shares.narrow_copies);
  const bool is_exact = precision == Precision::kExact;
  const BaseRidesAlong base_rows = is_exact ? BaseRidesAlong::kNo : BaseRidesAlong::kYes;
  const auto grouped = [&](int threads) {
    WorkLimits of_thread = shares.work;
    of_thread.memory_bytes = of_thread.bytes(device_of(model)) / threads;
    const ReplayLimits replay_limits(model, pass, of_thread, training.needs, base_rows);
    ThreadShares groups{
        group_rows(model, wanted, columns, options.epochs, replay_limits, *unfilled)};
    const bool fits =
        std::all_of(groups.recordings.begin(), groups.recordings.end(),
                    [&](const RecordedGroups& recording) { return replay_limits.fit(recording); });
    if (threads == 1 || !fits) return groups;
    return shares_of_threads(threads, device_of(model), columns, std::move(groups.recordings));
  };
  // Where a number of rows was asked for, a row has the same bits whatever the others are, and so
  // does not depend on how many there are to share out.
  ThreadShares work = grouped(limits.rows.has_value() ? 1 : threads_for(model));
  if (work.threads == 1) work = grouped(1);  // which has all the memory
  size_t measurable = 0;
  for (const RecordedGroups& groups : work.recordings) {
    for (const ReplayedGroup& group : groups) measurable += group.rows.size();
  }
  monitor.rows((wanted.rows() - measurable) * rates.size(), 0);
  std::vector<Matrix> matrices_at_rates(rates.size(), *unfilled);
  const absl::Status status =
      on_threads(work.threads, work.recordings.size(), monitor, [&](size_t i, Monitor& shared) {
        RateReplay replay(
            model, copies,
            precision == Precision::kMixed ? Differences::kRounded : Differences::kWide, wanted,
            columns, training, options, rates, matrices_at_rates, shared);
        return replay.replay(std::move(work.recordings[i]));
      });
  if (!status.ok()) return status;
  return matrices_at_rates;
}

}  // namespace eif
