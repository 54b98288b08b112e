// What happens where the memory of a device does not suffice, on the simulated one.
#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <vector>

#include "suite/engine/adapters.h"
#include "suite/engine/dense.h"
#include "suite/engine/in_context.h"
#include "suite/engine/linear.h"
#include "suite/engine/monitor_for_test.h"
#include "suite/engine/replay.h"
#include "suite/host/guard.h"
#include "tests/conformance/conformance.h"
#include "tests/simulated_device/device_memory.h"

namespace eif {
namespace {

using ::testing::HasSubstr;

// So many bytes are free beside what is in use, as long as this lives.
class FreeBytes {
 public:
  explicit FreeBytes(size_t bytes) { set_free_device_bytes(bytes); }
  ~FreeBytes() { set_free_device_bytes(0); }
};

class FullDevice : public ::testing::TestWithParam<ModelUnderTest> {};

// All rows in one group, whatever is free: the first try is too large.
TEST_P(FullDevice, ReplayGoesOnWithFewerRowsUntilNothingFits) {
  const std::unique_ptr<Model> model = GetParam().load();
  const std::vector<Sample>& samples = GetParam().samples();
  const ReplayEngine engine({.rows = 100});
  const TrainingOptions training{.learning_rate = 0.02};
  const Matrix expected = measure(engine, *model, samples, training);
  int times_refused_and_right = 0;
  absl::Status status;
  for (size_t bytes = size_t{1} << 26; status.ok() && bytes > 0; bytes /= 2) {
    const FreeBytes free(bytes);
    const int64_t refused = refused_allocations();
    const absl::StatusOr<Matrix> found = guarded("a test", [&] {
      return engine.influence(*model, samples, samples, training, unwatched());
    });
    status = found.status();
    if (!status.ok()) break;
    EXPECT_LE(gap(*found, expected), kExact) << bytes;
    if (refused_allocations() > refused) ++times_refused_and_right;
  }
  EXPECT_GT(times_refused_and_right, 0);
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
}

TEST_P(FullDevice, FewerSamplesAreLearnedAtOnceUntilNothingFits) {
  const std::unique_ptr<Model> model = GetParam().load();
  const std::vector<Sample>& samples = GetParam().samples();
  const AdaptersEngine engine({.rows = 100});
  const std::vector<double> expected = losses_while_learning(engine, *model, samples);
  int times_refused_and_right = 0;
  absl::Status status;
  for (size_t bytes = size_t{1} << 26; status.ok() && bytes > 0; bytes /= 2) {
    const FreeBytes free(bytes);
    const int64_t refused = refused_allocations();
    std::vector<double> losses;
    status = guarded("a test", [&] {
      const absl::StatusOr<std::vector<LearningCurve>> curves = learned(engine, *model, samples);
      if (curves.ok()) losses = losses_of(*curves);
      return curves.status();
    });
    if (!status.ok()) break;
    EXPECT_LE(gap(losses, expected), kExact) << bytes;
    if (refused_allocations() > refused) ++times_refused_and_right;
  }
  EXPECT_GT(times_refused_and_right, 0);
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
}

// Nobody can go on there, and the weights are what they were.
TEST_P(FullDevice, EveryEngineEndsWithAReport) {
  const std::unique_ptr<Model> model = GetParam().load();
  const std::vector<Sample>& samples = GetParam().samples();
  const DenseEngine dense;
  const ReplayEngine replay;
  const LinearEngine linear;
  std::vector<at::Tensor> before;
  for (const Parameter& parameter : model->parameters()) before.push_back(parameter.value.cpu());
  for (const Engine* engine : {static_cast<const Engine*>(&dense), static_cast<const Engine*>(&replay),
                               static_cast<const Engine*>(&linear)}) {
    for (size_t bytes = size_t{1} << 20; bytes > 0; bytes /= 4) {
      const FreeBytes free(bytes);
      const absl::StatusOr<Matrix> found = guarded("a test", [&] {
        return engine->influence(*model, samples, samples,
                                 {.learning_rate = 0.02, .momentum = 0.9}, unwatched());
      });
      if (!found.ok()) {
        EXPECT_THAT(std::string(found.status().message()), HasSubstr("out of memory"));
      }
    }
  }
  for (size_t i = 0; i < before.size(); ++i) {
    EXPECT_TRUE(at::equal(model->parameters()[i].value.cpu(), before[i]));
  }
}

INSTANTIATE_TEST_SUITE_P(Simulated, FullDevice,
                         ::testing::ValuesIn(on_simulated_device(two_of_each_backend())), name_of);

}  // namespace
}  // namespace eif
