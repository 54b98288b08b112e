// Every model, variants included, through every engine on the simulated device, and on the device
// under test if that is another than the CPU, against the CPU.
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

namespace eif {
namespace {

class Device : public ::testing::TestWithParam<ModelUnderTest> {};

TEST_P(Device, EveryEngineGivesWhatTheCpuDoes) {
  const std::vector<Sample>& samples = GetParam().samples();
  const std::unique_ptr<Model> of_cpu = on_cpu(GetParam()).load(), of_device = GetParam().load();
  for (const Training& training : extreme_trainings()) {
    const Matrix dense = measure(DenseEngine(), *of_cpu, samples, training.options);
    EXPECT_LE(gap(measure(DenseEngine(), *of_device, samples, training.options), dense), kExact);
    EXPECT_LE(gap(measure(ReplayEngine(), *of_device, samples, training.options), dense), kExact);
    const Matrix linear = measure(LinearEngine(), *of_cpu, samples, training.options);
    EXPECT_LE(gap(measure(LinearEngine(), *of_device, samples, training.options), linear), kExact);
  }
}

TEST_P(Device, AdaptersAreWhatTheyAreOnTheCpu) {
  const std::vector<Sample>& samples = GetParam().samples();
  const std::unique_ptr<Model> of_cpu = on_cpu(GetParam()).load(), of_device = GetParam().load();
  TrainingOptions options = kLearning;
  options.epochs = 2;
  const Matrix dense = measure(DenseEngine(), *of_cpu, samples, options);
  EXPECT_LE(gap(measure(AdaptersEngine(), *of_device, samples, options), dense), kExact);
  EXPECT_LE(gap(measure(DenseEngine(), *of_device, samples, options), dense), kExact);
}

TEST_P(Device, SamplesAreLearnedAsOnTheCpu) {
  const std::vector<Sample>& samples = GetParam().samples();
  const std::unique_ptr<Model> of_cpu = on_cpu(GetParam()).load(), of_device = GetParam().load();
  const std::vector<double> dense = losses_while_learning(DenseEngine(), *of_cpu, samples);
  EXPECT_LE(gap(losses_while_learning(AdaptersEngine(), *of_device, samples), dense), kExact);
  EXPECT_LE(gap(losses_while_learning(DenseEngine(), *of_device, samples), dense), kExact);
}

class DeviceReading : public ::testing::TestWithParam<ModelUnderTest> {};

TEST_P(DeviceReading, WhatIsReadMattersAsMuchAsOnTheCpu) {
  const WantedCells wanted = all_cells(GetParam().samples(), GetParam().samples());
  const absl::StatusOr<Matrix> expected =
      in_context_influence(*on_cpu(GetParam()).load(), wanted, {}, unwatched());
  const absl::StatusOr<Matrix> found =
      in_context_influence(*GetParam().load(), wanted, {}, unwatched());
  ASSERT_TRUE(expected.ok()) << expected.status();
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_LE(gap(*found, *expected), kExact);
}

// None on the CPU, which is what the others are compared with.
std::vector<ModelUnderTest> on_device_under_test() {
  return device_under_test().is_cpu() ? std::vector<ModelUnderTest>() : models();
}

INSTANTIATE_TEST_SUITE_P(Simulated, Device, ::testing::ValuesIn(on_simulated_device(models())),
                         name_of);
INSTANTIATE_TEST_SUITE_P(UnderTest, Device, ::testing::ValuesIn(on_device_under_test()), name_of);
INSTANTIATE_TEST_SUITE_P(Simulated, DeviceReading,
                         ::testing::ValuesIn(on_simulated_device(those_that_read(models()))),
                         name_of);
INSTANTIATE_TEST_SUITE_P(UnderTest, DeviceReading,
                         ::testing::ValuesIn(those_that_read(on_device_under_test())), name_of);
// A tree may have no model that reads text.
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(DeviceReading);

}  // namespace
}  // namespace eif
