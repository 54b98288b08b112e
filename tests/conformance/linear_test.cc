// The first-order engine against gradients that autograd forms one by one, and against replay as
// the learning rate goes to 0.
#include "suite/engine/linear.h"

#include <gmock/gmock.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <memory>

#include "eif/plain_weights.h"
#include "suite/engine/batching.h"
#include "suite/engine/evaluation.h"
#include "suite/engine/gradients_for_test.h"
#include "suite/engine/replay.h"
#include "tests/conformance/conformance.h"

namespace eif {
namespace {

// All parameters behind each other.
at::Tensor flattened(const std::vector<at::Tensor>& tensors) {
  std::vector<at::Tensor> parts;
  for (const at::Tensor& tensor : tensors) parts.push_back(tensor.flatten());
  return at::cat(parts);
}

std::vector<at::Tensor> values_of(Model& model) {
  std::vector<at::Tensor> values;
  for (const Parameter& parameter : model.parameters()) values.push_back(parameter.value);
  return values;
}

// The padding of a table is a constant to training. To the loss it is not.
enum class Padding { kConstant, kLearned };

// ∂(mean over all scored tokens of the examples)/∂(all parameters)
at::Tensor gradient(Model& model, const std::vector<Example>& examples, Padding padding) {
  for (const at::Tensor& value : values_of(model)) value.requires_grad_(true);
  PlainWeights plain(model.parameters());
  LearnedPadding learned(plain);
  Weights& weights = padding == Padding::kLearned ? static_cast<Weights&>(learned) : plain;
  const at::Device device = device_of(model);
  at::Tensor nll = at::zeros({}, at::TensorOptions(device).dtype(at::kDouble));
  at::Tensor scored = at::zeros_like(nll);
  for (const Example& example : examples) {
    const Losses losses = *model.loss(weights, make_batch({&example}, device));
    nll = nll + losses.nll.sum();
    scored = scored + losses.scored.sum();
  }
  const at::Tensor result =
      flattened(torch::autograd::grad({nll / scored}, values_of(model))).detach();
  for (const at::Tensor& value : values_of(model)) value.requires_grad_(false);
  return result;
}

// 1 for each number that learns, 0 for the others.
at::Tensor learned(Model& model, const TrainingOptions& options) {
  std::vector<at::Tensor> parts;
  for (const Parameter& parameter : model.parameters()) {
    const std::vector<std::string>& frozen = options.freeze;
    const bool is_frozen = std::find(frozen.begin(), frozen.end(), parameter.name) != frozen.end();
    parts.push_back(at::full_like(parameter.value, is_frozen ? 0 : 1));
  }
  return flattened(parts);
}

// −dW/dη at η = 0: every step starts from the base weights.
at::Tensor direction(Model& model, const Sample& sample, const TrainingOptions& options) {
  const at::Tensor learns = learned(model, options);
  const at::Tensor base = flattened(values_of(model)) * learns;
  at::Tensor buffer = at::zeros_like(base), sum = at::zeros_like(base);
  const absl::StatusOr<std::vector<Example>> examples = encode_sample(model, sample);
  for (const Example& example : in_epochs(*examples, options.epochs)) {
    at::Tensor step = gradient(model, {example}, Padding::kConstant) * learns;
    if (options.max_gradient_norm > 0) {
      const double norm = step.norm().item<double>();
      step = step * std::min(1.0, options.max_gradient_norm / (norm + 1e-6));
    }
    buffer = options.momentum * buffer + step + options.weight_decay * base;
    sum = sum + buffer;
  }
  return sum;
}

Matrix derivative_times_rate(Model& model, const std::vector<Sample>& samples,
                             const TrainingOptions& options) {
  std::vector<at::Tensor> gradients;
  for (const Sample& sample : samples) {
    gradients.push_back(gradient(model, *encode_sample(model, sample), Padding::kLearned));
  }
  Matrix matrix(ids_of(samples), ids_of(samples));
  for (size_t i = 0; i < samples.size(); ++i) {
    const at::Tensor step = direction(model, samples[i], options);
    for (size_t j = 0; j < samples.size(); ++j) {
      matrix.at(i, j) = options.learning_rate * step.dot(gradients[j]).item<double>();
    }
  }
  return matrix;
}

class LinearOfEveryModel : public ::testing::TestWithParam<ModelUnderTest> {};
class LinearOfEveryBackend : public ::testing::TestWithParam<ModelUnderTest> {};

TEST_P(LinearOfEveryModel, IsTheDerivativeThatAutogradGives) {
  const std::unique_ptr<Model> model = GetParam().load();
  for (const Training& training : trainings()) {
    const Matrix oracle = derivative_times_rate(*model, GetParam().samples(), training.options);
    const Matrix linear = measure(LinearEngine(), *model, GetParam().samples(), training.options);
    EXPECT_LE(gap(linear, oracle), kExact) << training.name;
  }
}

TEST_P(LinearOfEveryModel, DividesIntoWhatEachParameterCarries) {
  const std::unique_ptr<Model> model = GetParam().load();
  const std::vector<Sample>& samples = GetParam().samples();
  const TrainingOptions options = trainings().back().options;
  ProductParts parts{.count = model->parameters().size()};
  for (size_t p = 0; p < parts.count; ++p) parts.of_parameter.push_back(p);
  const std::vector<Matrix> found =
      LinearEngine()
          .measure_parts(*model, all_cells(samples, samples), options, parts, unwatched())
          .value();
  std::vector<at::Tensor> steps, derivatives;
  for (const Sample& sample : samples) {
    steps.push_back(direction(*model, sample, options));
    derivatives.push_back(gradient(*model, *encode_sample(*model, sample), Padding::kLearned));
  }
  int64_t begin = 0;
  const double scale = largest(measure(LinearEngine(), *model, samples, options).values());
  for (size_t p = 0; p < parts.count; ++p) {
    const int64_t size = model->parameters()[p].value.numel();
    for (size_t i = 0; i < samples.size(); ++i) {
      for (size_t j = 0; j < samples.size(); ++j) {
        const double expected =
            options.learning_rate * steps[i]
                                        .narrow(0, begin, size)
                                        .dot(derivatives[j].narrow(0, begin, size))
                                        .item<double>();
        EXPECT_NEAR(found[p].at(i, j), expected, kExact * scale) << model->parameters()[p].name;
      }
    }
    begin += size;
  }
}

TEST_P(LinearOfEveryModel, LeavesOutWhatIsFrozen) {
  const std::unique_ptr<Model> model = GetParam().load();
  TrainingOptions options = trainings()[3].options;
  options.freeze = half_of(*model);
  const Matrix oracle = derivative_times_rate(*model, GetParam().samples(), options);
  EXPECT_LE(gap(measure(LinearEngine(), *model, GetParam().samples(), options), oracle), kExact);
}

TEST_P(LinearOfEveryBackend, IsWhatReplayBecomesAsTheLearningRateGoesToZero) {
  const std::unique_ptr<Model> model = GetParam().load();
  for (Training training : extreme_trainings()) {
    // Models and trainings bend differently. What they have in common: losses that change by a
    // hundred thousandth of a nat have hardly bent, and a ten-thousandth of that change is still
    // seen behind the 1e-15 that a loss of a few nats is rounded to.
    training.options.learning_rate = 1;
    const double steepest =
        largest(measure(LinearEngine(), *model, GetParam().samples(), training.options).values());
    const auto gap_at = [&](double largest_cell) {
      training.options.learning_rate = largest_cell / steepest;
      return gap(measure(LinearEngine(), *model, GetParam().samples(), training.options),
                 measure(ReplayEngine(), *model, GetParam().samples(), training.options));
    };
    // What is missing is of second order, so its share is of first order: a tenth at a tenth of the
    // rate. Of a model that hardly bends, no more is missing than the rounding of two losses.
    const double near = gap_at(1e-6), far = gap_at(1e-5);
    constexpr double kRounding = 4e-15 / 1e-6;
    EXPECT_LT(near, 1e-4) << training.name;
    EXPECT_NEAR(far, 10 * near, 0.5 * near + 10 * kRounding) << training.name;
  }
}

TEST_P(LinearOfEveryBackend, DoesNotDependOnHowTheWorkIsCut) {
  const std::unique_ptr<Model> model = GetParam().load();
  const TrainingOptions options = trainings().back().options;
  const Matrix whole = measure(LinearEngine(), *model, GetParam().samples(), options);
  for (const int64_t rows : {1, 3}) {
    const Matrix some =
        measure(LinearEngine({.rows = rows}), *model, GetParam().samples(), options);
    EXPECT_LE(gap(some, whole), kExact) << rows << " rows";
  }
  for (const int64_t bytes : {1, 100'000, 1'000'000}) {
    const Matrix some =
        measure(LinearEngine({.memory_bytes = bytes}), *model, GetParam().samples(), options);
    EXPECT_LE(gap(some, whole), kExact) << bytes << " bytes";
  }
}

TEST_P(LinearOfEveryBackend, RowsAndColumnsMayBeOtherSamples) {
  const std::unique_ptr<Model> model = GetParam().load();
  const std::vector<Sample>& samples = GetParam().samples();
  const TrainingOptions options = trainings().back().options;
  const Matrix whole = measure(LinearEngine(), *model, samples, options);
  const std::vector<Sample> trained(samples.begin(), samples.begin() + 5);
  const std::vector<Sample> evaluated(samples.begin() + 3, samples.end());
  for (const int64_t rows : {2, 100}) {
    const absl::StatusOr<Matrix> part =
        LinearEngine({.rows = rows}).influence(*model, trained, evaluated, options, unwatched());
    ASSERT_TRUE(part.ok()) << part.status();
    for (const Sample& i : trained) {
      for (const Sample& j : evaluated) {
        EXPECT_NEAR(part->at(i.id, j.id), whole.at(i.id, j.id), kExact * largest(whole.values()));
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, LinearOfEveryModel, ::testing::ValuesIn(plain_models()), name_of);
INSTANTIATE_TEST_SUITE_P(Variants, LinearOfEveryModel, ::testing::ValuesIn(variants()), name_of);
INSTANTIATE_TEST_SUITE_P(All, LinearOfEveryBackend, ::testing::ValuesIn(two_of_each_backend()),
                         name_of);

}  // namespace
}  // namespace eif
