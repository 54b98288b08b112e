#include "suite/engine/tuned_weights.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <span>
#include <utility>

#include "eif/convolution.h"
#include "suite/engine/matrix_product.h"

namespace eif {
namespace {

// Takes the rows that a step is about.
at::Tensor rows_of(const at::Tensor& values, const ScaledStep& step) {
  return eif::rows_of(values, step.first_row, step.gradients.rows);
}

// Shapes values: (R, D) so that D is broadcast along `dimension`, which is counted from the end, of
// a tensor with `dimensions` dimensions.
at::Tensor broadcast_along(const at::Tensor& values, int64_t dimension, int64_t dimensions) {
  std::vector<int64_t> shape(static_cast<size_t>(dimensions), 1);
  shape.front() = values.size(0);
  shape[static_cast<size_t>(dimensions + dimension)] = values.size(1);
  return values.view(shape);
}

}  // namespace

TunedWeights::TunedWeights(const std::vector<Parameter>& parameters, BaseProducts* products)
    : parameters_(parameters), products_(products) {}

TunedWeights::TunedWeights(const std::vector<Parameter>& parameters, int64_t rows,
                           std::vector<ScaledStep> steps, at::Tensor base_scale,
                           BaseProducts* products)
    : parameters_(parameters),
      products_(products),
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

const at::Tensor& TunedWeights::scaled_dot_products(const ScaledStep& step, size_t input) {
  const auto [entry, is_new] = dot_products_.try_emplace({&step, input});
  if (is_new) {
    const at::Tensor& x = step.gradients.inputs[input];
    entry->second = eif::scaled_dot_products(rows_of(by_position(latest_z_), step), x, step.scale);
  }
  return entry->second;
}

at::Tensor TunedWeights::linear(const at::Tensor& x, ParameterId weight) {
  const auto multiply = [&](std::span<const RowProducts> added) {
    return products_ == nullptr ? wide_product_of_rows(x, value(weight), rows_, added)
                                : products_->multiply(x, weight, rows_, added);
  };
  if (!is_tuned(weight)) return multiply({});
  if (!latest_x_.is_same(x) || latest_version_ != x._version()) {
    latest_x_ = x;
    latest_version_ = x._version();
    latest_z_ = x.to(wide_type(value(weight)));
    dot_products_.clear();
  }
  std::vector<RowProducts> added;
  for (const auto& [step, outer] : occurrences_[weight].outer_products) {
    added.push_back({step->first_row, scaled_dot_products(*step, outer->input), outer->dy});
  }
  at::Tensor y = base_scale_.defined() ? multiply({}) : multiply(added);
  std::vector<int64_t> shape = y.sizes().vec();
  y = by_position(y);
  if (base_scale_.defined()) {
    // What a step adds does not decay with the weights that it was added to.
    y = decayed(y, weight);
    for (const RowProducts& products : added) y = plus_products(y, products, rows_);
  }
  for (const auto& [step, table] : occurrences_[weight].table_rows) {
    // Only the outputs that are rows of the table change: y[id_t] += scale (dy_t · z).
    const at::Tensor products =
        eif::scaled_dot_products(rows_of(by_position(latest_z_), *step), table->dy, step->scale);
    const at::Tensor columns = table->ids.unsqueeze(1).expand({-1, products.size(1), -1});
    y = writable_rows(y, rows_);
    rows_of(y, *step).scatter_add_(2, columns, products);
  }
  shape[0] = y.size(0);
  return y.view(shape);
}

at::Tensor TunedWeights::embedding(const at::Tensor& ids, ParameterId weight, int64_t padding) {
  at::Tensor y = at::embedding(value(weight), ids, padding).to(wide_type(value(weight)));
  if (!is_tuned(weight)) return y;
  y = decayed(y, weight);
  for (const auto& [step, table] : occurrences_[weight].table_rows) {
    const at::Tensor same =
        rows_of(ids, *step).unsqueeze(2) == table->ids.unsqueeze(1);  // (R', N, T)
    y = plus_products(y, {step->first_row, same * step->scale.view({-1, 1, 1}), table->dy}, rows_);
  }
  for (const auto& [step, outer] : occurrences_[weight].outer_products) {
    // A tied head: G[v] = Σ_t dy_t[v] x_t.
    const at::Tensor columns = rows_of(ids, *step).unsqueeze(1).expand({-1, outer->dy.size(1), -1});
    const at::Tensor shares =
        outer->dy.gather(2, columns).transpose(1, 2) * step->scale.view({-1, 1, 1});  // (R', N, T)
    y = plus_products(y, {step->first_row, shares, step->gradients.inputs[outer->input]}, rows_);
  }
  return y;
}

at::Tensor TunedWeights::tuned_value(ParameterId parameter) {
  const at::ScalarType wide = wide_type(value(parameter));
  const at::Tensor base = value(parameter).detach().to(wide).unsqueeze(0);
  if (!is_tuned(parameter)) return base;
  const auto [entry, is_new] = tuned_values_.try_emplace(parameter);
  if (is_new) {
    const at::NoGradGuard no_gradients;
    at::Tensor sum = rows_of(decayed(base, parameter), 0, rows_).clone();
    for (const auto& [step, gradient] : occurrences_[parameter].whole) {
      std::vector<int64_t> shape(static_cast<size_t>(base.dim()), 1);
      shape[0] = -1;
      rows_of(sum, *step).addcmul_(gradient->value, step->scale.view(shape));
    }
    entry->second = sum;
  }
  return entry->second;
}

at::Tensor TunedWeights::conv2d(const at::Tensor& x, ParameterId weight, int64_t padding) {
  const at::Tensor kernels = tuned_value(weight);  // (R | 1, O, C, h, w)
  const at::Tensor z = x.to(kernels.scalar_type());
  if (kernels.size(0) == 1) {
    const at::Tensor y = convolution(z.flatten(0, 1), kernels[0], padding);
    return y.unflatten(0, {x.size(0), x.size(1)});
  }
  // Each row has a call of its own: joining the results costs less than a grouped convolution,
  // which is slower and leaves the rows inside the channels.
  std::vector<at::Tensor> by_row;
  for (int64_t row = 0; row < kernels.size(0); ++row) {
    by_row.push_back(convolution(z[x.size(0) == 1 ? 0 : row], kernels[row], padding));
  }
  return at::cat(by_row).unflatten(0, {kernels.size(0), x.size(1)});
}

at::Tensor TunedWeights::gain(const at::Tensor& x, ParameterId gain) {
  return x * broadcast_along(tuned_value(gain), -1, x.dim());
}

at::Tensor TunedWeights::bias(const at::Tensor& x, ParameterId bias, int64_t dimension) {
  return x + broadcast_along(tuned_value(bias), dimension, x.dim());
}

}  // namespace eif
