#include "suite/engine/reused_memory.h"

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <c10/core/alignment.h>
#include <c10/util/Exception.h>
#include <malloc.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <limits>
#include <mutex>
#include <vector>

namespace eif {
namespace {

// Smaller blocks glibc finds without a search, and one that is larger would be kept in the place of
// all others.
constexpr size_t kSmallestKept = size_t{16} << 10, kLargestKept = size_t{3} << 20;
// More bring nothing but larger peaks: of a matrix of SmolLM2 1 % with this, 8 % with 64 MiB, and as
// little time.
constexpr size_t kMostKept = 64;
constexpr size_t kMostBytesKept = size_t{12} << 20;

bool may_be_kept(size_t bytes) { return bytes >= kSmallestKept && bytes <= kLargestKept; }

struct Block {
  void* memory = nullptr;
  size_t bytes = 0;
};

// The large blocks that were freed last, for whoever asks for one of the same size, as the next
// layer does. glibc walks along a list of the sizes of all free ones: to a block's place when it is
// freed, and from the smallest when one is sought. The list gets longer as a process measures:
// after two thousand rows of SmolLM2 malloc took 5 to 8 % of the time.
class FreedLast {
 public:
  // nullptr where there is none.
  void* take(size_t bytes) {
    const std::lock_guard lock(mutex_);
    const auto found = std::find_if(blocks_.rbegin(), blocks_.rend(),
                                    [&](const Block& one) { return one.bytes == bytes; });
    if (found == blocks_.rend()) return nullptr;
    void* const memory = found->memory;
    bytes_ -= bytes;
    blocks_.erase(std::next(found).base());
    return memory;
  }

  void put(const Block& block) {
    const std::lock_guard lock(mutex_);
    blocks_.push_back(block);
    bytes_ += block.bytes;
    while (blocks_.size() > kMostKept || bytes_ > kMostBytesKept) free_oldest();
  }

  void free_all() {
    const std::lock_guard lock(mutex_);
    while (!blocks_.empty()) free_oldest();
  }

 private:
  void free_oldest() {
    bytes_ -= blocks_.front().bytes;
    std::free(blocks_.front().memory);
    blocks_.erase(blocks_.begin());
  }

  std::mutex mutex_;
  std::vector<Block> blocks_;  // the oldest first
  size_t bytes_ = 0;           // of all of them
};

FreedLast& freed_last() {
  static auto& blocks = *new FreedLast;  // tensors that outlive main() are freed to it
  return blocks;
}

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
  // multiple of the alignment behind it there is room for what has to be known of a block.
  static constexpr size_t kAlignment = c10::gAlignment;
  static_assert(sizeof(Block) <= 16 && kAlignment >= 16);

  static Block* block_of(void* data) { return static_cast<Block*>(data) - 1; }

  static void* allocate_block(size_t bytes) {
    if (void* const kept = may_be_kept(bytes) ? freed_last().take(bytes) : nullptr) return kept;
    if (void* const memory = std::malloc(bytes)) return memory;
    freed_last().free_all();
    return std::malloc(bytes);
  }

  static void* aligned(size_t asked) {
    // No malloc gives as much, and up to this what is added to it does not overflow.
    constexpr size_t kMost = std::numeric_limits<size_t>::max() / 2;
    const size_t bytes = asked + kAlignment;
    void* const memory = asked > kMost ? nullptr : allocate_block(bytes);
    TORCH_CHECK_WITH(OutOfMemoryError, memory != nullptr,
                     "not enough memory: you tried to allocate ", asked, " bytes");
    const auto address = reinterpret_cast<uintptr_t>(memory) / kAlignment * kAlignment + kAlignment;
    auto* const data = reinterpret_cast<void*>(address);
    *block_of(data) = {memory, bytes};
    return data;
  }

  static void free_block(void* data) {
    if (data == nullptr) return;
    const Block block = *block_of(data);
    if (may_be_kept(block.bytes)) {
      freed_last().put(block);
    } else {
      std::free(block.memory);
    }
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
