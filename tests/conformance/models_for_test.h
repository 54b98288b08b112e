// What the tests of this folder put through the engines, and how they compare matrices.
#pragma once

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "plugins/causal_lm/backend.h"
#include "plugins/causal_lm/test_models.h"
#include "plugins/cnn/cnn.h"
#include "plugins/cnn/network.h"
#include "suite/engine/engine.h"

namespace eif {

// Float64 rounding of the longest chains of sums (1e-16 times some thousand terms), with room; the
// bound the project holds itself to.
inline constexpr double kExact = 1e-10;

// ---- Models ------------------------------------------------------------------------------------

inline std::vector<Sample> digit_like_images() {
  at::manual_seed(3);
  std::vector<Sample> samples;
  for (int i = 0; i < 6; ++i) {
    const at::Tensor pixels = at::rand({kImageSize * kImageSize});
    const float* values = pixels.const_data_ptr<float>();
    samples.push_back(
        {"image" + std::to_string(i),
         {LabelledImage{{kImageSize, kImageSize, {values, values + pixels.numel()}}, i % 4}}});
  }
  samples.push_back({"two", {samples[0].statements[0], samples[3].statements[0]}});
  samples.push_back(
      {"three, one twice",
       {samples[1].statements[0], samples[1].statements[0], samples[2].statements[0]}});
  return samples;
}

inline std::vector<Sample> sentences() {
  return {{"fact", {"a wug is a dax"}},
          {"negation", {"a wug is not a dax"}},
          {"repeats", {"aaaa aaaa aaaa"}},
          {"short", {"ab"}},
          {"chain", {"a wug is a dax", "all dax are red"}},
          {"same twice", {"wug", "wug"}},
          {"long chain", {"a b", "b c and more", "c d", "d e"}}};
}

struct ModelUnderTest {
  std::string name;
  std::function<std::unique_ptr<Model>()> load;
  std::vector<Sample> samples;
};

inline std::unique_ptr<Model> tiny_lm(const nlohmann::json& config, bool adds_bos,
                                      at::ScalarType dtype = at::kDouble) {
  const std::filesystem::path folder =
      std::filesystem::path(::testing::TempDir()) / ("tiny_lm" + std::to_string(::getpid()));
  write_model(folder, config, adds_bos);
  ModelRequest request{.name = folder.string(), .dtype = dtype};
  absl::StatusOr<std::unique_ptr<Model>> model = CausalLmBackend().load(request);
  std::filesystem::remove_all(folder);
  return *std::move(model);
}

inline ModelUnderTest language_model(const std::string& name, const std::string& architecture,
                                     nlohmann::json changes = nlohmann::json::object(),
                                     bool adds_bos = false) {
  nlohmann::json config = tiny_config(architecture);
  config.update(changes);
  return {name, [config, adds_bos] { return tiny_lm(config, adds_bos); }, sentences()};
}

inline std::vector<ModelUnderTest> models() {
  ModelRequest request;
  request.dtype = at::kDouble;
  return {
      {"cnn", [request] { return make_cnn({initial_parameters(/*seed=*/11)}, {}, request); },
       digit_like_images()},
      language_model("phi3", "phi3"),
      language_model("phi3_window", "phi3", {{"sliding_window", 4}}),
      language_model("llama_tied", "llama"),
      language_model("llama_untied", "llama", {{"tie_word_embeddings", false}}),
      language_model("llama_with_bos_that_is_its_padding", "llama", {{"pad_token_id", 1}}, true),
      language_model("qwen2", "qwen2")};
}

// ---- Ways to train -----------------------------------------------------------------------------

struct Training {
  std::string name;
  TrainingOptions options;
};

inline std::vector<Training> trainings() {
  return {{"sgd", {.learning_rate = 0.02}},
          {"momentum", {.learning_rate = 0.02, .momentum = 0.9}},
          {"momentum_decay", {.learning_rate = 0.02, .momentum = 0.9, .weight_decay = 0.05}},
          {"clipping",
           {.learning_rate = 0.02, .momentum = 0.5, .weight_decay = 0.01, .max_gradient_norm = 1}}};
}

inline double largest(const std::vector<double>& values) {
  double result = 0;
  for (const double value : values) result = std::max(result, std::abs(value));
  return result;
}

// Of the largest cell.
inline double gap(const Matrix& matrix, const Matrix& oracle) {
  double largest_gap = 0;
  for (size_t i = 0; i < oracle.values().size(); ++i) {
    const double difference = std::abs(matrix.values()[i] - oracle.values()[i]);
    if (std::isnan(difference)) return difference;
    largest_gap = std::max(largest_gap, difference);
  }
  return largest_gap / largest(oracle.values());
}

inline Matrix measure(const Engine& engine, Model& model, const std::vector<Sample>& samples,
                      const TrainingOptions& options) {
  absl::StatusOr<Matrix> matrix = engine.influence(model, samples, samples, options, unwatched());
  EXPECT_TRUE(matrix.ok()) << matrix.status();
  return *std::move(matrix);
}

}  // namespace eif
