#include "suite/engine/metering.h"

#include <ATen/DeviceAccelerator.h>
#include <ATen/core/grad_mode.h>
#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>

#include <algorithm>
#include <atomic>
#include <cstring>

#include "suite/engine/batching.h"
#include "suite/engine/evaluation.h"
#include "suite/engine/memory.h"
#include "suite/engine/tuned_weights.h"

namespace eif {
namespace {

// Hands out what the allocator that it stands for does, and counts it. A tensor keeps the allocator
// that it was made by, to grow with, so there is one that lives for ever.
class CountingAllocator final : public c10::Allocator {
 public:
  static CountingAllocator& the_only_one() {
    static auto& allocator = *new CountingAllocator(*c10::GetCPUAllocator());
    return allocator;
  }

  void begin() {
    now_ = 0;
    peak_ = 0;
    c10::SetCPUAllocator(this);
  }
  void end() { c10::SetCPUAllocator(&allocator_); }
  int64_t peak() const { return peak_; }

  c10::DataPtr allocate(size_t bytes) override {
    auto* const block = static_cast<char*>(allocator_.raw_allocate(kHeader + bytes));
    std::memcpy(block, &bytes, sizeof(bytes));
    const int64_t now = now_ += static_cast<int64_t>(bytes);
    peak_ = std::max<int64_t>(peak_, now);
    // What is asked for by raw_allocate() is freed by its address, so that is all there is to know.
    void* const data = block + kHeader;
    return {data, data, &free_block, at::Device(at::kCPU)};
  }
  c10::DeleterFnPtr raw_deleter() const override { return &free_block; }
  void copy_data(void* to, const void* from, size_t bytes) const override {
    default_copy_data(to, from, bytes);
  }

 private:
  // In front of each block stands its size; libtorch aligns its memory to as many bytes.
  static constexpr size_t kHeader = 64;

  static void free_block(void* data) {
    if (data == nullptr) return;
    auto* const block = static_cast<char*>(data) - kHeader;
    size_t bytes = 0;
    std::memcpy(&bytes, block, sizeof(bytes));
    the_only_one().now_ -= static_cast<int64_t>(bytes);
    the_only_one().allocator_.raw_deallocate(block);
  }

  explicit CountingAllocator(c10::Allocator& allocator) : allocator_(allocator) {}

  c10::Allocator& allocator_;
  std::atomic<int64_t> now_ = 0, peak_ = 0;
};

constexpr auto kAll = static_cast<size_t>(c10::CachingAllocator::StatType::AGGREGATE);

}  // namespace

MemoryMeter::MemoryMeter(at::Device device) : device_(device) {
  if (device.is_cpu()) {
    CountingAllocator::the_only_one().begin();
  } else {
    at::accelerator::resetPeakStats(device.index());
    before_ = at::accelerator::getDeviceStats(device.index()).allocated_bytes[kAll].current;
  }
}

MemoryMeter::~MemoryMeter() {
  if (device_.is_cpu()) CountingAllocator::the_only_one().end();
}

int64_t MemoryMeter::peak_bytes() const {
  if (device_.is_cpu()) return CountingAllocator::the_only_one().peak();
  return at::accelerator::getDeviceStats(device_.index()).allocated_bytes[kAll].peak - before_;
}

absl::StatusOr<int64_t> recorded_bytes_of_position(Model& model, const Example& longest) {
  const at::NoGradGuard no_gradients;
  TunedWeights base(model.parameters());
  MeteredWeights metered(base);
  const absl::StatusOr<Losses> losses =
      model.loss(metered, make_batch({&longest}, device_of(model)));
  if (!losses.ok()) return losses.status();
  return std::max<int64_t>(1, kCopiesOfUses * metered.total_bytes() / token_count(longest));
}

}  // namespace eif
