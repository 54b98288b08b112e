#include "suite/engine/gradient_products.h"

#include <ATen/core/grad_mode.h>

#include <map>
#include <utility>

#include "suite/engine/matrix_product.h"

namespace eif {
namespace {

// Says where one parameter occurs in a step.
struct Uses {
  std::vector<const OuterProducts*> matrix;
  std::vector<const TableRows*> table;
  std::vector<const WholeGradient*> whole;

  std::vector<size_t> inputs() const {
    std::vector<size_t> result;
    for (const OuterProducts* use : matrix) result.push_back(use->input);
    return result;
  }
};

std::map<ParameterId, Uses> uses_by_parameter(const StepGradients& step) {
  std::map<ParameterId, Uses> uses;
  for (const OuterProducts& use : step.outer_products) uses[use.parameter].matrix.push_back(&use);
  for (const TableRows& use : step.table_rows) uses[use.parameter].table.push_back(&use);
  for (const WholeGradient& use : step.whole) uses[use.parameter].whole.push_back(&use);
  return uses;
}

at::Tensor joined(const std::vector<at::Tensor>& parts, int64_t dimension) {
  return parts.size() == 1 ? parts.front() : at::cat(parts, dimension);
}

// Puts the positions of all uses of a parameter behind each other: to a sum over positions, several
// uses are one longer use. → (R, T, …)
template <typename Use, typename Get>
at::Tensor all_positions(const std::vector<const Use*>& uses, Get get) {
  std::vector<at::Tensor> parts;
  for (const Use* use : uses) parts.push_back(get(*use));
  return joined(parts, 1);
}

// (R, T, …) → (R·T, …)
at::Tensor flat(const at::Tensor& values) { return values.flatten(0, 1).contiguous(); }

// Sums over T and S: values: (R·T, R'·S) → (R, R'). The sum over T comes first, because it adds up
// whole lines of memory.
at::Tensor sum_by_rows(const at::Tensor& values, int64_t rows, int64_t columns) {
  const at::Tensor sums = values.view({rows, -1, values.size(1)}).sum(1);
  return sums.view({rows, columns, -1}).sum(2);
}

// Forms row `id` of the gradient: Σ_{t: ids_t = id} dy_t of a table, and Σ_t dy_t[id] x_t of a
// matrix. → (R, D)
at::Tensor gradient_row(const StepGradients& step, const Uses& uses, int64_t id) {
  at::Tensor row;
  const auto add = [&](const at::Tensor& term) { row = row.defined() ? row + term : term; };
  for (const TableRows* use : uses.table) add((use->dy * (use->ids == id).unsqueeze(-1)).sum(1));
  for (const OuterProducts* use : uses.matrix) {
    add((step.inputs[use->input] * use->dy.select(2, id).unsqueeze(-1)).sum(1));
  }
  return row;
}

int64_t bytes_of(const at::Tensor& values) {
  return values.defined() ? static_cast<int64_t>(values.nbytes()) : 0;
}

// A sum in float64 for each part that stays where its terms are: the host waits for all of them
// once, and not for each term.
class DeviceSums {
 public:
  explicit DeviceSums(size_t parts) : totals_(parts) {}
  void add(size_t part, const at::Tensor& term) {
    const at::Tensor wide = term.to(at::kDouble);
    at::Tensor& total = totals_[part];
    total = total.defined() ? total + wide : wide;
  }
  // (P, shape); `shape`: of a sum without terms, which is 0.
  at::Tensor on_host(at::IntArrayRef shape) const {
    at::TensorOptions options = at::TensorOptions(at::kCPU).dtype(at::kDouble);
    for (const at::Tensor& total : totals_) {
      if (total.defined()) options = total.options();
    }
    std::vector<at::Tensor> all;
    for (const at::Tensor& total : totals_) {
      all.push_back(total.defined() ? total : at::zeros(shape, options));
    }
    return at::stack(all).to(at::kCPU);
  }

