// LoRA adapters on every model backend: many rows at once against dense, which trains one after the
// other with libtorch's optimisers.
#include "suite/engine/adapters.h"

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <vector>

#include "suite/engine/dense.h"
#include "suite/engine/monitor_for_test.h"
#include "tests/conformance/conformance.h"

namespace eif {
namespace {

using ::testing::HasSubstr;

std::vector<Training> lora_trainings() {
  const LoraOptions lora{.rank = 3, .alpha = 6, .seed = 5};
  return {{"sgd", {.learning_rate = 0.5, .epochs = 2, .adapter = Adapter::kLora, .lora = lora}},
          {"momentum_decay_clipping",
           {.learning_rate = 0.5,
            .momentum = 0.9,
            .weight_decay = 0.01,
            .max_gradient_norm = 0.5,
            .epochs = 2,
            .adapter = Adapter::kLora,
            .lora = lora}},
          {"adamw",
           {.optimizer = Optimizer::kAdamW,
            .learning_rate = 1e-3,
            .epochs = 5,
            .adapter = Adapter::kLora,
            .lora = lora}},
          {"adamw_decay_clipping",
           {.optimizer = Optimizer::kAdamW,
            .learning_rate = 1e-3,
            .weight_decay = 0.1,
            .max_gradient_norm = 0.5,
            .epochs = 2,
            .adapter = Adapter::kLora,
            .lora = lora}}};
}

// Of two and of all rows at once.
void expect_many_rows_are_dense(Model& model, const std::vector<Sample>& samples,
                                const std::vector<Training>& trainings) {
  for (const auto& [name, options] : trainings) {
    const absl::StatusOr<Matrix> dense =
        DenseEngine().influence(model, samples, samples, options, unwatched());
    for (const int64_t rows : {2, 100}) {
      const absl::StatusOr<Matrix> adapters = AdaptersEngine({.rows = rows})
          .influence(model, samples, samples, options, unwatched());
      ASSERT_EQ(adapters.status(), dense.status());
      if (absl::IsInvalidArgument(dense.status())) {
        // A model may have no matrix but its head.
        EXPECT_THAT(std::string(dense.status().message()), HasSubstr("has no matrix to adapt"));
        return;
      }
      ASSERT_TRUE(dense.ok()) << dense.status();
      ASSERT_GT(largest(dense->values()), 1e-4) << name;
      EXPECT_LE(gap(*adapters, *dense), kExact) << name << ", " << rows << " rows";
    }
  }
}

class AdaptersOfEveryModel : public ::testing::TestWithParam<ModelUnderTest> {};

TEST_P(AdaptersOfEveryModel, ManyRowsAtOnceAreDense) {
  expect_many_rows_are_dense(*GetParam().load(), GetParam().samples(),
                             {lora_trainings().front(), lora_trainings().back()});
}

class AdaptersOfEveryBackend : public ::testing::TestWithParam<ModelUnderTest> {};

TEST_P(AdaptersOfEveryBackend, ManyRowsAtOnceAreDenseHoweverTheyLearn) {
  expect_many_rows_are_dense(*GetParam().load(), GetParam().samples(), lora_trainings());
}

TEST_P(AdaptersOfEveryBackend, RowsOfSomePassesAreRunsOfThatManyEpochs) {
  const std::unique_ptr<Model> model = GetParam().load();
  const std::vector<Sample>& samples = GetParam().samples();
  for (auto [name, options] : {lora_trainings().front(), lora_trainings().back()}) {
    // At the rates above, four passes bounce and amplify rounding by more than what is allowed here.
    options.learning_rate /= 10;
    for (const int64_t rows : {2, 100}) {
      const absl::StatusOr<Matrix> matrix = AdaptersEngine({.rows = rows})
          .measure(*model, after_passes(samples), options, unwatched());
      if (absl::IsInvalidArgument(matrix.status())) return;  // the test above says why
      ASSERT_TRUE(matrix.ok()) << matrix.status();
      EXPECT_LE(gap_to_single_runs(*matrix, *model, samples, options), kExact)
          << name << ", " << rows << " rows";
    }
  }
}

TEST_P(AdaptersOfEveryBackend, SamplesAreLearnedTogetherAsOneByOne) {
  const std::unique_ptr<Model> model = GetParam().load();
  const std::vector<Sample>& samples = GetParam().samples();
  const std::vector<double> dense = losses_while_learning(DenseEngine(), *model, samples);
  for (const int64_t rows : {2, 100}) {
    const AdaptersEngine engine({.rows = rows});
    EXPECT_LE(gap(losses_while_learning(engine, *model, samples), dense), kExact)
        << rows << " rows";
  }
}

INSTANTIATE_TEST_SUITE_P(All, AdaptersOfEveryModel, ::testing::ValuesIn(plain_models()), name_of);
INSTANTIATE_TEST_SUITE_P(Variants, AdaptersOfEveryModel, ::testing::ValuesIn(variants()), name_of);
INSTANTIATE_TEST_SUITE_P(All, AdaptersOfEveryBackend, ::testing::ValuesIn(two_of_each_backend()),
                         name_of);

}  // namespace
}  // namespace eif
