#include "suite/engine/reused_memory.h"

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <c10/core/alignment.h>
#include <c10/util/Exception.h>
#include <malloc.h>

#include <cstdint>
#include <cstdlib>
#include <limits>

namespace eif {
namespace {

// Aligns blocks by itself, so that all that malloc sees are the same sizes again and again.
class AligningAllocator final : public c10::Allocator {
 public:
  c10::DataPtr allocate(size_t bytes) override {
    void* const data = bytes == 0 ? nullptr : aligned(bytes);
    return {data, data, &free_block, at::Device(at::kCPU)};
  }
  c10::DeleterFnPtr raw_deleter() const override { return &free_block; }
  void copy_data(void* to, const void* from, size_t bytes) const override {
    default_copy_data(to, from, bytes);
  }

 private:
  // malloc's blocks begin at multiples of 16 bytes. So between such a beginning and the next
  // multiple of the alignment behind it there is room for the address of the block.
  static constexpr size_t kAlignment = c10::gAlignment;
  static_assert(kAlignment >= 2 * sizeof(void*));

  static void* aligned(size_t bytes) {
    void* const block = bytes > std::numeric_limits<size_t>::max() - kAlignment
                            ? nullptr
                            : std::malloc(bytes + kAlignment);
    TORCH_CHECK_WITH(OutOfMemoryError, block != nullptr,
                     "not enough memory: you tried to allocate ", bytes, " bytes");
    const auto address = reinterpret_cast<uintptr_t>(block) / kAlignment * kAlignment + kAlignment;
    auto* const data = reinterpret_cast<void**>(address);
    data[-1] = block;
    return data;
  }

  static void free_block(void* data) {
    if (data != nullptr) std::free(static_cast<void**>(data)[-1]);
  }
};

}  // namespace

void reuse_memory() {
#ifdef __GLIBC__
  constexpr int kAnySize = std::numeric_limits<int>::max();
  mallopt(M_MMAP_THRESHOLD, kAnySize);
  mallopt(M_TRIM_THRESHOLD, kAnySize);
  static auto& allocator = *new AligningAllocator;  // tensors that outlive main() are freed by it
  c10::SetCPUAllocator(&allocator);
#endif
}

}  // namespace eif
