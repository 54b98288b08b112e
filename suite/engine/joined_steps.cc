#include "suite/engine/joined_steps.h"

#include <map>
#include <utility>

namespace eif {
namespace {

// What steps that can be put together have in common.
using Uses = std::vector<int64_t>;

Uses uses_of(const ScaledStep& step) {
  const StepGradients& gradients = step.gradients;
  Uses uses = {step.first_row, gradients.rows, static_cast<int64_t>(gradients.inputs.size()),
               static_cast<int64_t>(gradients.outer_products.size()),
               static_cast<int64_t>(gradients.table_rows.size())};
  for (const OuterProducts& use : gradients.outer_products) {
    uses.insert(uses.end(), {static_cast<int64_t>(use.parameter), static_cast<int64_t>(use.input)});
  }
  for (const TableRows& use : gradients.table_rows) {
    uses.push_back(static_cast<int64_t>(use.parameter));
  }
  for (const WholeGradient& use : gradients.whole) {
    uses.push_back(static_cast<int64_t>(use.parameter));
  }
  return uses;
}

// values: (R, …), times the scale of each row.
at::Tensor scaled(const at::Tensor& values, const ScaledStep& step) {
  std::vector<int64_t> shape(static_cast<size_t>(values.dim()), 1);
  shape.front() = -1;
  return values * step.scale.view(shape);
}

// `part(step)` of all, one behind the other by position.
template <typename PartOf>
at::Tensor by_positions(const std::vector<const ScaledStep*>& steps, const PartOf& part_of) {
  std::vector<at::Tensor> parts;
  for (const ScaledStep* step : steps) parts.push_back(part_of(*step));
  return at::cat(parts, 1);
}

ScaledStep joined(const std::vector<const ScaledStep*>& steps) {
  const ScaledStep& first = *steps.front();
  ScaledStep all{.first_row = first.first_row, .scale = at::ones_like(first.scale)};
  StepGradients& gradients = all.gradients;
  gradients.rows = first.gradients.rows;
  for (size_t i = 0; i < first.gradients.inputs.size(); ++i) {
    gradients.inputs.push_back(
        by_positions(steps, [&](const ScaledStep& step) { return step.gradients.inputs[i]; }));
  }
  for (size_t i = 0; i < first.gradients.outer_products.size(); ++i) {
    const OuterProducts& use = first.gradients.outer_products[i];
    gradients.outer_products.push_back(
        {use.parameter, use.input, by_positions(steps, [&](const ScaledStep& step) {
           return scaled(step.gradients.outer_products[i].dy, step);
         })});
  }
  for (size_t i = 0; i < first.gradients.table_rows.size(); ++i) {
    gradients.table_rows.push_back(
        {first.gradients.table_rows[i].parameter,
         by_positions(steps, [&](const ScaledStep& step) { return step.gradients.table_rows[i].ids; }),
         by_positions(steps, [&](const ScaledStep& step) {
           return scaled(step.gradients.table_rows[i].dy, step);
         })});
  }
  for (size_t i = 0; i < first.gradients.whole.size(); ++i) {
    at::Tensor sum = scaled(first.gradients.whole[i].value, first);
    for (size_t k = 1; k < steps.size(); ++k) {
      sum += scaled(steps[k]->gradients.whole[i].value, *steps[k]);
    }
    gradients.whole.push_back({first.gradients.whole[i].parameter, sum});
  }
  return all;
}

}  // namespace

std::vector<ScaledStep> joined_steps(std::vector<ScaledStep> steps) {
  if (steps.size() < kFewestJoined) return steps;
  std::map<Uses, std::vector<const ScaledStep*>> alike;
  std::vector<const std::vector<const ScaledStep*>*> like_it;  // by step
  for (const ScaledStep& step : steps) {
    std::vector<const ScaledStep*>& same = alike[uses_of(step)];
    same.push_back(&step);
    like_it.push_back(&same);
  }
  std::vector<ScaledStep> result;
  for (size_t i = 0; i < steps.size(); ++i) {
    const std::vector<const ScaledStep*>& same = *like_it[i];
    if (same.size() < kFewestJoined) {
      result.push_back(std::move(steps[i]));
    } else if (same.front() == &steps[i]) {
      result.push_back(joined(same));
    }
  }
  return result;
}

}  // namespace eif
