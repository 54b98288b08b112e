#include "suite/host/stoppable_model.h"

#include <utility>
#include <vector>

#include "absl/status/status.h"

namespace eif {
namespace {

class StoppableModel final : public Model {
 public:
  StoppableModel(std::unique_ptr<Model> inner, std::function<bool()> stopping)
      : inner_(std::move(inner)), stopping_(std::move(stopping)) {}

  const ModelInfo& info() const override { return inner_->info(); }
  std::vector<Parameter>& parameters() override { return inner_->parameters(); }
  absl::StatusOr<Example> encode(const Statement& statement,
                                 const std::vector<Statement>& context) const override {
    if (stopping_()) return interrupted();
    return inner_->encode(statement, context);
  }
  absl::StatusOr<Losses> loss(Weights& weights, const Batch& batch) const override {
    if (stopping_()) return interrupted();
    return inner_->loss(weights, batch);
  }
  absl::StatusOr<at::Tensor> features(Weights& weights, const Batch& batch) const override {
    if (stopping_()) return interrupted();
    return inner_->features(weights, batch);
  }

 private:
  static absl::Status interrupted() { return absl::CancelledError("interrupted"); }

  std::unique_ptr<Model> inner_;
  std::function<bool()> stopping_;
};

}  // namespace

std::unique_ptr<Model> stoppable(std::unique_ptr<Model> model, std::function<bool()> stopping) {
  return std::make_unique<StoppableModel>(std::move(model), std::move(stopping));
}

}  // namespace eif
