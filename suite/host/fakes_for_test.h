// Stand-ins for a model and an engine, whose influences can be worked out in one's head.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "eif/backend.h"
#include "suite/engine/engine.h"

namespace eif {

// An image whose label is all there is to it.
inline Sample labelled(const std::string& id, int label) {
  return {id, {LabelledImage{{1, 1, {0.0f}}, label}}};
}

// Samples whose id is their label.
inline std::vector<Sample> labels(const std::vector<int>& labels) {
  std::vector<Sample> samples;
  for (const int label : labels) samples.push_back(labelled(absl::StrCat(label), label));
  return samples;
}

inline int label_of(const Sample& sample) {
  return std::get<LabelledImage>(sample.statements.front()).label;
}

// EIF(2→3) = 203, base loss of 3 = 3. Negative labels can neither be trained on nor evaluated.
class FakeEngine final : public Engine {
 public:
  // How often each cell was measured, by the labels of its samples.
  using Count = std::map<std::pair<int, int>, int>;

  absl::StatusOr<Matrix> measure(Model&, const WantedCells& wanted, const TrainingOptions& options,
                                 Monitor& monitor) const override {
    const std::vector<Sample>& evaluated = wanted.evaluated;
    learning_rates.push_back(options.learning_rate);
    if (before) {
      if (absl::Status status = before(); !status.ok()) return status;
    }
    Matrix matrix(ids_of(wanted.trained), ids_of(evaluated));
    for (size_t column = 0; column < evaluated.size(); ++column) {
      const int label = label_of(evaluated[column]);
      if (label < 0) {
        matrix.column_errors()[column] = absl::StrCat("cannot evaluate ", label);
      } else {
        matrix.base()[column] = label;
      }
    }
    for (const CellBlock& block : wanted.blocks) {
      for (const size_t row : block.rows) {
        if (monitor.stopping()) return absl::CancelledError("interrupted");
        fill_row(label_of(wanted.trained[row]), row, block, evaluated, matrix);
        monitor.rows(1, 0);
      }
    }
    return matrix;
  }

  // Called first by each measure(), which fails with what it returns.
  std::function<absl::Status()> before;
  mutable Count measured;
  mutable std::vector<double> learning_rates;  // of each measure()

 private:
  void fill_row(int trained, size_t row, const CellBlock& block,
                const std::vector<Sample>& evaluated, Matrix& matrix) const {
    if (trained < 0) matrix.row_errors()[row] = absl::StrCat("cannot train on ", trained);
    for (const size_t column : block.columns) {
      const int label = label_of(evaluated[column]);
      ++measured[{trained, label}];
      if (trained >= 0 && label >= 0) matrix.at(row, column) = 100 * trained + label;
    }
  }
};

// A model that nobody trains. An image with the label l has the embedding (1, l), and a negative
// label has none.
class FakeModel final : public Model {
 public:
  explicit FakeModel(const std::string& name, Modality modality = Modality::kImage)
      : info_{.name = name,
              .modality = modality,
              .fingerprint = "fingerprint of " + name,
              .facts = {{"kind", "fake"}}} {}
  const ModelInfo& info() const override { return info_; }
  std::vector<Parameter>& parameters() override { return parameters_; }
  absl::StatusOr<Example> encode(const Statement& statement,
                                 const std::vector<Statement>&) const override {
    const int label = std::get<LabelledImage>(statement).label;
    if (label < 0) return absl::InvalidArgumentError(absl::StrCat("cannot embed ", label));
    return ImageExample{at::zeros({1, 1, 1}), label};
  }
  absl::StatusOr<at::Tensor> features(Weights&, const Batch& batch) const override {
    const at::Tensor labels = std::get<ImageBatch>(batch).labels.to(at::kDouble);
    return at::stack({at::ones_like(labels), labels}, -1);
  }
  absl::StatusOr<Losses> loss(Weights&, const Batch&) const override {
    return absl::UnimplementedError("the fake engine asks for no loss");
  }

 private:
  ModelInfo info_;
  std::vector<Parameter> parameters_ = {{"weight", at::zeros({1})}};
};

}  // namespace eif
