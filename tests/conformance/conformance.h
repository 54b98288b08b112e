// What the tests of this folder put through the engines, and how they compare matrices: the tiny
// models that each loaded backend brings (plugins/shared/models_for_test.h), several ways to train,
// and the distance of two matrices.
#pragma once

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <vector>

#include "plugins/shared/models_for_test.h"
#include "suite/engine/engine.h"
#include "suite/host/plugin_loader.h"

namespace eif {

// Float64 rounding of the longest chains of sums (1e-16 times some thousand terms), with room; the
// bound the project holds itself to.
inline constexpr double kExact = 1e-10;

// ---- Where -------------------------------------------------------------------------------------

// The device that the environment variable EIF_TEST_DEVICE names (cuda, cuda:1), or else the CPU.
// Where there is no such device, no test runs and the program fails.
at::Device device_under_test();

// As --deterministic has it, as long as this lives: for what is to be the same to the bit, on a
// GPU, too.
class Deterministic {
 public:
  Deterministic();
  ~Deterministic();
  Deterministic(const Deterministic&) = delete;
  Deterministic& operator=(const Deterministic&) = delete;
};

// Of the build that the test is of, or of the package that it came in.
const PluginSet& loaded_plugins();

// ---- Models ------------------------------------------------------------------------------------

// A tiny model of a backend, which is loaded from the plugin's library as the program does it.
struct ModelUnderTest {
  std::string name;  // of backend and model: "causal_lm_phi3"
  std::string backend;
  ModelForTest model;
  at::Device device;  // where it is loaded
  const std::vector<Sample>& samples() const { return model.samples; }
  bool reads_text() const;

  // Throws, and so fails the test, where the backend does not load it.
  std::unique_ptr<Model> load(at::ScalarType dtype = at::kDouble) const;
};

// Of every backend, on the device under test.
const std::vector<ModelUnderTest>& models();
// Of these, those that stand for all, and the others; the former that read text.
std::vector<ModelUnderTest> plain_models();
std::vector<ModelUnderTest> variants();
std::vector<ModelUnderTest> text_models();
// Of each backend, the first and the last of those that stand for all.
std::vector<ModelUnderTest> two_of_each_backend();
std::vector<ModelUnderTest> those_that_read(std::vector<ModelUnderTest> models);
// The same on the simulated device (tests/simulated_device), which has a GPU's rules. Every model goes
// through it in device_test.cc; what is costly is done with some.
std::vector<ModelUnderTest> on_simulated_device(std::vector<ModelUnderTest> models);
ModelUnderTest on_cpu(ModelUnderTest model);
// Of that name.
const ModelUnderTest& model_named(const std::string& name);

inline std::string name_of(const ::testing::TestParamInfo<ModelUnderTest>& info) {
  return info.param.name;
}

// How a failed test calls it.
inline void PrintTo(const ModelUnderTest& model, std::ostream* out) { *out << model.name; }

// ---- Ways to train -----------------------------------------------------------------------------

struct Training {
  std::string name;
  TrainingOptions options;
};

std::vector<Training> trainings();
// Of these, the one without anything and the one with everything: for what is costly, and has nothing
// to do with the optimiser.
std::vector<Training> extreme_trainings();

// Every other trainable parameter of a model, by name.
std::vector<std::string> half_of(Model& model);

// ---- Matrices ----------------------------------------------------------------------------------

double largest(const std::vector<double>& values);

// The largest difference of two cells, in units of the oracle's largest cell.
double gap(const Matrix& matrix, const Matrix& oracle);

// Every sample after one pass and after three, next to each other.
WantedCells after_passes(const std::vector<Sample>& samples);
// The largest difference between a cell of `matrix`, which is of after_passes(), and what dense
// measures in a run of so many epochs, in units of dense's largest cell.
double gap_to_single_runs(const Matrix& matrix, Model& model, const std::vector<Sample>& samples,
                          TrainingOptions options);

// Fails the test where the engine does.
Matrix measure(const Engine& engine, Model& model, const std::vector<Sample>& samples,
               const TrainingOptions& options);

// ---- Learning ----------------------------------------------------------------------------------

// Of adapters, by all that an optimiser has.
extern const TrainingOptions kLearning;

// How every sample is learned in three passes of kLearning.
absl::StatusOr<std::vector<LearningCurve>> learned(const PassByPass& engine, Model& model,
                                                   const std::vector<Sample>& samples);
// The losses of every statement before and after each pass, one after another.
std::vector<double> losses_of(const std::vector<LearningCurve>& curves);
// Those of learned(). Fails the test where the engine does.
std::vector<double> losses_while_learning(const PassByPass& engine, Model& model,
                                          const std::vector<Sample>& samples);

// In units of the oracle's largest loss.
double gap(const std::vector<double>& losses, const std::vector<double>& oracle);

}  // namespace eif
