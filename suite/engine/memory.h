// How much can be done at once: from the memory there is to the number of rows.
//
//   const int64_t bytes = WorkLimits{}.bytes(device_of(model));  // half of what is free
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "eif/backend.h"

namespace eif {

// Memory that a process may still take on a device. CPU: what the system, and on Linux the control
// groups that the process is in, have left; a cautious constant where nobody says. GPU: what the
// driver has left, and what libtorch keeps of what was freed.
int64_t free_memory_bytes(at::Device device);

// That of the CPU, by the files of the system below `root`: "/" but for tests.
int64_t free_cpu_memory_bytes(const std::filesystem::path& root);

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

}  // namespace eif