 private:
  std::vector<at::Tensor> totals_;
};

}  // namespace

GradientFactors::GradientFactors(const StepGradients& step, const ProductParts& parts)
    : rows_(step.rows), parts_(parts.count), whole_(parts.count) {
  const at::NoGradGuard no_gradients;
  const std::map<ParameterId, Uses> uses = uses_by_parameter(step);
  const auto input = [&](const OuterProducts& use) { return step.inputs[use.input]; };
  const auto dy = [](const auto& use) { return use.dy; };
  // By part and inputs.
  std::map<std::pair<size_t, std::vector<size_t>>, std::vector<const Uses*>> matrices;
  std::vector<std::vector<at::Tensor>> whole(parts.count);
  for (const auto& [parameter, all] : uses) {
    const size_t part = parts.of(parameter);
    if (!all.table.empty()) {
      Factors factors{.part = part};
      factors.ids = flat(all_positions(all.table, [](const TableRows& use) { return use.ids; }));
      factors.table_dy = flat(all_positions(all.table, dy));
      if (!all.matrix.empty()) {
        factors.x = flat(all_positions(all.matrix, input));
        factors.dy = flat(all_positions(all.matrix, dy));
      }
      factors_.push_back(std::move(factors));
    } else if (!all.matrix.empty()) {
      matrices[{part, all.inputs()}].push_back(&all);
    }
    if (!all.whole.empty()) {
      at::Tensor sum = all.whole.front()->value;
      for (size_t i = 1; i < all.whole.size(); ++i) sum = sum + all.whole[i]->value;
      whole[part].push_back(sum.flatten(1));
    }
  }
  for (const auto& [part_and_inputs, parameters] : matrices) {
    std::vector<at::Tensor> dys;
    for (const Uses* all : parameters) dys.push_back(all_positions(all->matrix, dy));
    factors_.push_back({.part = part_and_inputs.first,
                        .x = flat(all_positions(parameters.front()->matrix, input)),
                        .dy = flat(joined(dys, 2))});
  }
  for (size_t part = 0; part < parts.count; ++part) {
    if (!whole[part].empty()) whole_[part] = joined(whole[part], 1).contiguous();
  }
  for (const PaddingRow& row : step.padding_rows) {
    paddings_.push_back(
        {parts.of(row.parameter), gradient_row(step, uses.at(row.parameter), row.id), row.dy});
  }
}

int64_t GradientFactors::bytes() const {
  int64_t bytes = 0;
  for (const at::Tensor& whole : whole_) bytes += bytes_of(whole);
  for (const Factors& factors : factors_) {
    bytes += bytes_of(factors.x) + bytes_of(factors.dy) + bytes_of(factors.ids) +
             bytes_of(factors.table_dy);
  }
  for (const Padding& padding : paddings_) {
    bytes += bytes_of(padding.learned) + bytes_of(padding.left_out);
  }
  return bytes;
}

at::Tensor GradientFactors::products_of(const Factors& a, const Factors& b, int64_t a_rows,
                                        int64_t b_rows) {
  at::Tensor total;
  const auto add = [&](const at::Tensor& values) {
    const at::Tensor sums = sum_by_rows(values, a_rows, b_rows);
    total = total.defined() ? total + sums : sums;
  };
  if (a.x.defined()) add(product(a.x, b.x).mul_(product(a.dy, b.dy)));
  if (!a.ids.defined()) return total;
  add(product(a.table_dy, b.table_dy).mul_(a.ids.unsqueeze(1) == b.ids));
  if (!a.x.defined()) return total;
  add(product(a.x, b.table_dy).mul_(a.dy.index_select(1, b.ids)));
  add(product(a.table_dy, b.x).mul_(b.dy.index_select(1, a.ids).t()));
  return total;
}

at::Tensor gradient_products(const GradientFactors& a, const GradientFactors& b,
                             const std::vector<bool>& left_out) {
  const at::NoGradGuard no_gradients;
  DeviceSums sums(a.parts_);
  for (size_t i = 0; i < a.factors_.size(); ++i) {
    if (!left_out.empty() && left_out[i]) continue;
    sums.add(a.factors_[i].part,
             GradientFactors::products_of(a.factors_[i], b.factors_[i], a.rows_, b.rows_));
  }
  for (size_t part = 0; part < a.parts_; ++part) {
    if (a.whole_[part].defined()) sums.add(part, product(a.whole_[part], b.whole_[part]));
  }
  return sums.on_host({a.rows_, b.rows_});
}

at::Tensor padding_products(const GradientFactors& trained, const GradientFactors& evaluated) {
  const at::NoGradGuard no_gradients;
  DeviceSums sums(trained.parts_);
  for (size_t i = 0; i < trained.paddings_.size(); ++i) {
    sums.add(trained.paddings_[i].part,
             product(trained.paddings_[i].learned, evaluated.paddings_[i].left_out));
  }
  return sums.on_host({trained.rows_, evaluated.rows_});
}

at::Tensor products_with_base(const StepGradients& step, const std::vector<Parameter>& parameters,
                              const ProductParts& parts) {
  const at::NoGradGuard no_gradients;
  DeviceSums sums(parts.count);
  const auto add = [&](ParameterId parameter, const at::Tensor& values) {  // (R, …), to be summed
    sums.add(parts.of(parameter), values.flatten(1).sum(1));
  };
  for (const OuterProducts& use : step.outer_products) {
    add(use.parameter, product(step.inputs[use.input], parameters[use.parameter].value) * use.dy);
  }
  for (const TableRows& use : step.table_rows) {
    add(use.parameter,
        at::embedding(parameters[use.parameter].value, use.ids).to(use.dy.scalar_type()) * use.dy);
  }
  for (const PaddingRow& row : step.padding_rows) {
    add(row.parameter, parameters[row.parameter].value[row.id].to(row.dy.scalar_type()) * row.dy);
  }
  for (const WholeGradient& use : step.whole) {
    add(use.parameter, parameters[use.parameter].value.to(use.value.scalar_type()) * use.value);
  }
  return sums.on_host({step.rows});
}

}  // namespace eif
