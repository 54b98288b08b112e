// Every model backend through every exact engine, against dense in float64.
#include <gmock/gmock.h>

#include <cmath>
#include <filesystem>
#include <memory>

#include "plugins/causal_lm/backend.h"
#include "plugins/causal_lm/test_models.h"
#include "plugins/cnn/cnn.h"
#include "plugins/cnn/network.h"
#include "suite/engine/dense.h"
#include "suite/engine/replay.h"

namespace eif {
namespace {

// Float64 rounding of the longest chains of sums (1e-16 times some thousand terms), with room; the
// bound the project holds itself to.
constexpr double kExact = 1e-10;

// ---- Models ------------------------------------------------------------------------------------

std::vector<Sample> digit_like_images() {
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

std::vector<Sample> sentences() {
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

std::unique_ptr<Model> tiny_lm(const nlohmann::json& config, bool adds_bos) {
  const std::filesystem::path folder =
      std::filesystem::path(::testing::TempDir()) / ("tiny_lm" + std::to_string(::getpid()));
  write_model(folder, config, adds_bos);
  ModelRequest request{.name = folder.string(), .dtype = at::kDouble};
  absl::StatusOr<std::unique_ptr<Model>> model = CausalLmBackend().load(request);
  std::filesystem::remove_all(folder);
  return *std::move(model);
}

ModelUnderTest language_model(const std::string& name, const std::string& architecture,
                              nlohmann::json changes = nlohmann::json::object(),
                              bool adds_bos = false) {
  nlohmann::json config = tiny_config(architecture);
  config.update(changes);
  return {name, [config, adds_bos] { return tiny_lm(config, adds_bos); }, sentences()};
}

std::vector<ModelUnderTest> models() {
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

std::vector<Training> trainings() {
  return {{"sgd", {.learning_rate = 0.02}},
          {"momentum", {.learning_rate = 0.02, .momentum = 0.9}},
          {"momentum_decay", {.learning_rate = 0.02, .momentum = 0.9, .weight_decay = 0.05}},
          {"clipping",
           {.learning_rate = 0.02, .momentum = 0.5, .weight_decay = 0.01, .max_gradient_norm = 1}}};
}

double largest(const std::vector<double>& values) {
  double result = 0;
  for (const double value : values) result = std::max(result, std::abs(value));
  return result;
}

// Of the largest cell.
double gap(const Matrix& matrix, const Matrix& oracle) {
  double largest_gap = 0;
  for (size_t i = 0; i < oracle.values().size(); ++i) {
    const double difference = std::abs(matrix.values()[i] - oracle.values()[i]);
    if (std::isnan(difference)) return difference;
    largest_gap = std::max(largest_gap, difference);
  }
  return largest_gap / largest(oracle.values());
}

Matrix measure(const Engine& engine, Model& model, const std::vector<Sample>& samples,
               const TrainingOptions& options) {
  absl::StatusOr<Matrix> matrix = engine.influence(model, samples, samples, options, {});
  EXPECT_TRUE(matrix.ok()) << matrix.status();
  return *std::move(matrix);
}

class EveryModel : public ::testing::TestWithParam<ModelUnderTest> {};

TEST_P(EveryModel, ReplayIsDense) {
  const std::unique_ptr<Model> model = GetParam().load();
  for (const Training& training : trainings()) {
    const Matrix dense = measure(DenseEngine(), *model, GetParam().samples, training.options);
    ASSERT_GT(largest(dense.values()), 0);
    const Matrix replay = measure(ReplayEngine(), *model, GetParam().samples, training.options);
    EXPECT_LE(gap(replay, dense), kExact) << training.name;
    EXPECT_LE(std::abs(replay.base()[0] - dense.base()[0]), kExact);
  }
}

// One recording, where there is one statement; several, where there are more.
TEST_P(EveryModel, ReplayAtManyRatesIsDenseAtEach) {
  const std::unique_ptr<Model> model = GetParam().load();
  const std::vector<double> rates = {1e-3, 0, 0.02, 0.1};
  for (const auto& [name, training] : trainings()) {
    const absl::StatusOr<std::vector<Matrix>> matrices =
        ReplayEngine({.rows = 3})
            .influence_at(*model, GetParam().samples, GetParam().samples, training, rates, {});
    ASSERT_TRUE(matrices.ok()) << matrices.status();
    ASSERT_EQ(matrices->size(), rates.size());
    for (size_t k = 0; k < rates.size(); ++k) {
      TrainingOptions at_rate = training;
      at_rate.learning_rate = rates[k];
      const Matrix dense = measure(DenseEngine(), *model, GetParam().samples, at_rate);
      if (rates[k] == 0) {
        EXPECT_EQ((*matrices)[k].values(), dense.values()) << name;
      } else {
        EXPECT_LE(gap((*matrices)[k], dense), kExact) << name << " " << rates[k];
      }
    }
  }
}

TEST_P(EveryModel, HowManyRowsAreReplayedAtOnceDoesNotMatter) {
  const std::unique_ptr<Model> model = GetParam().load();
  const TrainingOptions options = trainings()[2].options;
  const Matrix all = measure(ReplayEngine({.rows = 100}), *model, GetParam().samples, options);
  for (const int64_t rows : {1, 2, 3}) {
    const Matrix some = measure(ReplayEngine({.rows = rows}), *model, GetParam().samples, options);
    EXPECT_LE(gap(some, all), kExact) << rows;
  }
}

TEST_P(EveryModel, WithoutALearningRateReplayGivesExactlyZero) {
  const std::unique_ptr<Model> model = GetParam().load();
  const Matrix matrix = measure(ReplayEngine(), *model, GetParam().samples, {.learning_rate = 0});
  EXPECT_THAT(matrix.values(), ::testing::Each(0.0));
}

TEST_P(EveryModel, ReplayRefusesAStepThatIsNotLinear) {
  const std::unique_ptr<Model> model = GetParam().load();
  const absl::Status refused =
      ReplayEngine()
          .influence(*model, GetParam().samples, GetParam().samples,
                     {.optimizer = Optimizer::kAdamW, .learning_rate = 0.02}, {})
          .status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(refused.message()), ::testing::HasSubstr("use --engine dense"));
}

INSTANTIATE_TEST_SUITE_P(All, EveryModel, ::testing::ValuesIn(models()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace eif
