#include "plugins/causal_lm/fused_loops.h"

#include <cmath>
#include <limits>

#include "eif/vector_loops.h"

namespace eif {
namespace {

// ---- Norms -------------------------------------------------------------------------------------

template <typename Number>
EIF_INLINE Number inverse_rms(const Number* x, int64_t width, Number epsilon) {
  const Number squares = sum_over(width, [&](int64_t i) { return x[i] * x[i]; });
  return Number{1} / std::sqrt(squares / static_cast<Number>(width) + epsilon);
}

template <typename Number>
EIF_INLINE void divide_row_by_rms(const Number* x, int64_t width, Number epsilon, Number* y) {
  const Number factor = inverse_rms(x, width, epsilon);
  for (int64_t i = 0; i < width; ++i) y[i] = x[i] * factor;
}

// With f = 1 / rms: dx = f dy − x f³ Σ(x dy) / width
template <typename Number>
EIF_INLINE void divide_row_by_rms_backward(const Number* x, const Number* dy, int64_t width,
                                           Number epsilon, Number* dx) {
  const Number factor = inverse_rms(x, width, epsilon);
  const Number along = sum_over(width, [&](int64_t i) { return x[i] * dy[i]; });
  const Number of_x = factor * factor * factor * along / static_cast<Number>(width);
  for (int64_t i = 0; i < width; ++i) dx[i] = factor * dy[i] - x[i] * of_x;
}

// ---- MLP ---------------------------------------------------------------------------------------

template <typename Number>
EIF_INLINE void multiply_row_by_silu(const Number* gate, const Number* up, int64_t width,
                                     Number* y) {
  for (int64_t i = 0; i < width; ++i) {
    y[i] = gate[i] / (1 + exponential(-gate[i])) * up[i];
  }
}

template <typename Number>
EIF_INLINE void multiply_row_by_silu_backward(const Number* gate, const Number* up,
                                              const Number* dy, int64_t width, Number* dgate,
                                              Number* dup) {
  for (int64_t i = 0; i < width; ++i) {
    const Number sigmoid = 1 / (1 + exponential(-gate[i]));
    dup[i] = dy[i] * gate[i] * sigmoid;
    dgate[i] = dy[i] * up[i] * sigmoid * (1 + gate[i] * (1 - sigmoid));
  }
}

// ---- Attention ---------------------------------------------------------------------------------

template <typename Number>
EIF_INLINE void softmax_row(Number* scores, const Number* mask, int64_t width) {
  const auto larger = [](Number a, Number b) { return a > b ? a : b; };
  const Number largest = reduced(width, -std::numeric_limits<Number>::infinity(), larger,
                                 [&](int64_t i) { return scores[i] + mask[i]; });
  for (int64_t i = 0; i < width; ++i) scores[i] = exponential(scores[i] + mask[i] - largest);
  const Number whole = sum_over(width, [&](int64_t i) { return scores[i]; });
  const Number share = 1 / whole;
  for (int64_t i = 0; i < width; ++i) scores[i] *= share;
}

template <typename Number>
EIF_INLINE void softmax_row_backward(const Number* shares, Number* dshares, int64_t width) {
  const Number mean = sum_over(width, [&](int64_t i) { return shares[i] * dshares[i]; });
  for (int64_t i = 0; i < width; ++i) dshares[i] = shares[i] * (dshares[i] - mean);
}

template <typename Number>
EIF_INLINE void rotate_head(const Number* x, const Number* cosine, const Number* sine,
                            const typename LoopsOf<Number>::Rotated& rotated, Number* y) {
  const int64_t half = rotated.frequencies;
  const Number scale = rotated.scale, turn = rotated.scale * rotated.direction;
  for (int64_t i = 0; i < half; ++i) {
    y[i] = x[i] * (cosine[i] * scale) - x[half + i] * (sine[i] * turn);
    y[half + i] = x[half + i] * (cosine[i] * scale) + x[i] * (sine[i] * turn);
  }
  for (int64_t i = 2 * half; i < rotated.width; ++i) y[i] = x[i] * scale;
}

template <typename Number>
EIF_INLINE void rotate_all_heads(int64_t begin, int64_t end,
                                 const typename LoopsOf<Number>::Rotated& rotated) {
  for (int64_t i = begin; i < end; ++i) {
    const int64_t row = i / rotated.nodes, node = i % rotated.nodes;
    const int64_t angles = row * rotated.angles_stride + node * rotated.frequencies;
    const auto place = [&](const HeadStrides& strides, int64_t head) {
      return row * strides.row + node * strides.node + head * strides.head;
    };
    for (int64_t head = 0; head < rotated.heads; ++head) {
      rotate_head(rotated.from + place(rotated.from_strides, head), rotated.cosine + angles,
                  rotated.sine + angles, rotated, rotated.to + place(rotated.to_strides, head));
    }
  }
}

}  // namespace

// ---- For each type -----------------------------------------------------------------------------

// A template cannot be compiled for each processor, so both types are written out.
#define EIF_LOOPS_OF(Number)                                                                       \
  template <>                                                                                      \
  EIF_FOR_EACH_PROCESSOR void LoopsOf<Number>::divide_by_rms(                                      \
      int64_t begin, int64_t end, int64_t width, Input x, Number epsilon, Output y) {              \
    for (int64_t row = begin; row < end; ++row) divide_row_by_rms(x[row], width, epsilon, y[row]); \
  }                                                                                                \
  template <>                                                                                      \
  EIF_FOR_EACH_PROCESSOR void LoopsOf<Number>::divide_by_rms_backward(                             \
      int64_t begin, int64_t end, int64_t width, Input x, Input dy, Number epsilon, Output dx) {   \
    for (int64_t row = begin; row < end; ++row) {                                                  \
      divide_row_by_rms_backward(x[row], dy[row], width, epsilon, dx[row]);                        \
    }                                                                                              \
  }                                                                                                \
  template <>                                                                                      \
  EIF_FOR_EACH_PROCESSOR void LoopsOf<Number>::silu_times(                                         \
      int64_t begin, int64_t end, int64_t width, Input gate, Input up, Output y) {                 \
    for (int64_t row = begin; row < end; ++row) {                                                  \
      multiply_row_by_silu(gate[row], up[row], width, y[row]);                                     \
    }                                                                                              \
  }                                                                                                \
  template <>                                                                                      \
  EIF_FOR_EACH_PROCESSOR void LoopsOf<Number>::silu_times_backward(                                \
      int64_t begin, int64_t end, int64_t width, Input gate, Input up, Input dy, Output dgate,     \
      Output dup) {                                                                                \
    for (int64_t row = begin; row < end; ++row) {                                                  \
      multiply_row_by_silu_backward(gate[row], up[row], dy[row], width, dgate[row], dup[row]);     \
    }                                                                                              \
  }                                                                                                \
  template <>                                                                                      \
  EIF_FOR_EACH_PROCESSOR void LoopsOf<Number>::softmax(int64_t begin, int64_t end, int64_t width,  \
                                                       Output scores, const Number* mask,          \
                                                       int64_t queries, int64_t scores_per_mask) { \
    for (int64_t row = begin; row < end; ++row) {                                                  \
      const int64_t of_mask = row / scores_per_mask * queries + row % queries;                     \
      softmax_row(scores[row], mask + of_mask * width, width);                                     \
    }                                                                                              \
  }                                                                                                \
  template <>                                                                                      \
  EIF_FOR_EACH_PROCESSOR void LoopsOf<Number>::softmax_backward(                                   \
      int64_t begin, int64_t end, int64_t width, Input shares, Output dshares) {                   \
    for (int64_t row = begin; row < end; ++row) {                                                  \
      softmax_row_backward(shares[row], dshares[row], width);                                      \
    }                                                                                              \
  }                                                                                                \
  template <>                                                                                      \
  EIF_FOR_EACH_PROCESSOR void LoopsOf<Number>::rotate(int64_t begin, int64_t end,                  \
                                                      const Rotated& rotated) {                    \
    rotate_all_heads<Number>(begin, end, rotated);                                                 \
  }

EIF_LOOPS_OF(float)
EIF_LOOPS_OF(double)

}  // namespace eif
