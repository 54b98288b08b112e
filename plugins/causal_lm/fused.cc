#include "plugins/causal_lm/fused.h"

#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <utility>

#include "eif/parallel.h"
#include "plugins/causal_lm/fused_loops.h"

namespace eif {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// Numbers that one thread takes at least.
constexpr int64_t kGrain = int64_t{1} << 15;

bool is_wide(const at::Tensor& x) {
  return x.scalar_type() == at::kFloat || x.scalar_type() == at::kDouble;
}

bool needs_gradient(const at::Tensor& x) { return at::GradMode::is_enabled() && x.requires_grad(); }

int64_t width_of(const at::Tensor& x) { return x.size(-1); }
int64_t count_of(const at::Tensor& x) { return x.numel() / width_of(x); }

// The distance of the rows, all dimensions but the last being one.
int64_t stride_of_rows(const at::Tensor& x) {
  for (int64_t i = x.dim() - 2; i >= 0; --i) {
    if (x.size(i) > 1) return x.stride(i);
  }
  return width_of(x);
}

bool is_in_rows(const at::Tensor& x) {
  if (x.dim() < 2 || x.numel() == 0 || x.stride(-1) != 1) return false;
  int64_t next = stride_of_rows(x);
  for (int64_t i = x.dim() - 2; i >= 0; --i) {
    if (x.size(i) == 1) continue;
    if (x.stride(i) != next) return false;
    next *= x.size(i);
  }
  return true;
}

at::Tensor in_rows(const at::Tensor& x) { return is_in_rows(x) ? x : x.contiguous(); }

// Contiguous, whatever x is.
at::Tensor made_for(const at::Tensor& x) { return at::empty(x.sizes(), x.options()); }

template <typename Number>
Rows<const Number> rows_of(const at::Tensor& x) {
  return {x.const_data_ptr<Number>(), stride_of_rows(x)};
}
template <typename Number>
Rows<Number> writable_rows_of(const at::Tensor& x) {
  return {x.mutable_data_ptr<Number>(), stride_of_rows(x)};
}

// Calls work(a number of the type, begin, end) for parts of so many rows.
template <typename Work>
void for_rows(at::ScalarType type, int64_t rows, int64_t width, Work work) {
  const int64_t grain = std::max<int64_t>(1, kGrain / width);
  in_parallel(0, rows, grain, [&](int64_t begin, int64_t end) {
    if (type == at::kDouble) {
      work(double{}, begin, end);
    } else {
      work(float{}, begin, end);
    }
  });
}

// ---- Norms -------------------------------------------------------------------------------------

at::Tensor divide_by_rms(const at::Tensor& x, double epsilon) {
  at::Tensor y = made_for(x);
  const int64_t width = width_of(x);
  for_rows(x.scalar_type(), count_of(x), width, [&]<typename T>(T, int64_t begin, int64_t end) {
    LoopsOf<T>::divide_by_rms(begin, end, width, rows_of<T>(x), static_cast<T>(epsilon),
                              writable_rows_of<T>(y));
  });
  return y;
}

struct DividedByRms : torch::autograd::Function<DividedByRms> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, double epsilon) {
    context->save_for_backward({x});
    context->saved_data["epsilon"] = epsilon;
    return divide_by_rms(x, epsilon);
  }
  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const at::Tensor x = context->get_saved_variables()[0], dy = in_rows(gradients[0]);
    const double epsilon = context->saved_data["epsilon"].toDouble();
    at::Tensor dx = made_for(x);
    const int64_t width = width_of(x);
    for_rows(x.scalar_type(), count_of(x), width, [&]<typename T>(T, int64_t begin, int64_t end) {
      LoopsOf<T>::divide_by_rms_backward(begin, end, width, rows_of<T>(x), rows_of<T>(dy),
                                         static_cast<T>(epsilon), writable_rows_of<T>(dx));
    });
    return {dx, {}};
  }
};

// ---- MLP ---------------------------------------------------------------------------------------

at::Tensor multiply_by_silu(const at::Tensor& gate, const at::Tensor& up) {
  at::Tensor y = made_for(gate);
  const int64_t width = width_of(gate);
  for_rows(gate.scalar_type(), count_of(gate), width,
           [&]<typename T>(T, int64_t begin, int64_t end) {
             LoopsOf<T>::silu_times(begin, end, width, rows_of<T>(gate), rows_of<T>(up),
                                    writable_rows_of<T>(y));
           });
  return y;
}

