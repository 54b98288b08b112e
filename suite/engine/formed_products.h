// Inner products of gradients that are formed, where that costs less than their factors.
//
//   const std::vector<bool> formed = cheaper_formed(trained, evaluated);
//   at::Tensor products = formed_products(trained, evaluated, formed, bytes, go_on);
//
// In factors (gradient_products.h) a pair of statements costs T·T'·(I + O) multiplications for each
// matrix, and nothing else. Formed, it costs I·O, and each statement I·O·T once: less for
// statements of more than about 20 tokens of a small model. What decides are the shapes of each
// matrix.
//
// A gradient is as large as the model, so a slice of a matrix's rows is formed at a time, for all
// statements at once, and none is kept.
//
// Letters: as in gradient_products.h; of several recordings, rows R are those of all of them, in
// order.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "suite/engine/gradient_products.h"

namespace eif {

// Recorded from one model, with the same parts.
using Recordings = std::vector<const GradientFactors*>;

// Which of the factors() to form for the products of all rows of `a` with all rows of `b`. Two
// equal lists are formed once.
std::vector<bool> cheaper_formed(const Recordings& a, const Recordings& b);

// The products over those factors that `formed` says: (P, R, R') float64 on the CPU; undefined
// where it says none. Slices of both sides have up to `bytes`, and at least a row of a matrix. Ends
// with the error of `go_on`, which is called before each slice.
absl::StatusOr<at::Tensor> formed_products(const Recordings& a, const Recordings& b,
                                           const std::vector<bool>& formed, int64_t bytes,
                                           const std::function<absl::Status()>& go_on);

}  // namespace eif
