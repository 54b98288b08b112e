#include "suite/engine/statement_products.h"

#include <ATen/TensorIndexing.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "suite/engine/evaluation.h"
#include "suite/engine/formed_products.h"
#include "suite/engine/statement_batches.h"
#include "suite/engine/step_gradients.h"
#include "suite/engine/tuned_weights.h"

namespace eif {
namespace {

class Computation {
 public:
  Computation(Model& model, const DistinctStatements& statements, const WantedProducts& wanted,
              const ProductLimits& limits, const std::function<bool(double)>& done)
      : model_(model),
        statements_(statements),
        wanted_(wanted),
        limits_(limits),
        done_(done),
        base_(model.parameters()),
        resident_(resident_end(statements)),
        batches_(batches_of(statements, resident_, limits.batch)) {
    const auto trained = static_cast<int64_t>(statements.trained);
    const auto evaluated =
        static_cast<int64_t>(statements.examples.size() - statements.first_evaluated);
    const auto parts = static_cast<int64_t>(wanted.parts.count);
    result_.products = at::zeros({parts, trained, evaluated}, at::kDouble);
    losses_ = at::full({evaluated}, std::numeric_limits<double>::quiet_NaN(),
                       at::TensorOptions(device_of(model)).dtype(at::kDouble));
    if (wanted.norms) result_.norms = at::zeros({trained}, at::kDouble);
    if (wanted.with_base) result_.with_base = at::zeros({parts, evaluated}, at::kDouble);
    for (size_t a = 0; a < batches_.size(); ++a) {
      for (size_t b = a; b < batches_.size(); ++b) pairs_ += is_wanted(batches_[a], batches_[b]);
    }
  }

  absl::StatusOr<StatementProducts> run() {
    std::vector<Recording> resident;
    for (size_t begin = 0; begin < batches_.size() && stays(batches_[begin]);) {
      if (absl::Status status = fill(begin, resident); !status.ok()) return status;
      const size_t end = begin + resident.size();
      absl::StatusOr<std::optional<Recording>> last = add_block(resident, end);
      if (!last.ok()) return last.status();
      resident.clear();
      if (last->has_value() && (*last)->index == end) resident.push_back(**std::move(last));
      begin = end;
    }
    result_.losses = losses_.to(at::kCPU);
    return std::move(result_);
  }

 private:
  struct Recording {
    size_t index;  // of the batch
    GradientFactors factors;
  };

  bool stays(const StatementBatch& batch) const {
    return resident_ == Resident::kTrained ? batch.trained : batch.evaluated;
  }
  bool passes_by(const StatementBatch& batch) const {
    return resident_ == Resident::kTrained ? batch.evaluated : batch.trained;
  }

  // Whether somebody wants the product of a step on the statements of either with the gradients of
  // those of the other: one product serves both directions.
  static bool is_wanted(const StatementBatch& a, const StatementBatch& b) {
    return (a.trained && b.evaluated) || (b.trained && a.evaluated);
  }

  // Records batches from `begin` on, behind those that are there, as long as they fit.
  absl::Status fill(size_t begin, std::vector<Recording>& resident) {
    int64_t bytes = 0, largest = 0;
    const auto count = [&](const Recording& recording) {
      bytes += recording.factors.bytes();
      largest = std::max(largest, recording.factors.bytes());
    };
    for (const Recording& recording : resident) count(recording);
    for (size_t index = begin + resident.size(); index < batches_.size() && stays(batches_[index]);
         ++index) {
      if (!resident.empty() && bytes + largest > limits_.resident_bytes) break;
      absl::StatusOr<Recording> recording = record(index);
      if (!recording.ok()) return recording.status();
      count(*recording);
      resident.push_back(*std::move(recording));
    }
    return absl::OkStatus();
  }

