#include "suite/engine/step_gradients.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "suite/engine/evaluation.h"
#include "suite/engine/gradients_for_test.h"
#include "suite/engine/test_models.h"

namespace eif {
namespace {

using ::testing::HasSubstr;

// Float64 sums of some tens of terms of the order of 1.
constexpr double kExact = 1e-12;

std::vector<Example> statements_of(const Model& model, const std::vector<Sample>& samples) {
  std::vector<Example> examples;
  for (const Sample& sample : samples) {
    const std::vector<Example> encoded = encode_sample(model, sample).value();
    examples.insert(examples.end(), encoded.begin(), encoded.end());
  }
  return examples;
}

std::vector<const Example*> pointers(const std::vector<Example>& examples) {
  std::vector<const Example*> result;
  for (const Example& example : examples) result.push_back(&example);
  return result;
}

StepGradients recorded(Model& model, const std::vector<Example>& examples) {
  PlainWeights weights(model.parameters());
  absl::StatusOr<StepGradients> step = record_gradients(model, weights, pointers(examples));
  EXPECT_TRUE(step.ok()) << step.status();
  return *std::move(step);
}

void expect_gradients(const std::vector<at::Tensor>& found, const std::vector<at::Tensor>& expected,
                      const std::vector<Parameter>& parameters) {
  for (size_t i = 0; i < parameters.size(); ++i) {
    EXPECT_LE((found[i] - expected[i]).abs().max().item<double>(), kExact) << parameters[i].name;
  }
}

struct Case {
  std::string name;
  std::unique_ptr<Model> (*model)();
  std::vector<Sample> (*samples)();
};

class RecordGradients : public testing::TestWithParam<Case> {
 protected:
  const std::unique_ptr<Model> model_ = GetParam().model();
  const std::vector<Example> examples_ = statements_of(*model_, GetParam().samples());
};

TEST_P(RecordGradients, AreThoseOfAutogradStatementByStatement) {
  const StepGradients step = recorded(*model_, examples_);
  ASSERT_EQ(step.rows, std::ssize(examples_));
  for (int64_t row = 0; row < step.rows; ++row) {
    const Example& example = examples_[static_cast<size_t>(row)];
    expect_gradients(formed(step, model_->parameters(), row), by_autograd(*model_, example),
                     model_->parameters());
    expect_gradients(formed_with_padding(step, model_->parameters(), row),
                     by_autograd(*model_, example, /*all=*/true), model_->parameters());
  }
}

TEST_P(RecordGradients, SelectedRowsAreThoseRows) {
  const StepGradients step = recorded(*model_, examples_);
  for (const std::vector<int64_t>& rows :
       {std::vector<int64_t>{1, 2}, std::vector<int64_t>{3, 0, 3}, std::vector<int64_t>{4}}) {
    const StepGradients selected = select_rows(step, rows);
    ASSERT_EQ(selected.rows, std::ssize(rows));
    for (int64_t i = 0; i < selected.rows; ++i) {
      expect_gradients(
          formed_with_padding(selected, model_->parameters(), i),
          formed_with_padding(step, model_->parameters(), rows[static_cast<size_t>(i)]),
          model_->parameters());
    }
  }
}

TEST_P(RecordGradients, NormsAreThoseOfTheGradientsThatAStepDescends) {
  const StepGradients step = recorded(*model_, examples_);
  const at::Tensor norms = squared_norms(step);
  for (int64_t row = 0; row < step.rows; ++row) {
    const std::vector<at::Tensor> gradients = formed(step, model_->parameters(), row);
    EXPECT_NEAR(norms[row].item<double>() / inner_product(gradients, gradients), 1, kExact) << row;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Models, RecordGradients,
    testing::Values(
        Case{"linear",
             []() -> std::unique_ptr<Model> { return std::make_unique<LinearClassifier>(1); },
             [] { return random_images(5, 2); }},
        Case{"convolution",
             []() -> std::unique_ptr<Model> { return std::make_unique<SmallConvolution>(1); },
             [] { return random_images(5, 2); }},
        Case{"reader", []() -> std::unique_ptr<Model> { return std::make_unique<SmallReader>(1); },
             digit_texts}),
    [](const testing::TestParamInfo<Case>& info) { return info.param.name; });

// A backend that breaks the rule of eif/backend.h: what was given to a use stays as it was.
class ChangingClassifier final : public LinearClassifier {
 public:
  explicit ChangingClassifier(bool changes_input)
      : LinearClassifier(1), changes_input_(changes_input) {}
  absl::StatusOr<Losses> loss(Weights& weights, const Batch& batch) const override {
    const auto& images = std::get<ImageBatch>(batch);
    at::Tensor x = images.pixels.flatten(2).clone();
    at::Tensor y = weights.linear(x, 0);
    (changes_input_ ? x : y).detach().mul_(2);
    return label_losses(weights.bias(y, 1), images);
  }

 private:
  bool changes_input_;
};

TEST(RecordGradientsOfABadModel, NamesTheUseWhoseTensorWasChanged) {
  for (const bool changes_input : {true, false}) {
    ChangingClassifier model(changes_input);
    const std::vector<Example> examples = statements_of(model, random_images(2, 2));
    PlainWeights weights(model.parameters());
    const absl::Status status = record_gradients(model, weights, pointers(examples)).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
    EXPECT_THAT(std::string(status.message()),
                HasSubstr("changed in place what it had given to a use of weight"));
  }
}

}  // namespace
}  // namespace eif
