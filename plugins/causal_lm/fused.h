// What a decoder does between its products, in one pass over memory each.
//
// On a CPU such a pass costs what it reads and writes, so y = silu(gate) · up in one loop takes
// half of what two operators take, and a norm a third. Each function here has its composition of
// libtorch's operators in `composed`, which is what it computes for what it has no loop for (other
// devices, 16-bit numbers, memory that is not in rows) and what its tests compare it with. All can
// be differentiated, and each row of numbers is computed by itself: the result depends neither on
// the batch nor on threads.
//
// Letters of the shapes: as in blocks.h; F frequencies.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>

#include "plugins/causal_lm/rope.h"

namespace eif {

// Whether there is a loop for it: float32 or float64 on a CPU, in rows that are evenly far apart.
bool takes_loop(const at::Tensor& x);

// x / √(mean of x² over the last dimension + epsilon)
at::Tensor divided_by_rms(const at::Tensor& x, double epsilon);

// silu(gate) · up, of the same shape
at::Tensor silu_times(const at::Tensor& gate, const at::Tensor& up);

// Takes the heads apart, turns each by its position, and scales it: (R, N, K·G·W) → (R, K, G·N, W).
// So the queries that share a key/value head stand below each other as if they were more tokens.
at::Tensor rotated_heads(const at::Tensor& x, int64_t key_value_heads, int64_t head_width,
                         const Rotation& rotation, double scale);

// softmax of scores + mask over the last dimension, with sums in float32 or wider. It is computed
// in the memory of `scores`, which are not to be used again. scores: (R, K, G·N, N), mask: (R | 1,
// G·N, N), 0 or −∞
at::Tensor shares_of_scores(at::Tensor scores, const at::Tensor& mask);

namespace composed {

at::Tensor divided_by_rms(const at::Tensor& x, double epsilon);
at::Tensor silu_times(const at::Tensor& gate, const at::Tensor& up);
at::Tensor rotated_heads(const at::Tensor& x, int64_t key_value_heads, int64_t head_width,
                         const Rotation& rotation, double scale);
at::Tensor shares_of_scores(at::Tensor scores, const at::Tensor& mask);

}  // namespace composed
}  // namespace eif
