#include "suite/host/learning_curves.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "suite/host/measurement.h"

namespace eif {
namespace {

// Passes are asked for in rounds, and engines train a round from the beginning. The next one has
// twice the passes of the one before, or more where that looks too few.
constexpr int kFirstRound = 4;
constexpr double kMostTimesAsMany = 4;
constexpr double kMoreThanForeseen = 1.25;

// After how many passes in all the share is reached if the log of what is left of the loss goes on
// as in the last one; infinity where that is never.
double foreseen_passes(const LearningCurve& curve, double share) {
  const int passes = curve.passes();
  const auto left = [&](int after) { return after == 0 ? 1 : 1 - curve.share(after); };
  const double fall = std::log(left(passes - 1) / left(passes));
  if (!(fall > 0)) return std::numeric_limits<double>::infinity();
  return passes + std::log(left(passes) / (1 - share)) / fall;
}

// The last pass of the next round. All rounds together are two trainings of the most passes at
// most: those until now were no more than twice the longest.
int end_of_round(const LearningCurve& curve, const LearnedEnough& enough) {
  const int passes = curve.passes();
  if (passes == 0) return std::min(kFirstRound, enough.max_passes);
  const double wanted = std::clamp(kMoreThanForeseen * foreseen_passes(curve, enough.share),
                                   2.0 * passes, kMostTimesAsMany * passes);
  return 2 * passes + wanted > enough.max_passes ? enough.max_passes : static_cast<int>(wanted);
}

// Rows of each sample after the passes from `first` to `last`, evaluated on its own statements.
class Round {
 public:
  void add(const std::string& content, const Sample& sample, int first, int last) {
    CellBlock& block = wanted_.blocks.emplace_back();
    for (int passes = first; passes <= last; ++passes) {
      block.rows.push_back(wanted_.trained.size());
      wanted_.trained.push_back(sample);
      wanted_.passes.push_back(passes);
    }
    std::vector<size_t> places;  // in the order of the statements, of which two may say the same
    for (const Statement& statement : sample.statements) {
      Sample alone{sample.id, {statement}};
      const auto [column, is_new] =
          columns_.try_emplace(content_hash(alone), wanted_.evaluated.size());
      if (is_new) wanted_.evaluated.push_back(std::move(alone));
      places.push_back(column->second);
    }
    block.columns = places;
    std::sort(block.columns.begin(), block.columns.end());
    const auto end = std::unique(block.columns.begin(), block.columns.end());
    block.columns.erase(end, block.columns.end());
    samples_.push_back({content, std::move(places)});
  }

  absl::Status run(Model& model, const Engine& engine, const TrainingOptions& options,
                   LearningCurves& curves, Monitor& monitor) const {
    const absl::StatusOr<Matrix> matrix = engine.measure(model, wanted_, options, monitor);
    if (!matrix.ok()) return matrix.status();
    for (size_t i = 0; i < samples_.size(); ++i) {
      const auto& [content, places] = samples_[i];
      LearningCurve& curve = curves[content];
      curve.before.clear();
      for (const size_t place : places) curve.before.push_back(matrix->base()[place]);
      for (const size_t row : wanted_.blocks[i].rows) {
        if (!matrix->row_errors()[row].empty()) curve.error = matrix->row_errors()[row];
        std::vector<double>& losses = curve.after.emplace_back();
        for (const size_t place : places) {
          losses.push_back(matrix->base()[place] - matrix->at(row, place));
        }
      }
    }
    return absl::OkStatus();
  }

  bool empty() const { return samples_.empty(); }

 private:
  WantedCells wanted_;
  std::map<std::string, size_t> columns_;                             // by content
  std::vector<std::pair<std::string, std::vector<size_t>>> samples_;  // contents and their columns
};

absl::StatusOr<LearningCurves> curves_by_rounds(
    Model& model, const Engine& engine, const std::map<std::string, Sample>& samples,
    const TrainingOptions& options, const LearnedEnough& enough, Monitor& monitor,
    const std::function<bool(const LearningCurve&)>& ends_all) {
  LearningCurves curves;
  while (true) {
    Round round;
    for (const auto& [content, sample] : samples) {
      const LearningCurve& curve = curves[content];
      // What became infinite, or cannot be encoded, is not learned by more of the same.
      if (curve.is_over(enough)) continue;
      round.add(content, sample, curve.passes() + 1, end_of_round(curve, enough));
    }
    if (round.empty()) return curves;
    const absl::Status status = round.run(model, engine, options, curves, monitor);
    if (!status.ok()) return status;
    const auto ends = [&](const auto& curve) {
      return ends_all != nullptr && ends_all(curve.second);
    };
    if (std::any_of(curves.begin(), curves.end(), ends)) return curves;
  }
}

}  // namespace

absl::StatusOr<LearningCurves> learning_curves(
    Model& model, const Engine& engine, const std::map<std::string, Sample>& samples,
    const TrainingOptions& options, const LearnedEnough& enough, Monitor& monitor,
    const std::function<bool(const LearningCurve&)>& ends_all) {
  const PassByPass* const pass_by_pass = engine.pass_by_pass();
  if (pass_by_pass == nullptr) {
    return curves_by_rounds(model, engine, samples, options, enough, monitor, ends_all);
  }
  std::vector<Sample> in_order;
  for (const auto& [content, sample] : samples) in_order.push_back(sample);
  absl::StatusOr<std::vector<LearningCurve>> found =
      pass_by_pass->learning_curves(model, in_order, options, enough, ends_all, monitor);
  if (!found.ok()) return found.status();
  LearningCurves curves;
  size_t next = 0;
  for (const auto& [content, sample] : samples) curves[content] = std::move((*found)[next++]);
  return curves;
}

}  // namespace eif
