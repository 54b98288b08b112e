#include "suite/engine/formed_products.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>

#include "suite/engine/matrix_product.h"
#include "suite/engine/row_products.h"

namespace eif {
namespace {

using Factors = GradientFactors::Factors;

// Up to this size a slice is read while caches still have it, and its memory serves the next one;
// of half the size, more threads wait for each other (SmolLM2, 24 statements of 300 tokens, two
// cores: 27 MiB 1.6 times as long, 162 MiB 1.2 times).
constexpr int64_t kSliceOfCpu = int64_t{64} << 20;

// One product of so few rows, each as long as a slice, is done by one core and not at its speed;
// many short ones are shared by all cores, but leave a result each.
constexpr int64_t kFewRows = 128;

// What forming a matrix for a list of recordings depends on.
struct Size {
  double rows = 0, positions = 0;
};

Size size_of(const Recordings& recordings, size_t factor) {
  Size size;
  for (const GradientFactors* recording : recordings) {
    size.rows += static_cast<double>(recording->rows());
    size.positions += static_cast<double>(recording->factors()[factor].x.size(0));
  }
  return size;
}

// Multiplications by position of both sides: inputs, outputs, and where the matrix is a table as
// well, the three products with rows that are looked up.
double cost_in_factors(const Factors& factors) {
  const auto matrix = static_cast<double>(factors.x.size(1) + factors.dy.size(1));
  const double table = factors.ids.defined() ? 3.0 * static_cast<double>(factors.x.size(1)) : 0;
  return matrix + table;
}

bool is_cheaper_formed(const Recordings& a, const Recordings& b, size_t factor) {
  const Factors& factors = a.front()->factors()[factor];
  if (!factors.x.defined()) return false;  // a table alone: rows that are looked up cost little
  const Size first = size_of(a, factor), second = size_of(b, factor);
  const bool are_same = a == b;
  const double pairs = first.positions * second.positions * (are_same ? 0.5 : 1);
  const double to_be_formed = first.positions + (are_same ? 0 : second.positions);
  const auto matrix =
      static_cast<double>(factors.x.size(1)) * static_cast<double>(factors.dy.size(1));
  return matrix * (first.rows * second.rows + to_be_formed) < pairs * cost_in_factors(factors);
}

int64_t rows_of(const Recordings& recordings) {
  int64_t rows = 0;
  for (const GradientFactors* recording : recordings) rows += recording->rows();
  return rows;
}

// Writes rows `begin` to `end` of the gradient of one matrix: (R, end − begin, I).
void form_slice(const GradientFactors& recording, size_t factor, int64_t begin, int64_t end,
                at::Tensor slice) {
  const Factors& factors = recording.factors()[factor];
  const int64_t rows = recording.rows(), inputs = factors.x.size(1), count = end - begin;
  const at::Tensor x = factors.x.view({rows, -1, inputs});
  const at::Tensor dy = factors.dy.view({rows, -1, factors.dy.size(1)}).narrow(2, begin, count);
  sum_outer_products(dy, x, slice);
  if (!factors.ids.defined()) return;
  // What is looked up elsewhere adds 0 to the first row.
  const at::Tensor is_inside = (factors.ids >= begin).logical_and(factors.ids < end);
  const at::Tensor row = at::arange(rows, factors.ids.options())
                             .repeat_interleave(factors.ids.size(0) / rows)
                             .mul_(count);
  slice.view({rows * count, inputs})
      .index_add_(0, row + (factors.ids - begin).mul_(is_inside),
                  factors.table_dy * is_inside.unsqueeze(1));
}

// Those of all recordings behind each other: (all R, end − begin, I).
at::Tensor slices_of(const Recordings& recordings, size_t factor, int64_t begin, int64_t end) {
  const Factors& any = recordings.front()->factors()[factor];
  at::Tensor slices = at::empty({rows_of(recordings), end - begin, any.x.size(1)}, any.x.options());
  int64_t row = 0;
  for (const GradientFactors* recording : recordings) {
    form_slice(*recording, factor, begin, end, slices.narrow(0, row, recording->rows()));
    row += recording->rows();
  }
  return slices;
}

// Sums a ∘ b over the last two dimensions: (R, O, I) and (R', O, I) → (R, R')
at::Tensor inner_products(const at::Tensor& a, const at::Tensor& b) {
  if (a.size(0) > kFewRows || b.size(0) > kFewRows) return product(a.flatten(1), b.flatten(1));
  if (a.is_cpu()) return inner_products_of_rows(a, b);
  return at::bmm(a.transpose(0, 1), b.permute({1, 2, 0})).sum(0);
}

}  // namespace

std::vector<bool> cheaper_formed(const Recordings& a, const Recordings& b) {
  std::vector<bool> formed;
  if (a.empty() || b.empty()) return formed;
  for (size_t factor = 0; factor < a.front()->factors().size(); ++factor) {
    formed.push_back(is_cheaper_formed(a, b, factor));
  }
  return formed;
}

absl::StatusOr<at::Tensor> formed_products(const Recordings& a, const Recordings& b,
                                           const std::vector<bool>& formed, int64_t bytes,
                                           const std::function<absl::Status()>& go_on) {
  const at::NoGradGuard no_gradients;
  const bool are_same = a == b;
  const int64_t a_rows = rows_of(a), b_rows = rows_of(b);
  at::Tensor total;
  for (size_t factor = 0; factor < formed.size(); ++factor) {
    if (!formed[factor]) continue;
    const Factors& factors = a.front()->factors()[factor];
    const int64_t outputs = factors.dy.size(1);
    const int64_t row_bytes = (a_rows + (are_same ? 0 : b_rows)) * factors.x.size(1) *
                              static_cast<int64_t>(factors.x.element_size());
    const int64_t count = std::clamp<int64_t>(
        (factors.x.is_cpu() ? std::min(bytes, kSliceOfCpu) : bytes) / row_bytes, 1, outputs);
    if (!total.defined()) {
      total = at::zeros({static_cast<int64_t>(a.front()->parts()), a_rows, b_rows},
                        factors.x.options().dtype(at::kDouble));
    }
    for (int64_t begin = 0; begin < outputs; begin += count) {
      if (absl::Status status = go_on(); !status.ok()) return status;
      const int64_t end = std::min(begin + count, outputs);
      const at::Tensor first = slices_of(a, factor, begin, end);
      const at::Tensor second = are_same ? first : slices_of(b, factor, begin, end);
      total.select(0, static_cast<int64_t>(factors.part)).add_(inner_products(first, second));
    }
  }
  return total.defined() ? total.to(at::kCPU) : total;
}

}  // namespace eif
