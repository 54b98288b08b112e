#include "suite/engine/unpadded_products.h"

#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>

#include "suite/engine/batching.h"

namespace eif {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// With less padding than this, taking rows apart costs what it saves.
constexpr double kPaddingWorthLeavingOut = 0.05;

// Not 0: what reads padding shall have a gradient there, and the square of 0 has none.
constexpr double kAtPadding = 1;

// The last token of a statement is no node.
int64_t nodes_of(const Example& example) { return std::max<int64_t>(0, token_count(example) - 1); }

// The other places, `padding`, have the number.
at::Tensor with_padding(const at::Tensor& values, const at::Tensor& places,
                        const at::Tensor& padding, double number) {
  return at::empty({places.size(0) + padding.size(0), values.size(1)}, values.options())
      .index_copy_(0, places, values)
      .index_fill_(0, padding, number);
}

// libtorch's own gradient of this adds row by row, as if a place could occur twice.
struct Taken : torch::autograd::Function<Taken> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& values,
                            const at::Tensor& places, const at::Tensor& padding) {
    context->save_for_backward({places, padding});
    return values.index_select(0, places);
  }
  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const variable_list saved = context->get_saved_variables();
    return {with_padding(gradients[0], saved[0], saved[1], 0), {}, {}};
  }
};

// Notes in was_read whether there is a gradient of what is padding.
struct Put : torch::autograd::Function<Put> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& values,
                            const at::Tensor& places, const at::Tensor& padding,
                            const at::Tensor& was_read) {
    context->save_for_backward({places, padding});
    context->saved_data["was_read"] = was_read;
    return with_padding(values, places, padding, kAtPadding);
  }
  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const variable_list saved = context->get_saved_variables();
    const at::Tensor was_read = context->saved_data["was_read"].toTensor();
    was_read.logical_or_(gradients[0].index_select(0, saved[1]).any());
    return {gradients[0].index_select(0, saved[0]), {}, {}, {}};
  }
};

}  // namespace

UnpaddedProducts::UnpaddedProducts(BaseProducts& inner, const std::vector<const Example*>& examples)
    : inner_(inner), rows_(std::ssize(examples)) {
  for (const Example* example : examples) positions_ = std::max(positions_, nodes_of(*example));
  std::vector<int64_t> places, padding;
  for (int64_t row = 0; row < rows_; ++row) {
    const int64_t end = nodes_of(*examples[static_cast<size_t>(row)]);
    for (int64_t position = 0; position < positions_; ++position) {
      (position < end ? places : padding).push_back(row * positions_ + position);
    }
  }
  places_ = at::tensor(places, at::kLong);
  padding_ = at::tensor(padding, at::kLong);
  padding_was_read_ = at::zeros({1}, at::kBool);
}

bool UnpaddedProducts::pay_for(const std::vector<const Example*>& examples) {
  int64_t longest = 0, all = 0;
  for (const Example* example : examples) {
    if (!std::holds_alternative<TextExample>(*example)) return false;
    longest = std::max(longest, nodes_of(*example));
    all += nodes_of(*example);
  }
  const auto padded = static_cast<double>(longest * std::ssize(examples));
  return static_cast<double>(all) < (1 - kPaddingWorthLeavingOut) * padded;
}

bool UnpaddedProducts::is_padded(const at::Tensor& values) const {
  return values.dim() == 3 && values.size(0) == rows_ && values.size(1) == positions_;
}

at::Tensor UnpaddedProducts::multiply(const at::Tensor& x, ParameterId weight, int64_t rows,
                                      std::span<const RowProducts> added) {
  // Only where there is a gradient of x, padding that was read is noted.
  if (!x.requires_grad() || !is_padded(x)) return inner_.multiply(x, weight, rows, added);
  const at::Tensor taken = Taken::apply(x.flatten(0, 1), places_, padding_).unsqueeze(0);
  at::Tensor y = Put::apply(inner_.multiply(taken, weight, /*rows=*/1, {}).squeeze(0), places_,
                            padding_, padding_was_read_)
                     .view({rows_, positions_, -1});
  for (const RowProducts& products : added) y = plus_products(y, products, rows);
  return y;
}

}  // namespace eif
