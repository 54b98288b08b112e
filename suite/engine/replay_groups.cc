#include "suite/engine/replay_groups.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <map>
#include <numeric>
#include <string>
#include <utility>

#include "suite/engine/joined_blocks.h"

namespace eif {
namespace {

// A row of its own weights needs beside what the base weights need: corrections are added to
// copies, and have factors as large as what they are added to.
constexpr int64_t kTimesBase = 2;
constexpr int64_t kNoLimit = std::numeric_limits<int64_t>::max();
// A base row costs as much as several of the others (joined_blocks.cc), and is computed once for each
// group: a group has more rows where one rides along than fill a device.
constexpr int64_t kTimesWorkOfBase = 8;

// How many tokens, or images, are in memory while all rows are trained together.
int64_t recorded_positions_of(const ReplayedGroup& group) {
  int64_t positions = 0;
  for (const ReplayedRow& row : group.rows) positions += row.recorded_positions;
  return positions;
}

// On how many positions its rows are evaluated in one pass.
int64_t positions_at_once(const ReplayedGroup& group) {
  if (group.has_row_for_each) return group.evaluation->largest_batch();
  return (std::ssize(group.rows) + group.base_rows.count) * group.evaluation->largest_batch();
}

// Prepares for each base row and for each other row what it is evaluated on.
std::shared_ptr<const Evaluation> row_by_row(at::Device device, const EncodedSamples& columns,
                                             const ReplayedGroup& group) {
  const BaseRows& base = group.base_rows;
  std::vector<std::vector<const EncodedSample*>> evaluated(static_cast<size_t>(base.count));
  for (size_t i = 0; i < group.rows.size(); ++i) {
    evaluated.push_back(pointers_to(columns, *group.rows[i].columns));
    if (base.count > 0) evaluated[static_cast<size_t>(base.of_row[i])] = evaluated.back();
  }
  return std::make_shared<const Evaluation>(
      Evaluation::prepare_rows(device, evaluated, {.tokens = kNoLimit}));
}

// One base row for all rows that are evaluated on the same columns.
BaseRows base_rows_of(const std::vector<ReplayedRow>& rows) {
  BaseRows base;
  std::map<const std::vector<size_t>*, int64_t> numbers;
  for (const ReplayedRow& row : rows) {
    base.of_row.push_back(numbers.try_emplace(row.columns.get(), base.count).first->second);
    base.count = std::ssize(numbers);
  }
  return base;
}

int64_t at_least_one(int64_t count) { return std::max<int64_t>(1, count); }

// Puts the rows of all blocks into groups that are replayed together.
class Grouping {
 public:
  Grouping(Model& model, const WantedCells& wanted, const EncodedSamples& columns, int epochs,
           const ReplayLimits& limits, Matrix& matrix)
      : model_(model),
        device_(device_of(model)),
        wanted_(wanted),
        columns_(columns),
        epochs_(epochs),
        limits_(limits),
        matrix_(matrix) {}

  std::vector<ReplayedGroup> groups() && {
    const std::vector<JoinedBlock> blocks =
        limits_.joins_blocks() ? joined_blocks(wanted_, columns_) : unjoined_blocks(wanted_);
    for (const JoinedBlock& block : blocks) add(block);
    for (auto& [length_class, rows] : pooled_) add_pooled(std::move(rows));
    if (limits_.base_rides_along()) {
      for (ReplayedGroup& group : groups_) group.base_rows = base_rows_of(group.rows);
    }
    for (ReplayedGroup& group : groups_) {
      if (group.has_row_for_each) group.evaluation = row_by_row(device_, columns_, group);
    }
    return std::move(groups_);
  }

 private:
  struct PooledRow {
    ReplayedRow row;
    std::shared_ptr<const Evaluation> evaluation;  // that of its block
  };

