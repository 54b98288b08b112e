#include "suite/engine/linear.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "suite/engine/batching.h"
#include "suite/engine/distinct_statements.h"
#include "suite/engine/evaluation.h"
#include "suite/engine/learned_parameters.h"
#include "suite/engine/linear_steps.h"
#include "suite/engine/metering.h"
#include "suite/engine/sgd_steps.h"
#include "suite/engine/statement_batches.h"
#include "suite/engine/statement_products.h"
#include "suite/engine/tuned_weights.h"

namespace eif {
namespace {

// Recording one batch may take one part in so many of the memory, and recordings that stay have the
// rest. A larger batch is hardly faster, and the fewer stay, the more often they are recorded
// again.
constexpr int64_t kBatchShare = 4;

const Example& longest(const std::vector<Example>& examples) {
  return *std::max_element(examples.begin(), examples.end(), [](const auto& a, const auto& b) {
    return token_count(a) < token_count(b);
  });
}

// How many tokens or images the largest of the batches has, padding included.
int64_t largest_batch(const DistinctStatements& statements, const BatchLimits& limits) {
  int64_t largest = 0;
  for (const StatementBatch& batch : batches_of(statements, resident_end(statements), limits)) {
    int64_t longest = 0;
    for (const int64_t statement : batch.statements) {
      longest = std::max(longest, token_count(statements.examples[static_cast<size_t>(statement)]));
    }
    largest = std::max(largest, longest * std::ssize(batch.statements));
  }
  return largest;
}

absl::StatusOr<ProductLimits> product_limits(Model& model, const DistinctStatements& statements,
                                             const WorkLimits& limits) {
  if (limits.rows.has_value()) {
    return ProductLimits{.batch = {.examples = std::max<int64_t>(1, *limits.rows)}};
  }
  const at::Device device = device_of(model);
  const bool are_images = std::holds_alternative<ImageExample>(statements.examples.front());
  const int64_t bytes = limits.bytes(device);
  const absl::StatusOr<int64_t> position_bytes =
      recorded_bytes_of_position(model, longest(statements.examples));
  if (!position_bytes.ok()) return position_bytes.status();
  const BatchLimits batch = {.tokens = std::clamp<int64_t>(bytes / kBatchShare / *position_bytes, 1,
                                                           work_positions(device, are_images))};
  // Idle while recordings are multiplied.
  const int64_t batch_bytes = largest_batch(statements, batch) * *position_bytes;
  return ProductLimits{
      .batch = batch, .resident_bytes = bytes - batch_bytes, .slice_bytes = batch_bytes};
}

// Tells the share of the work that is done as rows of the matrix.
class RowProgress {
 public:
  RowProgress(size_t rows, Monitor& monitor) : rows_(rows), monitor_(monitor) {}
  bool reach(double share) {
    const auto rows = static_cast<size_t>(share * static_cast<double>(rows_));
    if (rows > done_) monitor_.rows(rows - done_, 0);
    done_ = std::max(done_, rows);
    return !monitor_.stopping();
  }

 private:
  size_t rows_, done_ = 0;
  Monitor& monitor_;
};

// More memory would save time.
void tell_of_repetitions(size_t statements, int64_t recorded, Monitor& monitor) {
  if (static_cast<size_t>(recorded) <= statements) return;
  monitor.announce(absl::StrCat("linear: what ", statements,
                                " statements recorded did not fit into --memory at once; with those that "
                                "were recorded again there were ",
                                recorded, " recordings"));
}

// Says how the weights begin to move with the learning rate: at η = 0,
// −dW/dη = Σ_k gradients[k] · g_k + base · W.
SgdCombination first_order(size_t steps, const TrainingOptions& options) {
  // Without decay the weights are linear in the learning rate, whatever the momentum.
  SgdCombination sum = unrolled_sgd(steps, {.learning_rate = 1, .momentum = options.momentum});
  sum.base = 0;
  for (double& gradient : sum.gradients) {
    gradient = -gradient;
    sum.base += options.weight_decay * gradient;
  }
  return sum;
}

// Computes ⟨−dW/dη of a sample, gradient of statement l⟩ for each part and evaluated statement: (P,
// L)
at::Tensor on_statements(const std::vector<size_t>& trained, const StatementProducts& products,
                         const TrainingOptions& options) {
  const size_t statements = trained.size();
  const SgdCombination sum = first_order(statements * static_cast<size_t>(options.epochs), options);
  at::Tensor result =
      at::zeros({products.products.size(0), products.products.size(2)}, at::kDouble);
  for (size_t k = 0; k < sum.gradients.size(); ++k) {
    const auto statement = static_cast<int64_t>(trained[k % statements]);
    at::Tensor step = products.products.select(1, statement);
    if (options.max_gradient_norm > 0) {
      step = step * shortening(products.norms[statement], options.max_gradient_norm);
    }
    result.add_(step, sum.gradients[k]);
  }
  if (options.weight_decay != 0) result.add_(products.with_base, sum.base);
  return result;
}

// Turns the mean of each statement into the loss of each sample, which is a mean of them (Eq. 7),
// or NaN where the sample cannot be measured.
class SampleMeans {
 public:
  explicit SampleMeans(const DistinctStatements& statements)
      : means_(at::full({static_cast<int64_t>(statements.of_evaluated.size())}, Matrix::kUnmeasured,
                        at::kDouble)) {
    std::vector<int64_t> indices, samples;
    std::vector<double> weights;
    for (size_t sample = 0; sample < statements.of_evaluated.size(); ++sample) {
      const std::vector<size_t>& own = statements.of_evaluated[sample];
      double tokens = 0;
      for (const size_t l : own) tokens += scored(statements, l);
      if (!own.empty()) means_[static_cast<int64_t>(sample)] = 0;
      for (const size_t l : own) {
        indices.push_back(static_cast<int64_t>(l - statements.first_evaluated));
        samples.push_back(static_cast<int64_t>(sample));
        weights.push_back(scored(statements, l) / tokens);
      }
    }
    statements_ = at::tensor(indices, at::kLong);
    samples_ = at::tensor(samples, at::kLong);
    weights_ = at::tensor(weights, at::kDouble);
  }

