// How a sample is learned, pass by pass: what a dose of learning is read off (suite/core/dose.h).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/backend.h"
#include "eif/monitor.h"
#include "suite/core/training_options.h"

namespace eif {

struct LearnedEnough {
  double share = 0;
  int max_passes = 0;
};

struct LearningCurve {
  std::vector<double> before;              // losses of the statements
  std::vector<std::vector<double>> after;  // [k − 1][statement]: after k passes
  std::string error;                       // why it could not be trained on

  int passes() const { return static_cast<int>(after.size()); }
  // learned_share() after so many passes, as many as there are at most.
  double share(int passes) const;
  // The fewest passes after which the share is this or more; unset where it never was.
  std::optional<int> passes_to(double share) const;
  // Whether another pass would be of no use.
  bool is_over(const LearnedEnough& enough) const;
};

// What an engine can do that goes on with a row instead of training it anew for each number of
// passes.
class PassByPass {
 public:
  virtual ~PassByPass() = default;
  // Trains each sample until it has the share, or took as many passes as it may. Once `ends_all` is
  // true of one, none is followed further. kCancelled: monitor.stopping() became true.
  virtual absl::StatusOr<std::vector<LearningCurve>> learning_curves(
      Model& model, const std::vector<Sample>& samples, const TrainingOptions& options,
      const LearnedEnough& enough, const std::function<bool(const LearningCurve&)>& ends_all,
      Monitor& monitor) const = 0;
};

// Adds what the statements lose after one more pass. Where that is not finite, it is the curve's
// error, as fill_row() words it.
void add_pass(LearningCurve& curve, std::vector<double> losses, const Sample& sample);

}  // namespace eif
