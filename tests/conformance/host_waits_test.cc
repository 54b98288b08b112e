// How often the host waits for a device, counted on the simulated one (tests/simulated_device). On
// a GPU each wait costs the time in which the device could have done the next steps, so batches may
// cost some, and rows and parameters none.
#include <gmock/gmock.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "suite/engine/adapters.h"
#include "suite/engine/in_context.h"
#include "suite/engine/linear.h"
#include "suite/engine/monitor_for_test.h"
#include "suite/engine/replay.h"
#include "tests/conformance/conformance.h"
#include "tests/simulated_device/simulated_device.h"

namespace eif {
namespace {

// The same samples so many times, each time under other names.
std::vector<Sample> repeated(const std::vector<Sample>& samples, int times) {
  std::vector<Sample> many;
  for (int i = 0; i < times; ++i) {
    for (Sample sample : samples) {
      absl::StrAppend(&sample.id, " ", i);
      many.push_back(std::move(sample));
    }
  }
  return many;
}

int64_t waits_of(const std::function<void()>& measured) {
  const int64_t before = host_waits().count;
  measured();
  return host_waits().count - before;
}

const TrainingOptions kTraining{.learning_rate = 0.02, .momentum = 0.9};

class HostWaitsOf : public ::testing::TestWithParam<ModelUnderTest> {};

// Of one batch each of base losses, recordings of every step, and rows.
TEST_P(HostWaitsOf, ReplayAreOfItsBatches) {
  const std::unique_ptr<Model> model = GetParam().load();
  const auto waits = [&](int times) {
    const std::vector<Sample> samples = repeated(GetParam().samples(), times);
    return waits_of([&] { measure(ReplayEngine(), *model, samples, kTraining); });
  };
  EXPECT_LE(waits(1), 12);
  EXPECT_EQ(waits(3), waits(1));
}

// Whatever the number of parameters, of which every model here has another.
TEST_P(HostWaitsOf, LinearAreOfItsBatches) {
  const std::unique_ptr<Model> model = GetParam().load();
  const auto waits = [&](int times) {
    const std::vector<Sample> samples = repeated(GetParam().samples(), times);
    return waits_of([&] { measure(LinearEngine(), *model, samples, kTraining); });
  };
  EXPECT_LE(waits(1), 8);
  EXPECT_EQ(waits(3), waits(1));
}

// One for each step of a batch, whatever its rows. Of more rows there may be a batch more.
TEST_P(HostWaitsOf, AdaptersAreOfTheStepsOfItsBatches) {
  const std::unique_ptr<Model> model = GetParam().load();
  TrainingOptions training{.optimizer = Optimizer::kAdamW, .learning_rate = 1e-3};
  training.adapter = Adapter::kLora;
  const auto waits = [&](int times) {
    const std::vector<Sample> samples = repeated(GetParam().samples(), times);
    return waits_of([&] { measure(AdaptersEngine(), *model, samples, training); });
  };
  EXPECT_LE(waits(1), 16);
  EXPECT_LE(waits(3), waits(1) + 3);
}

class HostWaitsOfReading : public ::testing::TestWithParam<ModelUnderTest> {};

// Rows that are read make batches of their own by length, and not each.
TEST_P(HostWaitsOfReading, AreFewerThanItsRows) {
  const std::unique_ptr<Model> model = GetParam().load();
  const std::vector<Sample> samples = repeated(GetParam().samples(), 4);
  const auto read = [&] {
    EXPECT_TRUE(in_context_influence(*model, all_cells(samples, samples), {}, unwatched()).ok());
  };
  EXPECT_LT(waits_of(read), static_cast<int64_t>(samples.size()));
}

INSTANTIATE_TEST_SUITE_P(Simulated, HostWaitsOf,
                         ::testing::ValuesIn(on_simulated_device(plain_models())), name_of);
INSTANTIATE_TEST_SUITE_P(Simulated, HostWaitsOfReading,
                         ::testing::ValuesIn(on_simulated_device(text_models())), name_of);
// A tree may have no model that reads text.
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(HostWaitsOfReading);

}  // namespace
}  // namespace eif
