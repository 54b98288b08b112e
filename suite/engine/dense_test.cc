#include "suite/engine/dense.h"

#include <ATen/core/grad_mode.h>
#include <gmock/gmock.h>

#include <cmath>
#include <stdexcept>

#include "eif/plain_weights.h"
#include "suite/engine/evaluation.h"
#include "suite/engine/fine_tuning.h"
#include "suite/engine/monitor_for_test.h"
#include "suite/engine/test_models.h"

namespace eif {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;

Matrix measure(Model& model, const std::vector<Sample>& trained,
               const std::vector<Sample>& evaluated, const TrainingOptions& options) {
  const absl::StatusOr<Matrix> matrix =
      DenseEngine().influence(model, trained, evaluated, options, unwatched());
  EXPECT_TRUE(matrix.ok()) << matrix.status();
  return *matrix;
}

// Softmax regression by hand: the loss of (x, y) after one SGD step on (u, v).
double loss_after_step(const std::vector<Parameter>& parameters, const LabelledImage& trained,
                       const LabelledImage& evaluated, double learning_rate) {
  const at::Tensor shift = parameters[2].value;
  const auto input = [&](const LabelledImage& image) {
    return at::tensor(image.image.pixels, at::kDouble) + shift;
  };
  at::Tensor weight = parameters[0].value.clone();
  at::Tensor bias = parameters[1].value.clone();
  const at::Tensor u = input(trained);
  at::Tensor residual = at::softmax(at::mv(weight, u) + bias, 0);  // ∂loss/∂logits
  residual[trained.label] -= 1;
  weight -= learning_rate * at::outer(residual, u);
  bias -= learning_rate * residual;
  return -at::log_softmax(at::mv(weight, input(evaluated)) + bias, 0)[evaluated.label]
              .item<double>();
}

const LabelledImage& image_of(const Sample& sample) {
  return std::get<LabelledImage>(sample.statements[0]);
}

TEST(DenseEngine, CellsAreTheLossBeforeMinusTheLossAfterOneStep) {
  LinearClassifier model(1);
  const std::vector<Sample> samples = random_images(6, 2);
  const double learning_rate = 0.3;
  const Matrix matrix = measure(model, samples, samples, {.learning_rate = learning_rate});
  for (size_t i = 0; i < samples.size(); ++i) {
    for (size_t j = 0; j < samples.size(); ++j) {
      const auto loss = [&](double rate) {
        return loss_after_step(model.parameters(), image_of(samples[i]), image_of(samples[j]),
                               rate);
      };
      // Both sides are float64 sums of ten terms of order 1.
      EXPECT_NEAR(matrix.at(i, j), loss(0) - loss(learning_rate), 1e-13) << i << " " << j;
    }
  }
}

TEST(DenseEngine, LearningRateZeroGivesExactlyZero) {
  LinearClassifier model(1);
  const std::vector<Sample> samples = random_images(5, 2);
  for (const Optimizer optimizer : {Optimizer::kSgd, Optimizer::kAdamW}) {
    const Matrix matrix =
        measure(model, samples, samples, {.optimizer = optimizer, .learning_rate = 0});
    EXPECT_THAT(matrix.values(), Each(0.0));
  }
}

TEST(DenseEngine, StatementsAreStepsInOrder) {
  LinearClassifier model(1);
  const std::vector<Sample> images = random_images(3, 2);
  const Sample both{"both", {images[0].statements[0], images[1].statements[0]}};
  const TrainingOptions options{.learning_rate = 0.5};
  const Matrix matrix = measure(model, {both}, {images[2]}, options);

  ParameterFineTuning fine_tuning(model);
  const Evaluation evaluation = Evaluation::prepare(model, {images[2]});
  for (const Sample& step : {images[0], images[1]}) {
    ASSERT_TRUE(fine_tuning.train(*encode_sample(model, step), options).ok());
  }
  PlainWeights weights(model.parameters());
  const double after = evaluation.losses(model, weights)->item<double>();
  EXPECT_EQ(matrix.at(0, 0), matrix.base()[0] - after);
}

TEST(DenseEngine, MomentumReachesOverTheStepsOfOneSample) {
  LinearClassifier model(1);
  const std::vector<Sample> images = random_images(2, 2);
  const Sample twice{"twice", {images[0].statements[0], images[0].statements[0]}};
  const TrainingOptions plain{.learning_rate = 0.1};
  const TrainingOptions heavy{.learning_rate = 0.1, .momentum = 0.9};
  // One step has no history: momentum changes nothing. Two have.
  EXPECT_EQ(measure(model, images, images, plain).values(),
            measure(model, images, images, heavy).values());
  EXPECT_GT(measure(model, {twice}, images, heavy).at(0, 0),
            measure(model, {twice}, images, plain).at(0, 0));
}

// The samples after 1, 3 and 2 passes: the first as two rows of which the second goes on.
WantedCells after_passes(const std::vector<Sample>& samples) {
  WantedCells wanted = all_cells({samples[0], samples[0], samples[1], samples[2]}, samples);
  wanted.passes = {1, 3, 2, 1};
  return wanted;
}

TEST(DenseEngine, ARowOfSomePassesIsARunOfThatManyEpochs) {
  LinearClassifier model(1);
  const std::vector<Sample> images = random_images(4, 2);
  const std::vector<Sample> samples = {
      {"both", {images[0].statements[0], images[1].statements[0]}}, images[2], images[3]};
  for (const Optimizer optimizer : {Optimizer::kSgd, Optimizer::kAdamW}) {
    TrainingOptions options{.optimizer = optimizer,
                            .learning_rate = 0.1,
                            .momentum = optimizer == Optimizer::kSgd ? 0.9 : 0,
                            .weight_decay = 0.01,
                            .max_gradient_norm = 0.5};
    const WantedCells wanted = after_passes(samples);
    const absl::StatusOr<Matrix> together =
        DenseEngine().measure(model, wanted, options, unwatched());
    ASSERT_TRUE(together.ok()) << together.status();
    for (size_t row = 0; row < wanted.trained.size(); ++row) {
      options.epochs = wanted.passes[row];
      const Matrix alone = measure(model, {wanted.trained[row]}, samples, options);
      for (size_t column = 0; column < samples.size(); ++column) {
        EXPECT_EQ(together->at(row, column), alone.at(0, column)) << row << " " << column;
      }
    }
    EXPECT_NE(together->at(0, 0), together->at(1, 0)) << "passes make no difference";
  }
}

TEST(DenseEngine, PassesOfSoftmaxRegressionAreThoseByHand) {
  LinearClassifier model(1);
  const std::vector<Sample> images = random_images(2, 2);
  const double learning_rate = 0.3;
  WantedCells wanted = all_cells({images[0], images[0], images[0]}, {images[1]});
  wanted.passes = {1, 2, 3};
  const absl::StatusOr<Matrix> matrix = DenseEngine().measure(
      model, wanted, {.learning_rate = learning_rate}, unwatched());
  ASSERT_TRUE(matrix.ok()) << matrix.status();
  LinearClassifier by_hand(1);
  const at::Tensor shift = by_hand.parameters()[2].value;
  at::Tensor weight = by_hand.parameters()[0].value, bias = by_hand.parameters()[1].value;
  const auto logits = [&](const LabelledImage& image) {
    return at::mv(weight, at::tensor(image.image.pixels, at::kDouble) + shift) + bias;
  };
  const LabelledImage& learned = image_of(images[0]);
  const LabelledImage& asked = image_of(images[1]);
  for (size_t pass = 0; pass < 3; ++pass) {
    at::Tensor residual = at::softmax(logits(learned), 0);
    residual[learned.label] -= 1;
    weight -= learning_rate *
              at::outer(residual, at::tensor(learned.image.pixels, at::kDouble) + shift);
    bias -= learning_rate * residual;
    const double loss = -at::log_softmax(logits(asked), 0)[asked.label].item<double>();
    // Both sides are float64 sums of ten terms of order 1.
    EXPECT_NEAR(matrix->at(pass, 0), matrix->base()[0] - loss, 1e-13) << pass;
  }
}

TEST(DenseEngine, ParametersAndBuffersAreUnchangedAfter200Rounds) {
  LinearClassifier model(1);
  const std::vector<Sample> samples = random_images(200, 2);
  const std::string before = parameter_hash(model.parameters());
  for (const Optimizer optimizer : {Optimizer::kSgd, Optimizer::kAdamW}) {
    measure(model, samples, {samples[0]}, {.optimizer = optimizer, .learning_rate = 1.0});
    EXPECT_EQ(parameter_hash(model.parameters()), before);
  }
  for (const Parameter& parameter : model.parameters()) {
    EXPECT_FALSE(parameter.value.requires_grad()) << parameter.name;
  }
}

// As after an error of the device: nothing more can be copied to the parameters.
class BrokenClassifier final : public LinearClassifier {
 public:
  BrokenClassifier() : LinearClassifier(/*seed=*/1) {}
  absl::StatusOr<Losses> loss(Weights& weights, const Batch& batch) const override {
    absl::StatusOr<Losses> losses = LinearClassifier::loss(weights, batch);
    if (!at::GradMode::is_enabled()) return losses;
    const_cast<BrokenClassifier*>(this)->parameters()[0].value = at::zeros({1, 1, 1}, at::kDouble);
    throw std::runtime_error("the device is gone");
  }
};

TEST(DenseEngine, WhatFailsWhileWeightsAreTakenBackDoesNotHideWhatFailedFirst) {
  BrokenClassifier model;
  const std::vector<Sample> samples = random_images(2, 2);
  try {
    DenseEngine()
        .influence(model, samples, samples, {.learning_rate = 1}, unwatched())
        .status()
        .IgnoreError();
    FAIL() << "the model throws";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "the device is gone");
  }
}

