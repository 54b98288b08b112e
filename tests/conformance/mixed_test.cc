// Replay by differences from the base model: the sums of it against replay in float64, and what its
// 16-bit products lose of an influence.
#include <algorithm>
#include <cmath>
#include <memory>
#include <span>
#include <vector>

#include "suite/engine/base_products.h"
#include "suite/engine/dense.h"
#include "suite/engine/evaluation.h"
#include "suite/engine/recorded_training.h"
#include "suite/engine/replay.h"
#include "tests/conformance/conformance.h"

namespace eif {
namespace {

// ‖E − E_exact‖ / ‖E_exact‖
double error(const Matrix& matrix, const Matrix& exact) {
  double difference = 0, size = 0;
  for (size_t i = 0; i < exact.values().size(); ++i) {
    difference += std::pow(matrix.values()[i] - exact.values()[i], 2);
    size += std::pow(exact.values()[i], 2);
  }
  return std::sqrt(difference / size);
}

class Mixed : public ::testing::TestWithParam<ModelUnderTest> {};

// The oracle: the same sums, none rounded to 16 bits.
TEST_P(Mixed, UnroundedItIsReplay) {
  const std::unique_ptr<Model> model = GetParam().load();
  for (const Training& training : extreme_trainings()) {
    const Matrix exact = measure(ReplayEngine(), *model, GetParam().samples(), training.options);
    for (const WorkLimits& limits : {WorkLimits{}, WorkLimits{.rows = 1}, WorkLimits{.rows = 3}}) {
      const Matrix mixed = measure(ReplayEngine(limits, Precision::kMixedWide), *model,
                                   GetParam().samples(), training.options);
      EXPECT_LE(gap(mixed, exact), kExact) << training.name;
    }
  }
}

// Rows of several lengths with columns of their own, some of them the same as another's.
TEST_P(Mixed, UnroundedItIsReplayInRowsWithColumnsOfTheirOwn) {
  const std::unique_ptr<Model> model = GetParam().load();
  const std::vector<Sample>& samples = GetParam().samples();
  WantedCells wanted = all_cells(samples, samples);
  wanted.blocks.clear();
  for (size_t row = 0; row < samples.size(); ++row) {
    CellBlock& block = wanted.blocks.emplace_back(CellBlock{{row}, {}});
    for (size_t column = row % 2; column < samples.size(); column += 1 + row % 3) {
      block.columns.push_back(column);
    }
  }
  for (const Training& training : extreme_trainings()) {
    const absl::StatusOr<Matrix> exact =
        ReplayEngine().measure(*model, wanted, training.options, unwatched());
    const absl::StatusOr<Matrix> mixed = ReplayEngine({}, Precision::kMixedWide)
                                             .measure(*model, wanted, training.options, unwatched());
    ASSERT_TRUE(exact.ok()) << exact.status();
    ASSERT_TRUE(mixed.ok()) << mixed.status();
    for (size_t i = 0; i < exact->values().size(); ++i) {
      const double cell = exact->values()[i];
      if (std::isnan(cell)) {
        EXPECT_TRUE(std::isnan(mixed->values()[i]));
      } else {
        EXPECT_NEAR(mixed->values()[i], cell, kExact) << training.name;
      }
    }
  }
}

// Float32 weights, 16-bit products. Each of some ten products one after another rounds its factors by
// 0.6 · 2⁻⁹ of a change in the mean square, so that 0.002 to 0.006 of it are lost.
constexpr double kLostIn16Bits = 0.01;

TEST_P(Mixed, KeepsAnInfluenceOfASmallStep) {
  const std::unique_ptr<Model> wide = GetParam().load();
  const std::unique_ptr<Model> model = GetParam().load(at::kFloat);
  const TrainingOptions options{.learning_rate = 1e-3};
  const Matrix exact = measure(DenseEngine(), *wide, GetParam().samples(), options);
  const Matrix mixed =
      measure(ReplayEngine({}, Precision::kMixed), *model, GetParam().samples(), options);
  EXPECT_LE(error(mixed, exact), kLostIn16Bits);
}

// Activations in 16 bits, as a loop in bfloat16 has them.
class RoundedProducts final : public BaseProducts {
 public:
  explicit RoundedProducts(const std::vector<Parameter>& parameters) : parameters_(parameters) {}
  at::Tensor multiply(const at::Tensor& x, ParameterId weight, int64_t rows,
                      std::span<const RowProducts> added) override {
    return wide_product_of_rows(x.to(at::kBFloat16).to(at::kFloat), parameters_[weight].value, rows,
                                added);
  }