struct SiluTimes : torch::autograd::Function<SiluTimes> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& gate,
                            const at::Tensor& up) {
    context->save_for_backward({gate, up});
    return multiply_by_silu(gate, up);
  }
  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const variable_list saved = context->get_saved_variables();
    const at::Tensor &gate = saved[0], &up = saved[1], dy = in_rows(gradients[0]);
    at::Tensor dgate = made_for(gate), dup = made_for(up);
    const int64_t width = width_of(gate);
    for_rows(gate.scalar_type(), count_of(gate), width,
             [&]<typename T>(T, int64_t begin, int64_t end) {
               LoopsOf<T>::silu_times_backward(begin, end, width, rows_of<T>(gate), rows_of<T>(up),
                                               rows_of<T>(dy), writable_rows_of<T>(dgate),
                                               writable_rows_of<T>(dup));
             });
    return {dgate, dup};
  }
};

// ---- Attention ---------------------------------------------------------------------------------

// What a rotation of heads is but for its direction.
struct HeadRotation {
  at::Tensor cosine, sine;  // (R | 1, N, F)
  int64_t key_value_heads = 1, head_width = 1;
  double scale = 1;
};

// x: (R, N, K·G·W) and y: (R, K, G·N, W), of which `from` is one and `to` the other.
void rotate_between(const HeadRotation& rotation, const at::Tensor& from, const at::Tensor& to,
                    bool turns_back) {
  const at::Tensor &x = turns_back ? to : from, &y = turns_back ? from : to;
  const int64_t rows = x.size(0), nodes = x.size(1), width = rotation.head_width;
  const HeadStrides of_x = {x.stride(0), x.stride(1), width};
  const HeadStrides of_y = {y.stride(0), width, nodes * width};
  const bool has_own_angles = rotation.cosine.size(0) > 1;
  const int64_t frequencies = rotation.cosine.size(2);
  for_rows(x.scalar_type(), rows * nodes, x.size(2),
           [&]<typename T>(T, int64_t begin, int64_t end) {
             LoopsOf<T>::rotate(begin, end,
                                {.nodes = nodes,
                                 .heads = x.size(2) / width,
                                 .width = width,
                                 .from = from.const_data_ptr<T>(),
                                 .from_strides = turns_back ? of_y : of_x,
                                 .to = to.mutable_data_ptr<T>(),
                                 .to_strides = turns_back ? of_x : of_y,
                                 .cosine = rotation.cosine.const_data_ptr<T>(),
                                 .sine = rotation.sine.const_data_ptr<T>(),
                                 .angles_stride = has_own_angles ? nodes * frequencies : 0,
                                 .frequencies = frequencies,
                                 .scale = static_cast<T>(rotation.scale),
                                 .direction = T(turns_back ? -1 : 1)});
           });
}

at::Tensor rotate_heads(const at::Tensor& x, const HeadRotation& rotation) {
  const int64_t group = x.size(2) / (rotation.key_value_heads * rotation.head_width);
  at::Tensor y = at::empty(
      {x.size(0), rotation.key_value_heads, group * x.size(1), rotation.head_width}, x.options());
  rotate_between(rotation, x, y, /*turns_back=*/false);
  return y;
}

struct RotatedHeads : torch::autograd::Function<RotatedHeads> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& cosine,
                            const at::Tensor& sine, int64_t key_value_heads, int64_t head_width,
                            double scale) {
    context->save_for_backward({cosine, sine});
    context->saved_data["shape"] = x.sizes();
    context->saved_data["heads"] = key_value_heads;
    context->saved_data["width"] = head_width;
    context->saved_data["scale"] = scale;
    return rotate_heads(x, {cosine, sine, key_value_heads, head_width, scale});
  }
  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const variable_list saved = context->get_saved_variables();
    const at::Tensor dy = gradients[0].contiguous();
    at::Tensor dx = at::empty(context->saved_data["shape"].toIntVector(), dy.options());
    rotate_between({saved[0], saved[1], context->saved_data["heads"].toInt(),
                    context->saved_data["width"].toInt(), context->saved_data["scale"].toDouble()},
                   dy, dx, /*turns_back=*/true);
    return {dx, {}, {}, {}, {}, {}};
  }
};

