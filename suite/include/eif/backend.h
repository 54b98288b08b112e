// A model backend: how a family of models is found, loaded, and computes its loss.
//
// The forward pass is written once, against Weights, and never touches a parameter itself. Who
// stands behind Weights decides what is computed: the parameters as they are, or those of many
// fine-tuned copies at a time of which none exists in memory. A whole linear classifier:
//
//   absl::StatusOr<eif::Losses> loss(eif::Weights& weights,
//                                    const eif::ImageBatch& batch) const override {
//     at::Tensor x = batch.pixels.flatten(2);                       // (R, B, H·W)
//     at::Tensor logits = weights.bias(weights.linear(x, kWeight), kBias);  // (R, B, classes)
//     return eif::label_losses(logits, batch);
//   }
//
// Letters of the shapes in this file: R rows, one per fine-tuned copy of the model (1: the same for
// every row, to be broadcast); B statements; C channels, H height, W width; I in, O out.
#pragma once

#include <ATen/ATen.h>
#include <torch/version.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/domain.h"
#include "eif/plugin.h"

namespace eif {

// ---- Parameters and their use ----------------------------------------------------------------

// Index into Model::parameters().
using ParameterId = size_t;

struct Parameter {
  std::string name;
  at::Tensor value;
  bool trainable = true;  // false: a buffer, which fine-tuning leaves alone
};

// The uses of parameters a forward pass is made of. Arguments with R = 1 are shared by all rows;
// results have as many rows as the parameters or the arguments have. Called on the thread that
// called Model::loss.
class Weights {
 public:
  virtual ~Weights() = default;
  // x: (R, …, I), weight: (O, I) → x · weightᵀ: (R, …, O)
  virtual at::Tensor linear(const at::Tensor& x, ParameterId weight) = 0;
  // x: (R, B, C, H, W), weight: (O, C, h, w), stride 1 → (R, B, O, H', W')
  virtual at::Tensor conv2d(const at::Tensor& x, ParameterId weight, int64_t padding) = 0;
  // Adds bias: (D) along `dimension` of x, counted from the end.
  virtual at::Tensor bias(const at::Tensor& x, ParameterId bias, int64_t dimension = -1) = 0;
};

// ---- Batches ---------------------------------------------------------------------------------

// Labelled images, in the dtype and on the device of the model.
struct ImageBatch {
  at::Tensor pixels;  // (R, B, C, H, W)
  at::Tensor labels;  // (R, B) int64
};

// What the scored tokens of each statement cost, float32 or wider.
struct Losses {
  at::Tensor nll;     // (R, B) nats: sum of −log p over the scored tokens, or of the label
  at::Tensor scored;  // (B) int64: how many tokens were scored; 1 for an image
};

// Cross-entropy of the labels. logits: (R, B, classes).
inline Losses label_losses(const at::Tensor& logits, const ImageBatch& batch) {
  const at::ScalarType wide = logits.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
  const at::Tensor log_p = at::log_softmax(logits, -1, wide);
  const at::Tensor labels = batch.labels.expand({logits.size(0), logits.size(1)});
  return {-log_p.gather(-1, labels.unsqueeze(-1)).squeeze(-1),
          at::ones({logits.size(1)}, batch.labels.options())};
}

// ---- Models ----------------------------------------------------------------------------------

// What to load and how.
struct ModelRequest {
  std::string alias;        // "cnn"
  std::string data_folder;  // searched before the usual places; empty: only the usual places
  at::ScalarType dtype = at::kFloat;
  at::Device device = at::kCPU;
  // One line for a person, now and then, while a long step is under way.
  std::function<void(const std::string&)> progress = [](const std::string&) {};
  // True once the user wants to stop: give up soon with absl::CancelledError.
  std::function<bool()> stopping = [] { return false; };
};

struct ModelInfo {
  std::string alias;
  Modality modality = Modality::kImage;
  std::string fingerprint;  // hex hash of architecture and parameters: what was measured
  double default_learning_rate = 0;
  // Facts for the report's context, such as {"test accuracy", "0.91"}.
  std::vector<std::pair<std::string, std::string>> facts;
};

// A loaded model. The engine owns its parameters while it works: it may change them in place, and
// leaves them as they were, to the bit.
class Model {
 public:
  virtual ~Model() = default;
  virtual const ModelInfo& info() const = 0;
  // Always the same tensors, in the same order. Every one is a leaf without gradient history.
  virtual std::vector<Parameter>& parameters() = 0;
  // Fails where the statement is not of the model's modality or shape.
  virtual absl::StatusOr<ImageBatch> encode(const std::vector<const Statement*>& statements)
      const = 0;  // R = 1
  // In evaluation mode: no dropout, and no statement's loss depends on its neighbours.
  virtual absl::StatusOr<Losses> loss(Weights& weights, const ImageBatch& batch) const = 0;
};

struct ModelAlias {
  std::string name;         // what --model takes
  std::string description;  // one line
  // Empty when the model can be loaded now; otherwise what is missing and how to get it.
  std::string missing;
};

// Makes models. All calls come from the main thread. Exceptions are caught and reported as the
// failure of this model.
class ModelBackend {
 public:
  virtual ~ModelBackend() = default;
  virtual std::vector<ModelAlias> aliases(const std::string& data_folder) const = 0;
  // kNotFound: files are missing; the message says how to get them. kInvalidArgument: they are
  // there but wrong. kCancelled: the user stopped.
  virtual absl::StatusOr<std::unique_ptr<Model>> load(const ModelRequest& request) const = 0;
};

}  // namespace eif

#define EIF_MODEL_PLUGIN(Class, id, version, description)                          \
  static constexpr ::eif::PluginRecord eif_record = {                              \
      ::eif::kPluginAbi, sizeof(::eif::PluginRecord),                              \
      ::eif::kBuildFingerprint, TORCH_VERSION, id, version, description, nullptr,  \
      []() -> ::eif::ModelBackend* { return new Class(); }};                       \
  EIF_PLUGIN_ENTRY_(eif_record)
