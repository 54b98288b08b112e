#include "plugins/cnn/cnn.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "eif/losses.h"
#include "plugins/cnn/network.h"
#include "suite/formats/cache_folder.h"
#include "suite/formats/digest.h"

namespace eif {
namespace {

class Cnn final : public Model {
 public:
  Cnn(ModelInfo info, std::vector<Parameter> parameters)
      : info_(std::move(info)), parameters_(std::move(parameters)) {}

  const ModelInfo& info() const override { return info_; }
  std::vector<Parameter>& parameters() override { return parameters_; }

  absl::StatusOr<Example> encode(const Statement& statement,
                                 const std::vector<Statement>& context) const override {
    const auto* labelled = std::get_if<LabelledImage>(&statement);
    if (labelled == nullptr) return absl::InvalidArgumentError("cnn takes images, not text");
    if (!context.empty()) return absl::InvalidArgumentError("cnn reads no context");
    const Image& image = labelled->image;
    if (image.height != kImageSize || image.width != kImageSize ||
        image.pixels.size() != kImageSize * kImageSize) {
      return absl::InvalidArgumentError(
          absl::StrCat("an image of ", image.height, "×", image.width, " pixels; cnn takes 28×28"));
    }
    if (labelled->label < 0 || labelled->label >= kClasses) {
      return absl::InvalidArgumentError(
          absl::StrCat("label ", labelled->label, "; cnn knows the labels 0 to 9"));
    }
    const at::Tensor pixels = at::from_blob(const_cast<float*>(image.pixels.data()),
                                            {1, kImageSize, kImageSize}, at::kFloat);
    return ImageExample{pixels.to(parameters_.front().value.scalar_type(), /*non_blocking=*/false,
                                  /*copy=*/true),
                        labelled->label};
  }

  absl::StatusOr<Losses> loss(Weights& weights, const Batch& batch) const override {
    const auto* images = std::get_if<ImageBatch>(&batch);
    if (images == nullptr) return absl::InvalidArgumentError("cnn takes batches of images");
    return label_losses(logits(weights, images->pixels), *images);
  }

  absl::StatusOr<at::Tensor> features(Weights& weights, const Batch& batch) const override {
    const auto* images = std::get_if<ImageBatch>(&batch);
    if (images == nullptr) return absl::InvalidArgumentError("cnn takes batches of images");
    return penultimate(weights, images->pixels);
  }

 private:
  ModelInfo info_;
  std::vector<Parameter> parameters_;
};

}  // namespace

std::unique_ptr<Model> make_cnn(TrainedNetwork network, const ModelRequest& request) {
  Digest digest;
  digest.add(network.recipe);
  for (const Parameter& parameter : network.parameters) {
    digest.add(parameter.value.const_data_ptr(), parameter.value.nbytes());
  }
  ModelInfo info{
      .name = "cnn",
      .modality = Modality::kImage,
      .fingerprint = digest.hex(),
      .thread_safe = true,
      .facts = {{"network", network.recipe},
                {"FashionMNIST test accuracy", absl::StrFormat("%.4f", network.test_accuracy)}}};
  for (Parameter& parameter : network.parameters) {
    parameter.value = parameter.value.to(request.device, request.dtype);
  }
  return std::make_unique<Cnn>(std::move(info), std::move(network.parameters));
}

std::vector<ModelAlias> CnnBackend::aliases(const std::string& data_folder) const {
  const auto data = find_dataset(kFashionMnist, data_folder);
  return {{"cnn", "2 convolutions + 2 fully connected layers, trained on FashionMNIST at first use",
           data.ok() ? "" : std::string(data.status().message())}};
}

absl::StatusOr<std::unique_ptr<Model>> CnnBackend::load(const ModelRequest& request) const {
  absl::StatusOr<TrainedNetwork> network =
      request.weights.empty() ? load_or_train({}, cache_folder() / "models", request)
                              : read_network(request.weights);
  if (!network.ok()) return network.status();
  return make_cnn(*std::move(network), request);
}

}  // namespace eif
