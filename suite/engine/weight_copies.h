// Copies of a model's matrices in other types than they are stored in, kept from use to use as far
// as memory allows. Several threads may use them at once.
//
//   WeightCopies copies(model.parameters(), bytes);
//   at::Tensor y = product(x, copies.wide(weight));
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <vector>

#include "eif/backend.h"
#include "suite/engine/narrow_product.h"

namespace eif {

class WeightCopies {
 public:
  // parameters: outlive this object, and do not change meanwhile. wide_bytes and narrow_bytes: that
  // the copies of each kind may take together.
  WeightCopies(const std::vector<Parameter>& parameters, int64_t wide_bytes, int64_t narrow_bytes)
      : parameters_(parameters), wide_bytes_left_(wide_bytes), narrow_bytes_left_(narrow_bytes) {}

  // The matrix in the type that sums are kept in, where it is stored so or its copy is kept. Otherwise
  // as it is stored: product() then widens it part by part.
  at::Tensor wide(ParameterId weight);

  // The matrix for products in 16 bits. Made anew where the copy is not kept.
  NarrowWeight narrow(ParameterId weight);

 private:
  const std::vector<Parameter>& parameters_;
  std::mutex mutex_;
  int64_t wide_bytes_left_, narrow_bytes_left_;
  std::map<ParameterId, at::Tensor> wide_;
  std::map<ParameterId, NarrowWeight> narrow_;
};

// What the copies of these matrices take, all of them kept.
int64_t wide_copies_bytes(const std::vector<Parameter>& parameters,
                          const std::set<ParameterId>& matrices);
int64_t narrow_copies_bytes(const std::vector<Parameter>& parameters,
                            const std::set<ParameterId>& matrices);

}  // namespace eif
