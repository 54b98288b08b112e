// Every model, variants included, on the simulated device through every engine, against the CPU.
#include <gmock/gmock.h>

#include <memory>
#include <vector>

#include "suite/engine/adapters.h"
#include "suite/engine/dense.h"
#include "suite/engine/in_context.h"
#include "suite/engine/linear.h"
#include "suite/engine/monitor_for_test.h"
#include "suite/engine/replay.h"
#include "tests/conformance/conformance.h"
#include "tests/simulated_device/simulated_device.h"

namespace eif {
namespace {

class Device : public ::testing::TestWithParam<ModelUnderTest> {};

TEST_P(Device, EveryEngineGivesWhatTheCpuDoes) {
  const std::vector<Sample>& samples = GetParam().samples();
  ModelUnderTest of_device = GetParam();
  of_device.device = simulated_device();
  const std::unique_ptr<Model> on_cpu = GetParam().load(), on_device = of_device.load();
  for (const Training& training : extreme_trainings()) {
    const Matrix dense = measure(DenseEngine(), *on_cpu, samples, training.options);
    EXPECT_LE(gap(measure(DenseEngine(), *on_device, samples, training.options), dense), kExact);
    EXPECT_LE(gap(measure(ReplayEngine(), *on_device, samples, training.options), dense), kExact);
    const Matrix linear = measure(LinearEngine(), *on_cpu, samples, training.options);
    EXPECT_LE(gap(measure(LinearEngine(), *on_device, samples, training.options), linear), kExact);
  }
}

TEST_P(Device, AdaptersAreWhatTheyAreOnTheCpu) {
  const std::vector<Sample>& samples = GetParam().samples();
  ModelUnderTest of_device = GetParam();
  of_device.device = simulated_device();
  const std::unique_ptr<Model> on_cpu = GetParam().load(), on_device = of_device.load();
  const TrainingOptions options{.optimizer = Optimizer::kAdamW,
                                .learning_rate = 1e-3,
                                .max_gradient_norm = 0.5,
                                .epochs = 2,
                                .adapter = Adapter::kLora,
                                .lora = {.rank = 3}};
  const Matrix dense = measure(DenseEngine(), *on_cpu, samples, options);
  EXPECT_LE(gap(measure(AdaptersEngine(), *on_device, samples, options), dense), kExact);
  EXPECT_LE(gap(measure(DenseEngine(), *on_device, samples, options), dense), kExact);
}

TEST_P(Device, WhatIsReadMattersAsMuchAsOnTheCpu) {
  if (!GetParam().reads_text()) GTEST_SKIP() << "images are not read";
  const WantedCells wanted = all_cells(GetParam().samples(), GetParam().samples());
  ModelUnderTest of_device = GetParam();
  of_device.device = simulated_device();
  const absl::StatusOr<Matrix> expected =
      in_context_influence(*GetParam().load(), wanted, {}, unwatched());
  const absl::StatusOr<Matrix> found =
      in_context_influence(*of_device.load(), wanted, {}, unwatched());
  ASSERT_TRUE(expected.ok()) << expected.status();
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_LE(gap(*found, *expected), kExact);
}

INSTANTIATE_TEST_SUITE_P(Simulated, Device, ::testing::ValuesIn(models()), name_of);

}  // namespace
}  // namespace eif