TEST(ParameterHash, SeesEveryBitOfParametersAndBuffers) {
  LinearClassifier model(1);
  const std::string before = parameter_hash(model.parameters());
  for (Parameter& parameter : model.parameters()) {
    at::Tensor first = parameter.value.flatten()[0];
    const double value = first.item<double>();
    first.fill_(std::nextafter(value, 1e9));
    EXPECT_NE(parameter_hash(model.parameters()), before) << parameter.name;
    first.fill_(value);
  }
  EXPECT_EQ(parameter_hash(model.parameters()), before);
}

// The hash that is compared is one of names, too.
TEST(FineTuning, ReportsAModelThatDoesNotComeBack) {
  LinearClassifier model(1);
  ParameterFineTuning fine_tuning(model);
  const std::string name = model.parameters()[0].name;
  model.parameters()[0].name = "renamed";
  const absl::Status status = fine_tuning.restore();
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
  EXPECT_THAT(std::string(status.message()), HasSubstr("could not be restored"));
}

TEST(DenseEngine, StoppingCancelsAndRestores) {
  LinearClassifier model(1);
  const std::vector<Sample> samples = random_images(5, 2);
  const std::string before = parameter_hash(model.parameters());
  MonitorForTest monitor(/*stop_at=*/2);
  const absl::StatusOr<Matrix> matrix =
      DenseEngine().influence(model, samples, samples, {.learning_rate = 1}, monitor);
  EXPECT_EQ(matrix.status().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(monitor.done, 2u);
  EXPECT_EQ(parameter_hash(model.parameters()), before);
}

TEST(DenseEngine, ASampleThatCannotBeMeasuredLeavesTheOthersAlone) {
  LinearClassifier model(1);
  std::vector<Sample> samples = random_images(3, 2);
  const Matrix whole = measure(model, samples, samples, {.learning_rate = 0.1});
  samples.insert(samples.begin() + 1, {"words", {Statement("only words")}});
  samples.push_back({"empty", {}});
  const Matrix matrix = measure(model, samples, samples, {.learning_rate = 0.1});
  EXPECT_EQ(matrix.row_errors()[1], "only images");
  EXPECT_EQ(matrix.column_errors()[4], "the sample has no statement");
  EXPECT_TRUE(std::isnan(matrix.at(1, 0)));
  EXPECT_TRUE(std::isnan(matrix.at(0, 4)));
  EXPECT_EQ(matrix.at("image0", "image2"), whole.at("image0", "image2"));
  EXPECT_TRUE(matrix.row_errors()[0].empty());
}

TEST(DenseEngine, ALossThatOverflowsIsNamed) {
  LinearClassifier model(1);
  const std::vector<Sample> samples = random_images(2, 2);
  const Matrix matrix = measure(model, samples, samples, {.learning_rate = 1e308});
  EXPECT_THAT(matrix.row_errors()[0],
              HasSubstr("after training on it (a lower learning rate may help) the loss of"));
}

TEST(Evaluation, OrderAndBatchSizeDoNotMatter) {
  LinearClassifier model(1);
  const std::vector<Sample> samples = random_images(17, 2);
  std::vector<Sample> reversed(samples.rbegin(), samples.rend());
  PlainWeights weights(model.parameters());
  const at::Tensor losses = *Evaluation::prepare(model, samples).losses(model, weights);
  for (const int64_t batch : {1, 2, 5, 17}) {
    const at::Tensor other =
        *Evaluation::prepare(model, reversed, {.images = batch}).losses(model, weights);
    // Float64: the order of nine-term sums may change the last bit or two.
    EXPECT_LE(((losses - other.flip(1)) / losses).abs().max().item<double>(), 1e-12) << batch;
  }
}

}  // namespace
}  // namespace eif