 private:
  const std::vector<Parameter>& parameters_;
};

// So the bound above is one that can be missed.
TEST_P(Mixed, ProductsOfRoundedActivationsDoNotKeepIt) {
  const std::unique_ptr<Model> wide = GetParam().load();
  const std::unique_ptr<Model> model = GetParam().load(at::kFloat);
  const std::vector<Sample>& samples = GetParam().samples();
  const TrainingOptions options{.learning_rate = 1e-3};
  Matrix exact = measure(DenseEngine(), *wide, samples, options);
  Matrix rounded = exact;
  RowGroup rows;
  for (const Sample& sample : samples) rows.push_back(*encode_sample(*model, sample));
  const absl::StatusOr<RecordedTraining> training =
      RecordedTraining::record(*model, {rows}, options);
  ASSERT_TRUE(training.ok()) << training.status();
  RoundedProducts products(model->parameters());
  const Evaluation evaluation = Evaluation::prepare(*model, samples);
  TunedWeights base(model->parameters(), &products);
  TunedWeights tuned = training->weights(*model, options, 0, 0, &products);
  const at::Tensor influence =
      *evaluation.losses(*model, base) - *evaluation.losses(*model, tuned);  // (rows, columns)
  for (size_t row = 0; row < samples.size(); ++row) {
    for (size_t column = 0; column < samples.size(); ++column) {
      rounded.at(row, column) =
          influence[static_cast<int64_t>(row)][static_cast<int64_t>(column)].item<double>();
    }
  }
  EXPECT_GT(error(rounded, exact), kLostIn16Bits);
}

// The weights themselves are rounded by up to 2⁻⁹ each; what a step adds to them is not.
TEST_P(Mixed, IsWhatReplayIsFor16BitWeights) {
  const std::unique_ptr<Model> model = GetParam().load(at::kBFloat16);
  const TrainingOptions options{.learning_rate = 1e-3};
  const Matrix exact = measure(ReplayEngine(), *model, GetParam().samples(), options);
  const Matrix mixed =
      measure(ReplayEngine({}, Precision::kMixed), *model, GetParam().samples(), options);
  EXPECT_LE(error(mixed, exact), kLostIn16Bits);
}

// What --deterministic relies on.
TEST_P(Mixed, ARowReplayedAloneIsTheSameToTheBitWhateverTheOthers) {
  const Deterministic here;
  const std::unique_ptr<Model> model = GetParam().load(at::kFloat);
  const std::vector<Sample>& samples = GetParam().samples();
  const ReplayEngine one_by_one({.rows = 1}, Precision::kMixed);
  const Matrix all = measure(one_by_one, *model, samples, trainings().back().options);
  for (size_t row = 0; row < samples.size(); ++row) {
    WantedCells wanted = all_cells(samples, samples);
    wanted.blocks.front().rows = {row};
    const absl::StatusOr<Matrix> alone =
        one_by_one.measure(*model, wanted, trainings().back().options, unwatched());
    ASSERT_TRUE(alone.ok()) << alone.status();
    for (size_t column = 0; column < samples.size(); ++column) {
      EXPECT_EQ(alone->at(row, column), all.at(row, column)) << row << " " << column;
    }
  }
}

TEST_P(Mixed, IsRefusedForFloat64Weights) {
  const std::unique_ptr<Model> model = GetParam().load();
  EXPECT_EQ(ReplayEngine({}, Precision::kMixed)
                .influence(*model, GetParam().samples(), GetParam().samples(),
                           {.learning_rate = 1e-3}, unwatched())
                .status(),
            check_mixed(at::kDouble));
}

INSTANTIATE_TEST_SUITE_P(All, Mixed, ::testing::ValuesIn(text_models()), name_of);
INSTANTIATE_TEST_SUITE_P(
    Simulated, Mixed,
    ::testing::ValuesIn(on_simulated_device(those_that_read(two_of_each_backend()))), name_of);
// A tree may have no model that reads text.
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Mixed);

// Images have no mixed form, and are what they are without.
TEST(MixedOfImages, IsExact) {
  const Deterministic here;
  for (const ModelUnderTest& tested : plain_models()) {
    if (tested.reads_text()) continue;
    const std::unique_ptr<Model> model = tested.load(at::kFloat);
    const TrainingOptions options{.learning_rate = 1e-3};
    EXPECT_EQ(measure(ReplayEngine({}, Precision::kMixed), *model, tested.samples(), options).values(),
              measure(ReplayEngine(), *model, tested.samples(), options).values())
        << tested.name;
  }
}

}  // namespace
}  // namespace eif
