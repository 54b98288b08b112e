#include "suite/engine/dense.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "suite/engine/distinct_statements.h"
#include "suite/engine/evaluation.h"
#include "suite/engine/learned_parameters.h"

namespace eif {
namespace {

std::string key_of(const std::vector<Example>& examples) {
  std::string key;
  for (const Example& example : examples) key += key_of(example);
  return key;
}

// Trains row after row. A row that differs from the one before in having more passes goes on where
// that one is.
class RowAfterRow {
 public:
  // Both outlive this object.
  RowAfterRow(FineTuning& fine_tuning, const TrainingOptions& options, Copies copies)
      : fine_tuning_(fine_tuning), options_(options), copies_(copies) {}

  absl::Status train(const std::vector<Example>& examples, int passes) {
    if (std::string key = key_of(examples); key != trained_on_ || passes < passes_) {
      if (absl::Status status = restore(); !status.ok()) return status;
      steps_ = fine_tuning_.begin(options_);
      trained_on_ = std::move(key);
    }
    for (; passes_ < passes; ++passes_) {
      if (absl::Status status = steps_->pass(examples, copies_); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

  absl::Status restore() {
    if (steps_ == nullptr) return absl::OkStatus();
    steps_.reset();
    trained_on_.clear();
    passes_ = 0;
    return fine_tuning_.restore();
  }

 private:
  FineTuning& fine_tuning_;
  const TrainingOptions& options_;
  Copies copies_;
  std::unique_ptr<OptimizerSteps> steps_;
  std::string trained_on_;
  int passes_ = 0;
};

// The loss of each statement by itself.
absl::StatusOr<std::vector<double>> losses_of(Model& model, const std::vector<Example>& statements,
                                              Weights& weights) {
  EncodedSamples alone;
  for (const Example& statement : statements) alone.push_back(std::vector<Example>{statement});
  const absl::StatusOr<at::Tensor> losses =
      Evaluation::prepare(device_of(model), pointers_to(alone)).losses(model, weights);
  if (!losses.ok()) return losses.status();
  const double* values = losses->const_data_ptr<double>();
  return std::vector<double>(values, values + losses->numel());
}

}  // namespace

absl::StatusOr<Matrix> DenseEngine::measure(Model& model, const WantedCells& wanted,
                                            const TrainingOptions& options,
                                            Monitor& monitor) const {
  if (absl::Status status = check_training(options); !status.ok()) return status;
  const absl::StatusOr<LearnedParameters> learned = LearnedParameters::choose(model, options);
  if (!learned.ok()) return learned.status();
  const absl::StatusOr<std::unique_ptr<FineTuning>> begun =
      begin_fine_tuning(model, wanted.trained, options);
  if (!begun.ok()) return begun.status();
  FineTuning& fine_tuning = **begun;
  const at::Device device = device_of(model);
  const EncodedSamples columns = encode_samples(model, wanted.evaluated);
  absl::StatusOr<Matrix> matrix = base_matrix(
      model, wanted, Evaluation::prepare(device, pointers_to(columns)), fine_tuning.weights());
  if (!matrix.ok()) return matrix;

  RowAfterRow rows(fine_tuning, options, copies_);
  for (const CellBlock& block : wanted.blocks) {
    const Evaluation evaluation = Evaluation::prepare(device, pointers_to(columns, block.columns));
    for (const size_t row : block.rows) {
      if (monitor.stopping()) return absl::CancelledError("interrupted");
      const EncodedSample examples = encode_sample(model, wanted.trained[row]);
      if (!examples.ok()) {
        matrix->row_errors()[row] = std::string(examples.status().message());
      } else {
        const absl::Status trained = rows.train(*examples, wanted.passes_of(row, options.epochs));
        if (!trained.ok()) return trained;
        const absl::StatusOr<at::Tensor> losses = evaluation.losses(model, fine_tuning.weights());
        if (!losses.ok()) return losses.status();
        fill_row(*matrix, row, block.columns, (*losses)[0],
                 "training on it (a lower learning rate may help)");
      }
      monitor.rows(1, 0);
    }
  }
  if (absl::Status status = rows.restore(); !status.ok()) return status;
  return matrix;
}

absl::StatusOr<std::vector<LearningCurve>> DenseEngine::learning_curves(
    Model& model, const std::vector<Sample>& samples, const TrainingOptions& options,
    const LearnedEnough& enough, const std::function<bool(const LearningCurve&)>& ends_all,
    Monitor& monitor) const {
  if (absl::Status status = check_training(options); !status.ok()) return status;
  const absl::StatusOr<LearnedParameters> learned = LearnedParameters::choose(model, options);
  if (!learned.ok()) return learned.status();
  const absl::StatusOr<std::unique_ptr<FineTuning>> fine_tuning =
      begin_fine_tuning(model, samples, options);
  if (!fine_tuning.ok()) return fine_tuning.status();
  RowAfterRow rows(**fine_tuning, options, copies_);
  std::vector<LearningCurve> curves(samples.size());
  bool is_ended = false;
  for (size_t i = 0; i < samples.size() && !is_ended; ++i) {
    LearningCurve& curve = curves[i];
    const EncodedSample statements = encode_sample(model, samples[i]);
    if (!statements.ok()) {
      curve.error = std::string(statements.status().message());
      continue;
    }
    if (absl::Status status = rows.restore(); !status.ok()) return status;
    absl::StatusOr<std::vector<double>> losses =
        losses_of(model, *statements, (*fine_tuning)->weights());
    if (!losses.ok()) return losses.status();
    curve.before = *std::move(losses);
    while (!curve.is_over(enough) && !is_ended) {
      if (monitor.stopping()) return absl::CancelledError("interrupted");
      const absl::Status trained = rows.train(*statements, curve.passes() + 1);
      if (!trained.ok()) return trained;
      losses = losses_of(model, *statements, (*fine_tuning)->weights());
      if (!losses.ok()) return losses.status();
      add_pass(curve, *std::move(losses), samples[i]);
      is_ended = ends_all != nullptr && ends_all(curve);
    }
  }
  if (absl::Status status = rows.restore(); !status.ok()) return status;
  return curves;
}

}  // namespace eif
