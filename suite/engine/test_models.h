// Small models for tests of engines: float64, seeded, without files. Between them they use their
// parameters in every way there is.
#pragma once

#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
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

// A convolution, of which each channel is added up, and a layer behind it.
class SmallConvolution final : public LinearClassifier {
 public:
  explicit SmallConvolution(uint64_t seed) : LinearClassifier(seed) {
    at::Generator generator = at::detail::createCPUGenerator(seed + 1);
    const auto random = [&](std::vector<int64_t> shape) {
      return at::empty(shape, at::kDouble).normal_(0, 1, generator);
    };
    parameters() = {{"kernel", random({2, 1, 2, 2})},
                    {"channels", random({2})},
                    {"weight", random({kTestClasses, 2})},
                    {"bias", random({kTestClasses})}};
  }

  absl::StatusOr<Losses> loss(Weights& weights, const Batch& batch) const override {
    const auto& images = std::get<ImageBatch>(batch);
    const at::Tensor maps = weights.bias(weights.conv2d(images.pixels, 0, 1), 1, -3);
    const at::Tensor sums = at::tanh(maps).sum({-2, -1});
    return label_losses(weights.bias(weights.linear(sums, 2), 3), images);
  }
};

inline constexpr int64_t kTestVocabulary = 7;

// Reads digits below kTestVocabulary, "0" being the padding of its table. A node knows the mean of
// what it sees. Two matrices share their input, and the table is also the head.
class SmallReader : public Model {
 public:
  explicit SmallReader(uint64_t seed) {
    at::Generator generator = at::detail::createCPUGenerator(seed);
    const auto random = [&](std::vector<int64_t> shape) {
      return at::empty(shape, at::kDouble).normal_(0, 1, generator);
    };
    parameters_ = {{"table", random({kTestVocabulary, 3})},
                   {"gain", random({3})},
                   {"first", random({5, 3})},
                   {"second", random({5, 3})},
                   {"bias", random({5})},
                   {"out", random({3, 5})}};
    info_ = {.name = "reader", .modality = Modality::kText};
  }

  const ModelInfo& info() const override { return info_; }
  std::vector<Parameter>& parameters() override { return parameters_; }

  absl::StatusOr<Example> encode(const Statement& statement,
                                 const std::vector<Statement>& context) const override {
    TextExample example;
    const auto read = [&](const Statement& text) {
      for (const char digit : std::get<std::string>(text)) example.ids.push_back(digit - '0');
    };
    for (const Statement& text : context) read(text);
    example.first_of_statement = static_cast<int64_t>(example.ids.size());
    example.first_scored = example.first_of_statement + 1;
    read(statement);
    if (example.ids.size() > kMostTokens) return absl::InvalidArgumentError("the text is too long");
    return example;
  }

  absl::StatusOr<Losses> loss(Weights& weights, const Batch& batch) const override {
    const auto& tokens = std::get<TokenBatch>(batch);
    const at::Tensor x = weights.gain(weights.embedding(tokens.ids, 0, /*padding=*/0), 1);
    const at::Tensor shares = tokens.visible.to(at::kDouble);
    const at::Tensor seen = at::matmul(shares / shares.sum(-1, true), x);
    const at::Tensor hidden =
        at::tanh(weights.linear(seen, 2)) * weights.bias(weights.linear(seen, 3), 4);
    const at::Tensor states = weights.linear(hidden, 5);
    const at::Tensor nodes = tokens.scored_nodes.unsqueeze(-1).expand({-1, -1, 3});
    const at::Tensor scored =
        states.expand({std::max(states.size(0), nodes.size(0)), -1, -1})
            .gather(1, nodes.expand({std::max(states.size(0), nodes.size(0)), -1, -1}));
    return token_losses(weights.linear(scored, 0), tokens);
  }

  static constexpr size_t kMostTokens = 12;

 private:
  ModelInfo info_;
  std::vector<Parameter> parameters_;
};

// Texts of several lengths, some of which begin alike, with and without padding.
inline std::vector<Sample> digit_texts() {
  return {{"short", {"12"}},
          {"long", {"1234561"}},
          {"alike", {"1234"}},
          {"padding", {"20304"}},
          {"twice", {"33", "451"}}};
}

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
