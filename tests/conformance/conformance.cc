#include "tests/conformance/conformance.h"

#include <ATen/Context.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <limits>
#include <map>
#include <stdexcept>
#include <utility>

#include "absl/strings/str_cat.h"
#include "suite/engine/dense.h"
#include "suite/host/compute.h"
#include "suite/host/plugin_loader.h"
#include "tests/coverage.h"
#include "tests/simulated_device/simulated_device.h"

namespace eif {
namespace {

namespace fs = std::filesystem;

// The plugins of the build that this program is of, or of the package that it came in.
fs::path plugin_folder() {
  return fs::read_symlink("/proc/self/exe").parent_path().parent_path() / "lib/eif-suite";
}

const ModelBackend* backend_of(const std::string& id) {
  for (const LoadedPlugin& plugin : loaded_plugins().loaded) {
    if (plugin.record().id == id) return plugin.model_backend();
  }
  return nullptr;
}

// Caught by GoogleTest, which fails the test and goes on with the next.
[[noreturn]] void give_up(const std::string& name, const std::string& why) {
  throw std::runtime_error(absl::StrCat("the model ", name, " cannot be loaded: ", why));
}

// Removed, with all that is in it, at the end of its life.
struct FolderOfOneModel {
  FolderOfOneModel() {
    std::string name = (fs::path(::testing::TempDir()) / "eif_model_XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) give_up(name, "no folder could be made for its files");
    path = name;
  }
  ~FolderOfOneModel() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  fs::path path;
};

absl::StatusOr<at::Device> named_device() {
  const char* const name = std::getenv("EIF_TEST_DEVICE");
  return parse_device(name == nullptr ? "cpu" : name);
}

// Before all tests: none of them runs where the device is not there.
class DeviceOfTests : public ::testing::Environment {
  void SetUp() override {
    ASSERT_TRUE(named_device().ok()) << "EIF_TEST_DEVICE: " << named_device().status().message();
    use_full_precision();
    // cuBLAS reads it when it starts, and so before the first test that is Deterministic.
    setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", /*overwrite=*/0);
  }
};
[[maybe_unused]] const ::testing::Environment* const device_of_tests =
    ::testing::AddGlobalTestEnvironment(new DeviceOfTests());

TEST(ModelsUnderTest, CoverEveryBackend) {
  Coverage coverage{.part = "tiny model",
                    .file = "plugins/$0/models_for_test.cc",
                    .see = "\"The tiny models\" in docs/add-a-model.md"};
  for (const auto& [backend, models] : models_for_test()) {
    if (!models.empty()) coverage.brought.insert({backend, ""});
  }
  for (const LoadedPlugin& plugin : loaded_plugins().loaded) {
    if (plugin.model_backend() != nullptr) coverage.loaded.insert({plugin.record().id, ""});
  }
  EXPECT_THAT(gaps(coverage), ::testing::IsEmpty());
}

}  // namespace

at::Device device_under_test() { return named_device().value_or(at::Device(at::kCPU)); }

Deterministic::Deterministic() { use_deterministic_algorithms(); }

Deterministic::~Deterministic() {
  at::Context& context = at::globalContext();
  context.setDeterministicAlgorithms(false, /*warn_only=*/false);
  context.setDeterministicCuDNN(false);
  context.setDeterministicMkldnn(false);
}

const PluginSet& loaded_plugins() {
  static const PluginSet& set = *new PluginSet(load_plugins({.folders = {plugin_folder()}}));
  return set;
}

bool ModelUnderTest::reads_text() const {
  return std::holds_alternative<std::string>(samples().at(0).statements.at(0));
}

std::unique_ptr<Model> ModelUnderTest::load(at::ScalarType dtype) const {
  const ModelBackend* const plugin = backend_of(backend);
  if (plugin == nullptr) {
    give_up(name, absl::StrCat("there is no backend ", backend, " in ", plugin_folder().string()));
  }
  const FolderOfOneModel folder;
  absl::StatusOr<ModelRequest> request = model.request(folder.path);
  if (!request.ok()) give_up(name, request.status().ToString());
  request->dtype = dtype;
  request->device = device;
  absl::StatusOr<std::unique_ptr<Model>> loaded = plugin->load(*request);
  if (!loaded.ok()) give_up(name, loaded.status().ToString());
  return *std::move(loaded);
}

const std::vector<ModelUnderTest>& models() {
  static const std::vector<ModelUnderTest>& all = *[] {
    auto* const models = new std::vector<ModelUnderTest>();
    for (auto& [backend, brought] : models_for_test()) {
      for (const ModelForTest& model : brought) {
        models->push_back(
            {absl::StrCat(backend, "_", model.name), backend, model, device_under_test()});
      }
    }
    return models;
  }();
  return all;
}

namespace {

template <typename Predicate>
std::vector<ModelUnderTest> models_where(Predicate&& predicate) {
  std::vector<ModelUnderTest> chosen;
  std::copy_if(models().begin(), models().end(), std::back_inserter(chosen), predicate);
  return chosen;
}

}  // namespace

std::vector<ModelUnderTest> plain_models() {
  return models_where([](const ModelUnderTest& one) { return !one.model.is_variant; });
}

std::vector<ModelUnderTest> variants() {
  return models_where([](const ModelUnderTest& one) { return one.model.is_variant; });
}

std::vector<ModelUnderTest> text_models() { return those_that_read(plain_models()); }

std::vector<ModelUnderTest> two_of_each_backend() {
  std::map<std::string, std::vector<ModelUnderTest>> by_backend;
  for (const ModelUnderTest& model : plain_models()) by_backend[model.backend].push_back(model);
  std::vector<ModelUnderTest> chosen;
  for (const auto& [backend, of_backend] : by_backend) {
    chosen.push_back(of_backend.front());
    if (of_backend.size() > 1) chosen.push_back(of_backend.back());
  }
  return chosen;
}

std::vector<ModelUnderTest> those_that_read(std::vector<ModelUnderTest> models) {
  std::erase_if(models, [](const ModelUnderTest& one) { return !one.reads_text(); });
  return models;
}

std::vector<ModelUnderTest> on_simulated_device(std::vector<ModelUnderTest> models) {
  for (ModelUnderTest& model : models) model.device = simulated_device();
  return models;
}

ModelUnderTest on_cpu(ModelUnderTest model) {
  model.device = at::kCPU;
  return model;
}

const ModelUnderTest& model_named(const std::string& name) {
  for (const ModelUnderTest& model : models()) {
    if (model.name == name) return model;
  }
  give_up(name, "no backend brings one of that name");
}

std::vector<Training> trainings() {
  return {{"sgd", {.learning_rate = 0.02}},
          {"momentum", {.learning_rate = 0.02, .momentum = 0.9}},
          {"momentum_decay", {.learning_rate = 0.02, .momentum = 0.9, .weight_decay = 0.05}},
          {"clipping",
           {.learning_rate = 0.02, .momentum = 0.5, .weight_decay = 0.01, .max_gradient_norm = 1}},
          {"epochs",
           {.learning_rate = 0.01,
            .momentum = 0.5,
            .weight_decay = 0.01,
            .max_gradient_norm = 2,
            .epochs = 3}}};
}

std::vector<Training> extreme_trainings() {
  const std::vector<Training> all = trainings();
  return {all.front(), all.back()};
}

std::vector<std::string> half_of(Model& model) {
  std::vector<std::string> names;
  bool is_even = false;
  for (const Parameter& parameter : model.parameters()) {
    if (parameter.trainable && (is_even = !is_even)) names.push_back(parameter.name);
  }
  return names;
}

double largest(const std::vector<double>& values) {
  double result = 0;
  for (const double value : values) result = std::max(result, std::abs(value));
  return result;
}

double gap(const Matrix& matrix, const Matrix& oracle) {
  return gap(matrix.values(), oracle.values());
}

namespace {
constexpr int kPasses[] = {1, 3};
}  // namespace

WantedCells after_passes(const std::vector<Sample>& samples) {
  std::vector<Sample> rows;
  std::vector<int> passes;
  for (const Sample& sample : samples) {
    for (const int count : kPasses) {
      rows.push_back(sample);
      passes.push_back(count);
    }
  }
  WantedCells wanted = all_cells(std::move(rows), samples);
  wanted.passes = std::move(passes);
  return wanted;
}

double gap_to_single_runs(const Matrix& matrix, Model& model, const std::vector<Sample>& samples,
                          TrainingOptions options) {
  const WantedCells wanted = after_passes(samples);
  double largest_gap = 0, largest_cell = 0;
  for (const int epochs : kPasses) {
    options.epochs = epochs;
    const Matrix run = measure(DenseEngine(), model, samples, options);
    largest_cell = std::max(largest_cell, largest(run.values()));
    for (size_t row = 0; row < matrix.rows(); ++row) {
      if (wanted.passes[row] != epochs) continue;
      for (size_t column = 0; column < matrix.columns(); ++column) {
        const double difference =
            std::abs(matrix.at(row, column) - run.at(row / std::size(kPasses), column));
        if (std::isnan(difference)) return difference;
        largest_gap = std::max(largest_gap, difference);
      }
    }
  }
  return largest_gap / largest_cell;
}

Matrix measure(const Engine& engine, Model& model, const std::vector<Sample>& samples,
               const TrainingOptions& options) {
  absl::StatusOr<Matrix> matrix = engine.influence(model, samples, samples, options, unwatched());
  EXPECT_TRUE(matrix.ok()) << matrix.status();
  return *std::move(matrix);
}

const TrainingOptions kLearning{.optimizer = Optimizer::kAdamW,
                                .learning_rate = 1e-3,
                                .max_gradient_norm = 0.5,
                                .adapter = Adapter::kLora,
                                .lora = {.rank = 3}};

absl::StatusOr<std::vector<LearningCurve>> learned(const PassByPass& engine, Model& model,
                                                   const std::vector<Sample>& samples) {
  return engine.learning_curves(model, samples, kLearning, {.share = 0.999, .max_passes = 3}, {},
                                unwatched());
}

std::vector<double> losses_of(const std::vector<LearningCurve>& curves) {
  std::vector<double> losses;
  for (const LearningCurve& curve : curves) {
    losses.insert(losses.end(), curve.before.begin(), curve.before.end());
    for (const std::vector<double>& after : curve.after) {
      losses.insert(losses.end(), after.begin(), after.end());
    }
  }
  return losses;
}

std::vector<double> losses_while_learning(const PassByPass& engine, Model& model,
                                          const std::vector<Sample>& samples) {
  const absl::StatusOr<std::vector<LearningCurve>> curves = learned(engine, model, samples);
  EXPECT_TRUE(curves.ok()) << curves.status();
  return losses_of(*curves);
}

double gap(const std::vector<double>& losses, const std::vector<double>& oracle) {
  if (losses.size() != oracle.size()) return std::numeric_limits<double>::infinity();
  double largest_gap = 0;
  for (size_t i = 0; i < oracle.size(); ++i) {
    const double difference = std::abs(losses[i] - oracle[i]);
    if (std::isnan(difference)) return difference;
    largest_gap = std::max(largest_gap, difference);
  }
  return largest_gap / largest(oracle);
}

}  // namespace eif
