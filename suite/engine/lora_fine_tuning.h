// Fine-tuning of one LoRA adapter beside a model that stays as it is: the plain way, and the oracle
// of the engine that trains many at once (adapters.h).
#pragma once

#include <map>
#include <vector>

#include "eif/plain_weights.h"
#include "suite/engine/fine_tuning.h"
#include "suite/engine/lora.h"

namespace eif {

// The weights with an adapter beside some of them: W x + scale · B (A x).
class AdaptedWeights final : public Weights {
 public:
  struct Matrices {
    at::Tensor a;  // (rank, I)
    at::Tensor b;  // (O, rank)
  };

  // Both must outlive this object.
  AdaptedWeights(const std::vector<Parameter>& parameters,
                 const std::map<ParameterId, Matrices>& adapter, double scale)
      : base_(parameters), adapter_(adapter), scale_(scale) {}

  at::Tensor linear(const at::Tensor& x, ParameterId weight) override;
  at::Tensor embedding(const at::Tensor& ids, ParameterId weight, int64_t padding) override {
    return base_.embedding(ids, weight, padding);
  }
  at::Tensor conv2d(const at::Tensor& x, ParameterId weight, int64_t padding) override {
    return base_.conv2d(x, weight, padding);
  }
  at::Tensor gain(const at::Tensor& x, ParameterId gain) override { return base_.gain(x, gain); }
  at::Tensor bias(const at::Tensor& x, ParameterId bias, int64_t dimension) override {
    return base_.bias(x, bias, dimension);
  }

 private:
  PlainWeights base_;
  const std::map<ParameterId, Matrices>& adapter_;
  double scale_;
};

class LoraFineTuning final : public FineTuning {
 public:
  // `model` must outlive this object.
  LoraFineTuning(Model& model, std::vector<LoraTarget> targets, double scale);
  LoraFineTuning(const LoraFineTuning&) = delete;
  LoraFineTuning& operator=(const LoraFineTuning&) = delete;

  std::unique_ptr<OptimizerSteps> begin(const TrainingOptions& options) override;
  Weights& weights() override { return weights_; }
  absl::Status restore() override;

 private:
  Model& model_;
  std::vector<LoraTarget> targets_;
  std::vector<Parameter> masters_;  // of a model in 16 bits, in float32; otherwise none
  std::map<ParameterId, AdaptedWeights::Matrices> adapter_;
  AdaptedWeights weights_;
};

}  // namespace eif
