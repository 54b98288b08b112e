// What a forward pass takes of memory, measured, so that it is known how many rows of it fit.
//
//   MeteredWeights metered(weights);
//   MemoryMeter meter(device);
//   model.loss(metered, batch);
//   meter.peak_bytes();     // all that was there at the same time: attention scores, copies,
//   logits metered.total_bytes();  // what the uses of parameters returned: what a recording keeps
#pragma once

#include <cstdint>
#include <set>

#include "absl/status/statusor.h"
#include "eif/backend.h"

namespace eif {

// Counts what libtorch allocates on a device from here to its end. One at a time, and none while
// another thread uses libtorch.
class MemoryMeter {
 public:
  explicit MemoryMeter(at::Device device);
  ~MemoryMeter();
  MemoryMeter(const MemoryMeter&) = delete;
  MemoryMeter& operator=(const MemoryMeter&) = delete;

  // The most that was there at the same time, beyond what was there at the beginning.
  int64_t peak_bytes() const;

 private:
  at::Device device_;
  int64_t before_ = 0;  // what was there at the beginning; GPUs only, whose allocators count anyway
};

// Passes uses of the base weights on, adds up the size of what they return, and notes which of them are
// matrices.
class MeteredWeights final : public Weights {
 public:
  explicit MeteredWeights(Weights& inner) : inner_(inner) {}

  at::Tensor linear(const at::Tensor& x, ParameterId weight) override {
    matrices_.insert(weight);
    return metered(inner_.linear(x, weight));
  }
  at::Tensor embedding(const at::Tensor& ids, ParameterId weight, int64_t padding) override {
    return metered(inner_.embedding(ids, weight, padding));
  }
  at::Tensor conv2d(const at::Tensor& x, ParameterId weight, int64_t padding) override {
    return metered(inner_.conv2d(x, weight, padding));
  }
  at::Tensor gain(const at::Tensor& x, ParameterId gain) override {
    return metered(inner_.gain(x, gain));
  }
  at::Tensor bias(const at::Tensor& x, ParameterId bias, int64_t dimension) override {
    return metered(inner_.bias(x, bias, dimension));
  }

  int64_t total_bytes() const { return total_bytes_; }
  const std::set<ParameterId>& matrices() const { return matrices_; }

 private:
  at::Tensor metered(at::Tensor result) {
    total_bytes_ += static_cast<int64_t>(result.nbytes());
    return result;
  }

  Weights& inner_;
  int64_t total_bytes_ = 0;
  std::set<ParameterId> matrices_;
};

// What a token or an image of a recording takes while it is made, measured by a forward pass over
// the longest example.
absl::StatusOr<int64_t> recorded_bytes_of_position(Model& model, const Example& longest);

}  // namespace eif