  // The rows of a block that fills the device, or whose columns are no single batch of texts, are
  // replayed by themselves, the others with those of other blocks.
  void add(const JoinedBlock& block) {
    auto evaluation = std::make_shared<const Evaluation>(
        Evaluation::prepare(device_, pointers_to(columns_, block.columns)));
    std::vector<ReplayedRow> rows = encoded(block);
    const std::optional<int64_t> length_class = evaluation->length_class();
    if (length_class && !limits_.fills_device(std::ssize(rows) * evaluation->positions())) {
      for (ReplayedRow& row : rows) {
        pooled_[*length_class].push_back({std::move(row), evaluation});
      }
      return;
    }
    const BatchLimits limits = limits_.replayed_together(longest(rows));
    const int64_t by_positions = limits.tokens / at_least_one(evaluation->largest_batch());
    const int64_t base_rows = limits_.base_rides_along() ? 1 : 0;
    const int64_t together = at_least_one(std::min(limits.examples, by_positions - base_rows));
    sort_by_training(rows);
    for (ReplayedRow& row : rows) {
      if (groups_.empty() || groups_.back().evaluation != evaluation ||
          std::ssize(groups_.back().rows) == together) {
        groups_.push_back({{}, evaluation});
      }
      groups_.back().rows.push_back(std::move(row));
    }
  }

  void add_pooled(std::vector<PooledRow> pooled) {
    std::vector<int64_t> sizes;
    int64_t longest = 0;
    for (const auto& [row, evaluation] : pooled) {
      sizes.push_back(evaluation->positions());
      longest = std::max(longest, row.recorded_positions);
    }
    for (const std::vector<int64_t>& batch :
         batches_of_similar_size(sizes, limits_.replayed_together(longest))) {
      ReplayedGroup& group = groups_.emplace_back();
      bool is_one_block = true;
      for (const int64_t i : batch) {
        auto& [row, evaluation] = pooled[static_cast<size_t>(i)];
        is_one_block = is_one_block && (group.rows.empty() || evaluation == group.evaluation);
        group.rows.push_back(std::move(row));
        group.evaluation = evaluation;
      }
      sort_by_training(group.rows);
      group.has_row_for_each = !is_one_block;
    }
  }

  std::vector<ReplayedRow> encoded(const JoinedBlock& joined) {
    const auto columns = std::make_shared<const std::vector<size_t>>(joined.columns);
    std::vector<ReplayedRow> rows;
    for (const CellBlock* block : joined.blocks) {
      for (const size_t row : block->rows) {
        EncodedSample examples = encode_sample(model_, wanted_.trained[row]);
        if (examples.ok()) {
          std::vector<Example> steps = in_epochs(*examples, wanted_.passes_of(row, epochs_));
          const int64_t positions = limits_.recorded_positions(steps);
          rows.push_back({row, block, std::move(steps), positions, columns});
        } else {
          matrix_.row_errors()[row] = std::string(examples.status().message());
        }
      }
    }
    return rows;
  }

  static int64_t longest(const std::vector<ReplayedRow>& rows) {
    int64_t positions = 0;
    for (const ReplayedRow& row : rows) {
      positions = std::max(positions, row.recorded_positions);
    }
    return positions;
  }

  static void sort_by_training(std::vector<ReplayedRow>& rows) {
    const auto size = [](const ReplayedRow& row) {
      return std::pair(row.examples.size(), token_count(row.examples.front()));
    };
    std::stable_sort(rows.begin(), rows.end(),
                     [&](const ReplayedRow& a, const ReplayedRow& b) { return size(a) > size(b); });
  }

