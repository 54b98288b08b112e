// The loops of fused.h, over rows of numbers that lie side by side, for float and for double.
#pragma once

#include <cstdint>

#include "eif/small_products.h"

namespace eif {

// Where the number [row, node, head, 0] of some heads lies.
struct HeadStrides {
  int64_t row = 0, node = 0, head = 0;
};

template <typename Number>
struct LoopsOf {
  using Input = Rows<const Number>;
  using Output = Rows<Number>;

  // Each works on the rows `begin` to `end`, which is not included.

  // y = x / √(mean of x² + epsilon)
  static void divide_by_rms(int64_t begin, int64_t end, int64_t width, Input x, Number epsilon,
                            Output y);
  static void divide_by_rms_backward(int64_t begin, int64_t end, int64_t width, Input x, Input dy,
                                     Number epsilon, Output dx);

  // y = silu(gate) · up
  static void silu_times(int64_t begin, int64_t end, int64_t width, Input gate, Input up, Output y);
  static void silu_times_backward(int64_t begin, int64_t end, int64_t width, Input gate, Input up,
                                  Input dy, Output dgate, Output dup);

  // scores = softmax(scores + mask). The rows of the scores are those of (R, K, `queries`), of
  // which the masks are (R, `queries`), or (1, `queries`) where rows share one.
  static void softmax(int64_t begin, int64_t end, int64_t width, Output scores, const Number* mask,
                      int64_t queries, int64_t scores_per_mask);

  // dscores = scores (dshares − Σ scores dshares) in the place of dshares, where the scores are
  // shares already.
  static void softmax_backward(int64_t begin, int64_t end, int64_t width, Input shares,
                               Output dshares);

  struct Rotated {
    int64_t nodes = 0, heads = 0, width = 0;
    const Number* from = nullptr;
    HeadStrides from_strides;
    Number* to = nullptr;
    HeadStrides to_strides;
    // (R, nodes, frequencies), or (1, …), whose stride is 0
    const Number *cosine = nullptr, *sine = nullptr;
    int64_t angles_stride = 0, frequencies = 0;
    Number scale = 1;
    Number direction = 1;  // −1 turns back
  };
  // Turns the pairs (x[i], x[F + i]) of each head and scales all of it. begin, end: of (R, nodes).
  static void rotate(int64_t begin, int64_t end, const Rotated& rotated);
};

}  // namespace eif