  // (P, L) → (P, samples)
  at::Tensor operator()(const at::Tensor& on_statements) const {
    return means_.expand({on_statements.size(0), -1})
        .index_add(1, samples_, on_statements.index_select(1, statements_) * weights_);
  }

 private:
  static double scored(const DistinctStatements& statements, size_t l) {
    return static_cast<double>(scored_tokens(statements.examples[l]));
  }

  at::Tensor means_;  // (samples): 0 or NaN
  // One number for each statement of each sample: which statement, whose, and its share of the
  // mean.
  at::Tensor statements_, samples_, weights_;
};

void add_errors(Matrix& matrix, const EncodedSamples& trained, const EncodedSamples& evaluated) {
  for (size_t row = 0; row < trained.size(); ++row) {
    matrix.row_errors()[row] = std::string(trained[row].status().message());
  }
  for (size_t column = 0; column < evaluated.size(); ++column) {
    matrix.column_errors()[column] = std::string(evaluated[column].status().message());
  }
}

std::vector<double> numbers_of(const at::Tensor& values) {
  const at::Tensor contiguous = values.contiguous();
  const double* first = contiguous.const_data_ptr<double>();
  return {first, first + contiguous.numel()};
}

// The matrix where nothing is learned.
absl::StatusOr<Matrix> unchanged(Model& model, const WantedCells& wanted,
                                 const EncodedSamples& trained, const EncodedSamples& evaluated) {
  TunedWeights base(model.parameters());
  absl::StatusOr<Matrix> matrix = base_matrix(
      model, wanted, Evaluation::prepare(device_of(model), pointers_to(evaluated)), base);
  if (!matrix.ok()) return matrix.status();
  add_errors(*matrix, trained, evaluated);
  fill_unchanged(*matrix, wanted.blocks);
  return matrix;
}

}  // namespace

absl::StatusOr<Matrix> LinearEngine::measure(Model& model, const WantedCells& wanted,
                                             const TrainingOptions& options,
                                             Monitor& monitor) const {
  absl::StatusOr<std::vector<Matrix>> whole = measure_parts(model, wanted, options, {}, monitor);
  if (!whole.ok()) return whole.status();
  return std::move(whole->front());
}

absl::StatusOr<std::vector<Matrix>> LinearEngine::measure_parts(Model& model,
                                                                const WantedCells& wanted,
                                                                const TrainingOptions& options,
                                                                const ProductParts& parts,
                                                                Monitor& monitor) const {
  const absl::Status takes = check_linear_steps("--engine linear", options);
  if (!takes.ok()) return takes;
  if (!wanted.passes.empty()) {
    return absl::InvalidArgumentError(
        "--engine linear is first order in the learning rate, and what is learned in several passes "
        "is not: use --engine replay, adapters or dense");
  }
  const absl::StatusOr<LearnedParameters> learned = LearnedParameters::choose(model, options);
  if (!learned.ok()) return learned.status();
  const EncodedSamples trained = encode_samples(model, wanted.trained);
  const EncodedSamples evaluated = encode_samples(model, wanted.evaluated);
  const DistinctStatements statements = distinct_statements(trained, evaluated);
  RowProgress progress(wanted.trained.size(), monitor);
  if (options.learning_rate == 0 || statements.trained == 0) {
    absl::StatusOr<Matrix> matrix = unchanged(model, wanted, trained, evaluated);
    if (!matrix.ok()) return matrix.status();
    progress.reach(1);
    return std::vector<Matrix>(parts.count, *matrix);
  }
  const absl::StatusOr<ProductLimits> limits = product_limits(model, statements, limits_);
  if (!limits.ok()) return limits.status();
  const absl::StatusOr<StatementProducts> products =
      statement_products(model, statements,
                         {.norms = options.max_gradient_norm > 0,
                          .with_base = options.weight_decay != 0,
                          .parts = parts},
                         *limits, [&](double share) { return progress.reach(share); });
  if (!products.ok()) return products.status();
  tell_of_repetitions(statements.examples.size(), products->recorded, monitor);
  const SampleMeans means(statements);
  Matrix unfilled(ids_of(wanted.trained), ids_of(wanted.evaluated));
  add_errors(unfilled, trained, evaluated);
  unfilled.base() = numbers_of(means(products->losses.unsqueeze(0)));
  std::vector<Matrix> matrices(parts.count, unfilled);
  for (const CellBlock& block : wanted.blocks) {
    const std::vector<int64_t> columns(block.columns.begin(), block.columns.end());
    const at::Tensor of_block = at::tensor(columns, at::kLong);
    for (const size_t row : block.rows) {
      if (!matrices.front().row_errors()[row].empty()) continue;
      const at::Tensor influence =
          options.learning_rate *
          means(on_statements(statements.of_trained[row], *products, options));
      const at::Tensor of_columns = influence.index_select(1, of_block);
      for (size_t part = 0; part < parts.count; ++part) {
        fill_influences(matrices[part], row, block.columns, of_columns[static_cast<int64_t>(part)],
                        "the product of its gradient with that of");
      }
    }
  }
  progress.reach(1);
  return matrices;
}

}  // namespace eif
