// How much can be done at once: from the memory there is to the number of rows.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "eif/backend.h"

namespace eif {

// Memory that a process may still take on a device: what the system, and on Linux its control
// group, have left. A cautious constant where nobody says.
int64_t free_memory_bytes(at::Device device);

struct WorkLimits {
  std::optional<int64_t> rows;          // so many at once, whatever they need
  std::optional<int64_t> memory_bytes;  // left out: half of what is free

  int64_t bytes(at::Device device) const {
    return memory_bytes.has_value() ? *memory_bytes : free_memory_bytes(device) / 2;
  }
};

// Copies of what uses take and return that a recording of gradients holds: the two of them, what
// the backward pass keeps of each, and one of them again while rows are put into groups.
inline constexpr int64_t kCopiesOfUses = 5;

// How many images go into one batch. On a CPU the activations of more fall out of the cache, and
// the allocator gives blocks as large as theirs back at once, only to fetch them again page by
// page.
inline constexpr int64_t kImagesOfBatch = 64;

// How many nodes or images fill a device: more at once are no faster.
inline int64_t work_positions(at::Device device, bool are_images) {
  if (!device.is_cpu()) return 65536;
  return are_images ? kImagesOfBatch : 2048;
}

// How many tokens or images are recorded together: enough to fill a device, and few enough that
// what the backward pass keeps of them stays small.
inline int64_t recorded_positions(at::Device device, bool are_images) {
  if (!device.is_cpu()) return 16384;
  return are_images ? kImagesOfBatch : 512;
}

// Passes uses of the base weights on and adds up the size of what they return, which is most of
// what a forward pass needs.
class MeteredWeights final : public Weights {
 public:
  explicit MeteredWeights(Weights& inner) : inner_(inner) {}

  at::Tensor linear(const at::Tensor& x, ParameterId weight) override {
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

  int64_t largest_bytes() const { return largest_bytes_; }
  int64_t total_bytes() const { return total_bytes_; }

 private:
  at::Tensor metered(at::Tensor result) {
    const auto bytes = static_cast<int64_t>(result.nbytes());
    largest_bytes_ = std::max(largest_bytes_, bytes);
    total_bytes_ += bytes;
    return result;
  }

  Weights& inner_;
  int64_t largest_bytes_ = 0;
  int64_t total_bytes_ = 0;
};

}  // namespace eif
