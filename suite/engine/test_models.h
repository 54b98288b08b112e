// Small models for tests of engines: float64, seeded, without files.
#pragma once

#include <ATen/CPUGeneratorImpl.h>

#include <memory>
#include <string>
#include <vector>

#include "eif/losses.h"

namespace eif {

inline constexpr int64_t kTestImageSize = 3;
inline constexpr int64_t kTestClasses = 4;

// One fully connected layer over 3×3 images, and a buffer that every loss adds to.
class LinearClassifier : public Model {
 public:
  explicit LinearClassifier(uint64_t seed) {
    at::Generator generator = at::detail::createCPUGenerator(seed);
    const auto random = [&](std::vector<int64_t> shape) {
      return at::empty(shape, at::kDouble).normal_(0, 1, generator);
    };
    parameters_ = {{"weight", random({kTestClasses, kTestImageSize * kTestImageSize})},
                   {"bias", random({kTestClasses})},
                   {"shift", random({1}), /*trainable=*/false}};
    info_.name = "linear classifier";
  }

  const ModelInfo& info() const override { return info_; }
  std::vector<Parameter>& parameters() override { return parameters_; }

  absl::StatusOr<Example> encode(const Statement& statement,
                                 const std::vector<Statement>&) const override {
    const auto* labelled = std::get_if<LabelledImage>(&statement);
    if (labelled == nullptr) return absl::InvalidArgumentError("only images");
    const at::Tensor pixels = at::tensor(labelled->image.pixels, at::kDouble);
    return ImageExample{pixels.view({1, kTestImageSize, kTestImageSize}), labelled->label};
  }

  absl::StatusOr<Losses> loss(Weights& weights, const Batch& batch) const override {
    const auto& images = std::get<ImageBatch>(batch);
    const at::Tensor x = images.pixels.flatten(2) + parameters_[2].value.detach();
    return label_losses(weights.bias(weights.linear(x, 0), 1), images);
  }

 private:
  ModelInfo info_;
  std::vector<Parameter> parameters_;
};

// `count` random images with labels in turn.
inline std::vector<Sample> random_images(size_t count, uint64_t seed) {
  at::Generator generator = at::detail::createCPUGenerator(seed);
  std::vector<Sample> samples;
  for (size_t i = 0; i < count; ++i) {
    const at::Tensor pixels =
        at::empty({kTestImageSize * kTestImageSize}).uniform_(0, 1, generator);
    const float* values = pixels.const_data_ptr<float>();
    Image image{kTestImageSize, kTestImageSize, {values, values + pixels.numel()}};
    samples.push_back(
        {"image" + std::to_string(i),
         {LabelledImage{image, static_cast<int>(i) % static_cast<int>(kTestClasses)}}});
  }
  return samples;
}

}  // namespace eif
