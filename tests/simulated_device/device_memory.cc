#include "tests/simulated_device/device_memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <stdexcept>
#include <vector>

namespace eif {
namespace {

// Pages that nobody wrote take no memory.
constexpr size_t kCapacity = size_t{1} << 36;
constexpr size_t kAlignment = 512;  // as CUDA's

class DeviceMemory final : public c10::DeviceAllocator {
 public:
  DeviceMemory() {
    const int file = memfd_create("simulated device", MFD_CLOEXEC);
    if (file < 0 || ftruncate(file, kCapacity) != 0) throw std::runtime_error("memfd_create failed");
    device_ = map(file, PROT_NONE);
    kernels_ = map(file, PROT_READ | PROT_WRITE);
    close(file);
  }

  char* kernels(const void* device_address) const {
    return kernels_ + (static_cast<const char*>(device_address) - device_);
  }

  void set_free(size_t bytes) {
    const std::lock_guard lock(mutex_);
    limit_ = bytes == 0 ? kCapacity : used_ + bytes;
  }

  int64_t refused() {
    const std::lock_guard lock(mutex_);
    return refused_;
  }

  c10::DataPtr allocate(size_t bytes) override {
    const c10::Device device(c10::kPrivateUse1, 0);
    if (bytes == 0) return {nullptr, device};
    const std::lock_guard lock(mutex_);
    const size_t rounded = (bytes + kAlignment - 1) / kAlignment * kAlignment;
    if (used_ + rounded > limit_) {
      ++refused_;
      throw c10::OutOfMemoryError({__func__, __FILE__, __LINE__}, "simulated device out of memory");
    }
    std::vector<size_t>& reusable = free_[rounded];
    size_t offset = end_;
    if (reusable.empty()) {
      end_ += rounded;
    } else {
      offset = reusable.back();
      reusable.pop_back();
    }
    used_ += rounded;
    peak_ = std::max(peak_, used_);
    sizes_[offset] = rounded;
    void* const address = device_ + offset;
    return {address, address, &release, device};
  }
  c10::DeleterFnPtr raw_deleter() const override { return &release; }
  void copy_data(void* to, const void* from, size_t bytes) const override {
    std::copy_n(kernels(from), bytes, kernels(to));
  }

  bool initialized() override { return true; }
  void emptyCache(c10::MempoolId_t) override {}
  void recordStream(const c10::DataPtr&, c10::Stream) override {}
  c10::CachingDeviceAllocator::DeviceStats getDeviceStats(c10::DeviceIndex) override {
    const std::lock_guard lock(mutex_);
    c10::CachingDeviceAllocator::DeviceStats stats;
    constexpr auto kAll = static_cast<size_t>(c10::CachingAllocator::StatType::AGGREGATE);
    stats.allocated_bytes[kAll].current = static_cast<int64_t>(used_);
    stats.allocated_bytes[kAll].peak = static_cast<int64_t>(peak_);
    stats.reserved_bytes[kAll] = stats.allocated_bytes[kAll];
    return stats;
  }
  void resetAccumulatedStats(c10::DeviceIndex) override {}
  void resetPeakStats(c10::DeviceIndex) override {
    const std::lock_guard lock(mutex_);
    peak_ = used_;
  }
  std::pair<size_t, size_t> getMemoryInfo(c10::DeviceIndex) override {
    const std::lock_guard lock(mutex_);
    return {limit_ - used_, kCapacity};
  }

 private:
  static char* map(int file, int protection) {
    void* const address = mmap(nullptr, kCapacity, protection, MAP_SHARED | MAP_NORESERVE, file, 0);
    if (address == MAP_FAILED) throw std::runtime_error("no address space for a simulated device");
    return static_cast<char*>(address);
  }

  static void release(void* address);

  char* device_ = nullptr;
  char* kernels_ = nullptr;
  std::mutex mutex_;
  size_t end_ = 0, used_ = 0, peak_ = 0, limit_ = kCapacity;
  int64_t refused_ = 0;
  std::map<size_t, size_t> sizes_;              // of what is in use, by offset
  std::map<size_t, std::vector<size_t>> free_;  // offsets, by size
};

// libtorch frees tensors that live as long as the process after everything else, so it is never destroyed.
DeviceMemory& memory() {
  static DeviceMemory& the_only_one = *new DeviceMemory();
  return the_only_one;
}

void DeviceMemory::release(void* address) {
  if (address == nullptr) return;
  DeviceMemory& device = memory();
  const std::lock_guard lock(device.mutex_);
  const auto offset = static_cast<size_t>(static_cast<char*>(address) - device.device_);
  const auto found = device.sizes_.find(offset);
  device.used_ -= found->second;
  device.free_[found->second].push_back(offset);
  device.sizes_.erase(found);
}

}  // namespace

c10::DeviceAllocator& device_allocator() { return memory(); }

void* kernel_address(const void* device_address) { return memory().kernels(device_address); }

void set_free_device_bytes(size_t bytes) { memory().set_free(bytes); }

int64_t refused_allocations() { return memory().refused(); }

}  // namespace eif