  // Multiplies all resident batches with each other, and with those from `end` on, of which the
  // last comes first. Returns the one that came last: it stands next to the resident ones and
  // begins the next block.
  absl::StatusOr<std::optional<Recording>> add_block(const std::vector<Recording>& resident,
                                                     size_t end) {
    std::optional<Recording> passing;
    for (size_t index = batches_.size(); index-- > end;) {
      if (!passes_by(batches_[index])) break;  // nor does any before it
      const bool is_first = !passing.has_value();
      passing.reset();
      absl::StatusOr<Recording> recording = record(index);
      if (!recording.ok()) return recording.status();
      passing = *std::move(recording);
      const absl::Status status =
          is_first ? add_resident(resident, &*passing) : add_passing(resident, *passing);
      if (!status.ok()) return status;
    }
    if (passing.has_value()) return passing;
    if (absl::Status status = add_resident(resident, nullptr); !status.ok()) return status;
    return passing;
  }

  // Tells how much is done, and asks whether to go on.
  absl::Status proceed() const {
    const double share =
        pairs_ == 0 ? 1 : static_cast<double>(pairs_done_) / static_cast<double>(pairs_);
    return done_(share) ? absl::OkStatus() : absl::CancelledError("interrupted");
  }

  absl::StatusOr<Recording> record(size_t index) {
    if (absl::Status status = proceed(); !status.ok()) return status;
    const StatementBatch& batch = batches_[index];
    result_.recorded += static_cast<int64_t>(batch.statements.size());
    std::vector<const Example*> examples;
    for (const int64_t statement : batch.statements) {
      examples.push_back(&statements_.examples[static_cast<size_t>(statement)]);
    }
    const absl::StatusOr<RecordedPass> pass = record_pass(model_, base_, examples);
    if (!pass.ok()) return pass.status();
    const StepGradients& step = pass->gradients;
    if (batch.evaluated) {
      losses_.index_copy_(0, columns_of(batch).to(losses_.device()), pass->losses.to(at::kDouble));
    }
    if (wanted_.norms && batch.trained) {
      const at::Tensor norms = squared_norms(step).sqrt().to(at::kCPU, at::kDouble);
      result_.norms.index_copy_(0, rows_of(batch), norms);
    }
    if (wanted_.with_base && batch.evaluated) {
      result_.with_base.index_copy_(1, columns_of(batch),
                                    products_with_base(step, model_.parameters(), wanted_.parts));
    }
    return Recording{index, GradientFactors(step, wanted_.parts)};
  }

  static Recordings factors_of(const std::vector<const Recording*>& list) {
    Recordings factors;
    for (const Recording* recording : list) factors.push_back(&recording->factors);
    return factors;
  }