  Model& model_;
  at::Device device_;
  const WantedCells& wanted_;
  const EncodedSamples& columns_;
  int epochs_;
  const ReplayLimits& limits_;
  Matrix& matrix_;
  std::vector<ReplayedGroup> groups_;
  std::map<int64_t, std::vector<PooledRow>> pooled_;  // by length class
};

// Says which groups are recorded together, in their order.
std::vector<RecordedGroups> in_recordings(std::vector<ReplayedGroup> groups,
                                          const ReplayLimits& limits) {
  std::vector<RecordedGroups> recordings;
  size_t rows = 0;
  int64_t positions = 0;
  for (ReplayedGroup& group : groups) {
    rows += group.rows.size();
    positions += recorded_positions_of(group);
    if (recordings.empty() || !limits.recorded_together(rows, positions)) {
      recordings.emplace_back();
      rows = group.rows.size();
      positions = recorded_positions_of(group);
    }
    recordings.back().push_back(std::move(group));
  }
  return recordings;
}

}  // namespace

ReplayLimits::ReplayLimits(Model& model, const BasePass& base, const WorkLimits& limits,
                           const RowNeeds& needs, BaseRidesAlong base_rows)
    : device_(device_of(model)),
      are_images_(model.info().modality == Modality::kImage),
      base_rides_along_(base_rows == BaseRidesAlong::kYes),
      work_positions_(work_positions(device_, are_images_) *
                      (base_rides_along_ ? kTimesWorkOfBase : 1)),
      bytes_(limits.bytes(device_)),
      rows_(limits.rows),
      needs_(needs),
      recorded_bytes_(kCopiesOfUses * base.bytes_of_uses / at_least_one(base.positions)),
      replayed_bytes_(kTimesBase * base.peak_bytes / at_least_one(base.largest_batch)) {}

int64_t ReplayLimits::recorded_positions(const std::vector<Example>& steps) const {
  if (needs_.keeps_all_steps) return token_count(steps);
  int64_t longest = 0;
  for (const Example& example : steps) longest = std::max(longest, token_count(example));
  return longest;
}

BatchLimits ReplayLimits::replayed_together(int64_t recorded_positions_of_row) const {
  if (rows_.has_value()) return {.examples = at_least_one(*rows_)};
  const int64_t recorded_bytes_of_row = recorded_bytes_ * recorded_positions_of_row + needs_.bytes;
  return {.examples = at_least_one(bytes_ / at_least_one(recorded_bytes_of_row)),
          .tokens = std::min(work_positions_, bytes_ / at_least_one(replayed_bytes_))};
}

bool ReplayLimits::recorded_together(size_t rows, int64_t positions) const {
  if (rows_.has_value()) return std::cmp_less_equal(rows, at_least_one(*rows_));
  return positions <= eif::recorded_positions(device_, are_images_) &&
         positions * recorded_bytes_ + static_cast<int64_t>(rows) * needs_.bytes <= bytes_;
}

bool ReplayLimits::fit(const RecordedGroups& recording) const {
  int64_t rows = 0, recorded = 0, replayed = 0;
  for (const ReplayedGroup& group : recording) {
    rows += std::ssize(group.rows);
    recorded += recorded_positions_of(group);
    replayed = std::max(replayed, positions_at_once(group));
  }
  return recorded * recorded_bytes_ + rows * needs_.bytes <= bytes_ &&
         replayed * replayed_bytes_ <= bytes_;
}

bool ReplayLimits::fills_device(int64_t positions) const {
  return positions >= work_positions_;
}

ReplayedGroup taken_from(at::Device device, const EncodedSamples& columns, ReplayedGroup& group,
                         const std::vector<size_t>& rows) {
  if (rows.size() == group.rows.size()) return std::move(group);
  ReplayedGroup taken{{}, group.evaluation, group.has_row_for_each, {}};
  for (const size_t row : rows) taken.rows.push_back(std::move(group.rows[row]));
  if (group.base_rows.count > 0) taken.base_rows = base_rows_of(taken.rows);
  if (taken.has_row_for_each) taken.evaluation = row_by_row(device, columns, taken);
  return taken;
}

std::pair<ReplayedGroup, ReplayedGroup> split_group(at::Device device,
                                                    const EncodedSamples& columns,
                                                    ReplayedGroup group) {
  std::vector<size_t> first(group.rows.size() / 2), second(group.rows.size() - first.size());
  std::iota(first.begin(), first.end(), size_t{0});
  std::iota(second.begin(), second.end(), first.size());
  return {taken_from(device, columns, group, first), taken_from(device, columns, group, second)};
}

std::vector<RecordedGroups> group_rows(Model& model, const WantedCells& wanted,
                                       const EncodedSamples& columns, int epochs,
                                       const ReplayLimits& limits, Matrix& matrix) {
  return in_recordings(Grouping(model, wanted, columns, epochs, limits, matrix).groups(), limits);
}

}  // namespace eif
