#include "suite/host/learning_curves.h"

#include <algorithm>
#include <utility>

#include "suite/core/dose.h"
#include "suite/host/measurement.h"

namespace eif {
namespace {

// Passes are asked for in rounds, each up to twice as many as the one before: engines train a round
// from the beginning, and so take at most twice the passes that are needed.
constexpr int kFirstRound = 4;

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

}  // namespace

double LearningCurve::share(int passes) const {
  return learned_share(before, after[static_cast<size_t>(passes - 1)]);
}

std::optional<int> LearningCurve::passes_to(double wanted) const {
  for (int passes = 1; std::cmp_less_equal(passes, after.size()); ++passes) {
    if (share(passes) >= wanted) return passes;
  }
  return std::nullopt;
}

absl::StatusOr<LearningCurves> learning_curves(
    Model& model, const Engine& engine, const std::map<std::string, Sample>& samples,
    const TrainingOptions& options, const LearnedEnough& enough, Monitor& monitor,
    const std::function<bool(const LearningCurves&)>& is_known) {
  LearningCurves curves;
  for (int first = 1; first <= enough.max_passes;) {
    const int last = std::min(std::max(kFirstRound, 2 * (first - 1)), enough.max_passes);
    Round round;
    for (const auto& [content, sample] : samples) {
      const LearningCurve& curve = curves[content];
      // What became infinite, or cannot be encoded, is not learned by more of the same.
      if (curve.error.empty() && !curve.passes_to(enough.share)) {
        round.add(content, sample, first, last);
      }
    }
    if (round.empty()) break;
    const absl::Status status = round.run(model, engine, options, curves, monitor);
    if (!status.ok()) return status;
    if (is_known != nullptr && is_known(curves)) break;
    first = last + 1;
  }
  return curves;
}

}  // namespace eif
