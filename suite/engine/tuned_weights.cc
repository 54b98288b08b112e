#include "suite/engine/tuned_weights.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <utility>

#include "eif/convolution.h"
#include "suite/engine/matrix_product.h"

namespace eif {
namespace {

// The first `rows` rows of something that has as many or more, or one that stands for all.
at::Tensor first_rows(const at::Tensor& values, int64_t rows) {
  if (values.size(0) == rows) return values;
  if (values.size(0) > 1) return values.narrow(0, 0, rows);
  std::vector<int64_t> shape = values.sizes().vec();
  shape[0] = rows;
  return values.expand(shape);
}

// y + a b of each row; y: (R | 1, N, O), a: (R', N, T), b: (R', T, O), R' ≤ R. Rows after R' stay.
at::Tensor plus_products(const at::Tensor& y, const at::Tensor& a, const at::Tensor& b,
                         int64_t rows) {
  if (y.size(0) != rows || at::GradMode::is_enabled()) {
    const at::Tensor all = first_rows(y, rows);
    if (a.size(0) == rows) return at::baddbmm(all, a, b);
    at::Tensor result = all.clone();
    result.narrow(0, 0, a.size(0)).add_(at::bmm(a, b));
    return result;
  }
  at::Tensor result = y;
  first_rows(result, a.size(0)).baddbmm_(a, b);
  return result;
}

// values: (R, D) → to be broadcast along `dimension` of something with `dimensions` dimensions
at::Tensor along(const at::Tensor& values, int64_t dimension, int64_t dimensions) {
  std::vector<int64_t> shape(static_cast<size_t>(dimensions), 1);
  shape.front() = values.size(0);
  shape[static_cast<size_t>(dimensions + dimension)] = values.size(1);
  return values.view(shape);
}

}  // namespace

TunedWeights::TunedWeights(const std::vector<Parameter>& parameters) : parameters_(parameters) {}

TunedWeights::TunedWeights(const std::vector<Parameter>& parameters, int64_t rows,
                           std::vector<ScaledStep> steps, at::Tensor base_scale)
    : parameters_(parameters),
      rows_(rows),
      steps_(std::move(steps)),
      base_scale_(std::move(base_scale)),
      occurrences_(parameters.size()) {
  for (const ScaledStep& step : steps_) {
    for (const OuterProducts& part : step.gradients.outer_products) {
      occurrences_[part.parameter].outer_products.push_back({&step, &part});
    }
    for (const TableRows& part : step.gradients.table_rows) {
      occurrences_[part.parameter].table_rows.push_back({&step, &part});
    }
    for (const WholeGradient& part : step.gradients.whole) {
      occurrences_[part.parameter].whole.push_back({&step, &part});
    }
  }
}

bool TunedWeights::is_tuned(ParameterId parameter) const {
  if (occurrences_.empty()) return false;
  const Occurrences& all = occurrences_[parameter];
  return !all.outer_products.empty() || !all.table_rows.empty() || !all.whole.empty();
}

at::Tensor TunedWeights::decayed(const at::Tensor& y, ParameterId parameter) const {
  // As in libtorch, what has no gradient does not decay.
  if (!base_scale_.defined() || !is_tuned(parameter)) return y;
  std::vector<int64_t> shape(static_cast<size_t>(y.dim()), 1);
  shape[0] = rows_;
  return y * base_scale_.view(shape);
}

at::Tensor TunedWeights::scaled_dot_products(const ScaledStep& step, size_t input,
                                             const at::Tensor& z) {
  Kept& kept = kept_[{&step, input}];
  if (!kept.z.is_same(z)) {
    const int64_t rows = step.scale.size(0);
    const at::Tensor& x = step.gradients.inputs[input];
    const at::Tensor products = at::bmm(first_rows(by_position(z), rows), x.transpose(1, 2));
    kept = {z, products * step.scale.view({rows, 1, 1})};
  }
  return kept.products;
}

at::Tensor TunedWeights::linear(const at::Tensor& x, ParameterId weight) {
  const at::Tensor z = x.to(wide_type(value(weight)));
  at::Tensor y = product(x, value(weight));
  if (!is_tuned(weight)) return y;
  std::vector<int64_t> shape = y.sizes().vec();
  y = by_position(decayed(y, weight));
  for (const auto& [step, outer] : occurrences_[weight].outer_products) {
    const at::Tensor products = scaled_dot_products(*step, outer->input, z);
    y = plus_products(y, products, outer->dy, rows_);
  }
  for (const auto& [step, table] : occurrences_[weight].table_rows) {
    // Only the outputs that are rows of the table change: y[id_t] += scale (dy_t · z).
    const int64_t rows = step->scale.size(0);
    const at::Tensor products =
        at::bmm(first_rows(by_position(z), rows), table->dy.transpose(1, 2)) *
        step->scale.view({rows, 1, 1});
    const at::Tensor columns = table->ids.unsqueeze(1).expand({-1, products.size(1), -1});
    if (at::GradMode::is_enabled() || y.size(0) != rows_) y = first_rows(y, rows_).clone();
    first_rows(y, rows).scatter_add_(2, columns, products);
  }
  shape[0] = y.size(0);
  return y.view(shape);
}

at::Tensor TunedWeights::embedding(const at::Tensor& ids, ParameterId weight, int64_t padding) {
  at::Tensor y = at::embedding(value(weight), ids, padding).to(wide_type(value(weight)));
  if (!is_tuned(weight)) return y;
  y = decayed(y, weight);
  for (const auto& [step, table] : occurrences_[weight].table_rows) {
    const int64_t rows = step->scale.size(0);
    const at::Tensor scale = step->scale.view({rows, 1, 1});
    const at::Tensor same =
        first_rows(ids, rows).unsqueeze(2) == table->ids.unsqueeze(1);  // (R', N, T)
    y = plus_products(y, same * scale, table->dy, rows_);
  }
  for (const auto& [step, outer] : occurrences_[weight].outer_products) {
    // A tied head: G[v] = Σ_t dy_t[v] x_t.
    const int64_t rows = step->scale.size(0);
    const at::Tensor columns =
        first_rows(ids, rows).unsqueeze(1).expand({rows, outer->dy.size(1), ids.size(1)});
    const at::Tensor shares = outer->dy.gather(2, columns).transpose(1, 2) *
                              step->scale.view({rows, 1, 1});  // (R', N, T)
    y = plus_products(y, shares, step->gradients.inputs[outer->input], rows_);
  }
  return y;
}

at::Tensor TunedWeights::whole(ParameterId parameter) {
  const at::ScalarType wide = wide_type(value(parameter));
  const at::Tensor base = value(parameter).detach().to(wide).unsqueeze(0);
  if (!is_tuned(parameter)) return base;
  const auto [entry, is_new] = whole_.try_emplace(parameter);
  if (is_new) {
    const at::NoGradGuard no_gradients;
    at::Tensor sum = first_rows(decayed(base, parameter), rows_).clone();
    for (const auto& [step, gradient] : occurrences_[parameter].whole) {
      const int64_t rows = step->scale.size(0);
      std::vector<int64_t> shape(static_cast<size_t>(base.dim()), 1);
      shape[0] = rows;
      sum.narrow(0, 0, rows).addcmul_(gradient->value, step->scale.view(shape));
    }
    entry->second = sum;
  }
  return entry->second;
}

at::Tensor TunedWeights::conv2d(const at::Tensor& x, ParameterId weight, int64_t padding) {
  const at::Tensor kernels = whole(weight);  // (R | 1, O, C, h, w)
  const at::Tensor z = x.to(kernels.scalar_type());
  if (kernels.size(0) == 1) {
    const at::Tensor y = convolution(z.flatten(0, 1), kernels[0], padding);
    return y.unflatten(0, {x.size(0), x.size(1)});
  }
  // Row by row: joining what comes out costs less than a grouped convolution, which is slower and
  // leaves the rows inside the channels.
  std::vector<at::Tensor> by_row;
  for (int64_t row = 0; row < kernels.size(0); ++row) {
    by_row.push_back(convolution(z[x.size(0) == 1 ? 0 : row], kernels[row], padding));
  }
  return at::cat(by_row).unflatten(0, {kernels.size(0), x.size(1)});
}

at::Tensor TunedWeights::gain(const at::Tensor& x, ParameterId gain) {
  return x * along(whole(gain), -1, x.dim());
}

at::Tensor TunedWeights::bias(const at::Tensor& x, ParameterId bias, int64_t dimension) {
  return x + along(whole(bias), dimension, x.dim());
}

}  // namespace eif
