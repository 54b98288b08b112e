// What float32 keeps of an influence, by every engine on every model: against float64 on the CPU.
// On a GPU this is also where products shortened to TF32 would be seen.
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

// A loss of up to 6 nats is rounded to 5e-7, and the largest cells are 0.01 and more: most of these
// models lose less than 5e-5. TF32, with 10 bits after the point in place of 23, would lose a
// hundred times as much.
constexpr double kSingle = 2e-4;
// Adapters of few matrices change a loss by less.
constexpr double kSingleOfAdapters = 1e-3;

class Float32 : public ::testing::TestWithParam<ModelUnderTest> {
 protected:
  const std::vector<Sample>& samples_ = GetParam().samples();
  const std::unique_ptr<Model> exact_ = on_cpu(GetParam()).load();
  const std::unique_ptr<Model> model_ = GetParam().load(at::kFloat);
};

TEST_P(Float32, EveryEngineKeepsAnInfluence) {
  for (const Training& training : extreme_trainings()) {
    const Matrix dense = measure(DenseEngine(), *exact_, samples_, training.options);
    EXPECT_LE(gap(measure(DenseEngine(), *model_, samples_, training.options), dense), kSingle);
    EXPECT_LE(gap(measure(ReplayEngine(), *model_, samples_, training.options), dense), kSingle);
    const Matrix linear = measure(LinearEngine(), *exact_, samples_, training.options);
    EXPECT_LE(gap(measure(LinearEngine(), *model_, samples_, training.options), linear), kSingle);
  }
}

TEST_P(Float32, AdaptersKeepIt) {
  TrainingOptions options{.learning_rate = 0.1, .epochs = 2};
  options.adapter = Adapter::kLora;
  options.lora = {.rank = 3, .alpha = 6};
  const Matrix dense = measure(DenseEngine(), *exact_, samples_, options);
  EXPECT_LE(gap(measure(AdaptersEngine(), *model_, samples_, options), dense), kSingleOfAdapters);
}

INSTANTIATE_TEST_SUITE_P(All, Float32, ::testing::ValuesIn(plain_models()), name_of);
INSTANTIATE_TEST_SUITE_P(Variants, Float32, ::testing::ValuesIn(variants()), name_of);

class ReadInFloat32 : public Float32 {};

TEST_P(ReadInFloat32, MattersAsMuch) {
  const WantedCells wanted = all_cells(samples_, samples_);
  const absl::StatusOr<Matrix> exact = in_context_influence(*exact_, wanted, {}, unwatched());
  const absl::StatusOr<Matrix> read = in_context_influence(*model_, wanted, {}, unwatched());
  ASSERT_TRUE(exact.ok()) << exact.status();
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_LE(gap(*read, *exact), kSingle);
}

INSTANTIATE_TEST_SUITE_P(All, ReadInFloat32, ::testing::ValuesIn(text_models()), name_of);
INSTANTIATE_TEST_SUITE_P(Variants, ReadInFloat32, ::testing::ValuesIn(those_that_read(variants())),
                         name_of);
// A tree may have no model that reads text.
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ReadInFloat32);

}  // namespace
}  // namespace eif