  // Adds the products of all resident batches with each other, and, where one passes by first, with
  // that: what is formed for either serves both.
  absl::Status add_resident(const std::vector<Recording>& resident, const Recording* passing) {
    std::vector<const Recording*> all, pass_by;  // pass_by: and those of the others that would
    for (const Recording& one : resident) {
      all.push_back(&one);
      if (passes_by(batches_[one.index])) pass_by.push_back(&one);
    }
    if (passing != nullptr) {
      if (!pass_by.empty()) all.push_back(passing);
      pass_by.push_back(passing);
    }
    const std::vector<bool> formed = cheaper_formed(factors_of(all), factors_of(pass_by));
    if (absl::Status status = add_formed(all, pass_by, formed, passing); !status.ok())
      return status;
    for (size_t i = 0; i < resident.size(); ++i) {
      for (size_t j = i; j < resident.size(); ++j) {
        if (absl::Status status = add(resident[i], resident[j], formed); !status.ok()) return status;
      }
      if (passing == nullptr) continue;
      if (absl::Status status = add(resident[i], *passing, formed); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

  // Adds those of all resident batches with one that passes by.
  absl::Status add_passing(const std::vector<Recording>& resident, const Recording& passing) {
    std::vector<const Recording*> all;
    for (const Recording& one : resident) all.push_back(&one);
    const std::vector<bool> formed = cheaper_formed(factors_of(all), {&passing.factors});
    if (absl::Status status = add_formed(all, {&passing}, formed, &passing); !status.ok())
      return status;
    for (const Recording& one : resident) {
      if (absl::Status status = add(one, passing, formed); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

  // Adds the products over the factors that are formed. `b` has batches that pass by, or all of `a`
  // that would. Those of `passing` with itself belong to a block where it stays.
  absl::Status add_formed(const std::vector<const Recording*>& a,
                          const std::vector<const Recording*>& b, const std::vector<bool>& formed,
                          const Recording* passing) {
    const absl::StatusOr<at::Tensor> products = formed_products(
        factors_of(a), factors_of(b), formed, limits_.slice_bytes, [&] { return proceed(); });
    if (!products.ok()) return products.status();
    if (!products->defined()) return absl::OkStatus();
    int64_t row = 0;
    for (const Recording* one : a) {
      const StatementBatch& first = batches_[one->index];
      const at::Tensor of_one = products->narrow(1, row, one->factors.rows());
      row += one->factors.rows();
      int64_t column = 0;
      for (const Recording* other : b) {
        const StatementBatch& second = batches_[other->index];
        const at::Tensor pair = of_one.narrow(2, column, other->factors.rows());
        column += other->factors.rows();
        if (one == other && one == passing) continue;
        if (first.trained && second.evaluated) put(first, second, pair);
        // Where both lists have both, the pair comes a second time in the other order.
        const bool comes_again = std::find(b.begin(), b.end(), one) != b.end();
        if (!comes_again && second.trained && first.evaluated) {
          put(second, first, pair.transpose(1, 2));
        }
      }
    }
    return absl::OkStatus();
  }

  // Adds the products of two recordings over the other factors; a stands before b in batches_, or is b.
  absl::Status add(const Recording& a, const Recording& b, const std::vector<bool>& formed) {
    const StatementBatch &first = batches_[a.index], &second = batches_[b.index];
    if (!is_wanted(first, second)) return absl::OkStatus();
    if (absl::Status status = proceed(); !status.ok()) return status;
    const at::Tensor products = gradient_products(a.factors, b.factors, formed);
    if (first.trained && second.evaluated) {
      put(first, second, products + padding_products(a.factors, b.factors));
    }
    if (a.index != b.index && second.trained && first.evaluated) {
      put(second, first, products.transpose(1, 2) + padding_products(b.factors, a.factors));
    }
    ++pairs_done_;
    return absl::OkStatus();
  }

  void put(const StatementBatch& trained, const StatementBatch& evaluated,
           const at::Tensor& products) {
    const std::vector<at::indexing::TensorIndex> cells = {
        at::indexing::Slice(), rows_of(trained).unsqueeze(1), columns_of(evaluated)};
    result_.products.index_put_(cells, result_.products.index(cells) + products);
  }

  at::Tensor rows_of(const StatementBatch& batch) const {
    return at::tensor(batch.statements, at::kLong);
  }
  at::Tensor columns_of(const StatementBatch& batch) const {
    return rows_of(batch) - static_cast<int64_t>(statements_.first_evaluated);
  }

  Model& model_;
  const DistinctStatements& statements_;
  const WantedProducts& wanted_;
  const ProductLimits& limits_;
  const std::function<bool(double)>& done_;
  TunedWeights base_;
  Resident resident_;
  std::vector<StatementBatch> batches_;
  int64_t pairs_ = 0, pairs_done_ = 0;  // of batches
  at::Tensor losses_;  // as in the result, but where the model is: the host waits for them once
  StatementProducts result_;
};

}  // namespace

absl::StatusOr<StatementProducts> statement_products(Model& model,
                                                     const DistinctStatements& statements,
                                                     const WantedProducts& wanted,
                                                     const ProductLimits& limits,
                                                     const std::function<bool(double)>& done) {
  return Computation(model, statements, wanted, limits, done).run();
}

}  // namespace eif