void softmax_in_place(const at::Tensor& scores, const at::Tensor& mask) {
  const int64_t width = width_of(scores), queries = scores.size(2);
  const int64_t rows = count_of(scores);
  const int64_t scores_per_mask = rows / mask.size(0);
  for_rows(scores.scalar_type(), rows, width, [&]<typename T>(T, int64_t begin, int64_t end) {
    LoopsOf<T>::softmax(begin, end, width, writable_rows_of<T>(scores), mask.const_data_ptr<T>(),
                        queries, scores_per_mask);
  });
}

struct SharesOfScores : torch::autograd::Function<SharesOfScores> {
  static at::Tensor forward(AutogradContext* context, at::Tensor scores, const at::Tensor& mask) {
    context->mark_dirty({scores});
    softmax_in_place(scores, mask);
    context->save_for_backward({scores});
    return scores;
  }
  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const at::Tensor shares = context->get_saved_variables()[0];
    return {at::_softmax_backward_data(gradients[0], shares, -1, shares.scalar_type()), {}};
  }
};

}  // namespace

bool takes_loop(const at::Tensor& x) { return x.is_cpu() && is_wide(x) && is_in_rows(x); }

at::Tensor divided_by_rms(const at::Tensor& x, double epsilon) {
  if (!takes_loop(x)) return composed::divided_by_rms(x, epsilon);
  return needs_gradient(x) ? DividedByRms::apply(x, epsilon) : divide_by_rms(x, epsilon);
}

at::Tensor silu_times(const at::Tensor& gate, const at::Tensor& up) {
  const bool are_alike =
      gate.scalar_type() == up.scalar_type() && gate.sizes() == up.sizes() && up.is_cpu();
  if (!are_alike || !takes_loop(gate) || !takes_loop(up)) return composed::silu_times(gate, up);
  return needs_gradient(gate) || needs_gradient(up) ? SiluTimes::apply(gate, up)
                                                    : multiply_by_silu(gate, up);
}

at::Tensor rotated_heads(const at::Tensor& x, int64_t key_value_heads, int64_t head_width,
                         const Rotation& rotation, double scale) {
  const int64_t rotated_rows = rotation.cosine.size(0);
  if (!takes_loop(x) || rotation.cosine.scalar_type() != x.scalar_type() ||
      (rotated_rows != 1 && rotated_rows != x.size(0))) {
    return composed::rotated_heads(x, key_value_heads, head_width, rotation, scale);
  }
  const at::Tensor cosine = rotation.cosine.flatten(0, 2).contiguous();
  const at::Tensor sine = rotation.sine.flatten(0, 2).contiguous();
  if (needs_gradient(x)) {
    return RotatedHeads::apply(x, cosine, sine, key_value_heads, head_width, scale);
  }
  return rotate_heads(x, {cosine, sine, key_value_heads, head_width, scale});
}

at::Tensor shares_of_scores(at::Tensor scores, const at::Tensor& mask) {
  if (!takes_loop(scores) || !scores.is_contiguous() || !mask.is_contiguous() ||
      mask.scalar_type() != scores.scalar_type() ||
      (mask.size(0) != 1 && mask.size(0) != scores.size(0))) {
    return composed::shares_of_scores(std::move(scores), mask);
  }
  if (needs_gradient(scores)) return SharesOfScores::apply(std::move(scores), mask);
  softmax_in_place(scores, mask);
  return scores;
}

// ---- Composed of operators ---------------------------------------------------------------------

namespace composed {

at::Tensor divided_by_rms(const at::Tensor& x, double epsilon) {
  return x * at::rsqrt(x.pow(2).mean(-1, /*keepdim=*/true) + epsilon);
}

at::Tensor silu_times(const at::Tensor& gate, const at::Tensor& up) { return at::silu(gate) * up; }

at::Tensor rotated_heads(const at::Tensor& x, int64_t key_value_heads, int64_t head_width,
                         const Rotation& rotation, double scale) {
  const at::Tensor heads =
      x.unflatten(-1, {key_value_heads, -1, head_width}).permute({0, 2, 3, 1, 4});
  return rotate(heads, rotation).flatten(2, 3) * scale;
}

at::Tensor shares_of_scores(at::Tensor scores, const at::Tensor& mask) {
  const at::ScalarType type = scores.scalar_type();
  const at::ScalarType wide = type == at::kDouble ? at::kDouble : at::kFloat;
  return at::softmax(scores.add_(mask.unsqueeze(1)), -1, wide).to(type);
}

}  // namespace composed
}  // namespace eif
