#include "suite/engine/memory.h"

#include <ATen/DeviceAccelerator.h>
#include <malloc.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <string>

namespace eif {
namespace {

// What is assumed where the system does not say.
constexpr int64_t kUnknown = int64_t{1} << 30;

// The kB behind `key` in /proc/meminfo, in bytes.
std::optional<int64_t> meminfo(const std::string& key) {
  std::ifstream file("/proc/meminfo");
  std::string name, unit;
  int64_t kibibytes = 0;
  while (file >> name >> kibibytes) {
    std::getline(file, unit);
    if (name == key + ":") return kibibytes * 1024;
  }
  return std::nullopt;
}

std::optional<int64_t> number_in(const std::string& path) {
  std::ifstream file(path);
  int64_t number = 0;
  if (file >> number) return number;
  return std::nullopt;  // not there, or "max"
}

// What is left below the limit of this process's control group (version 2, as seen in a container).
std::optional<int64_t> left_in_control_group() {
  const std::optional<int64_t> limit = number_in("/sys/fs/cgroup/memory.max");
  const std::optional<int64_t> used = number_in("/sys/fs/cgroup/memory.current");
  if (!limit.has_value() || !used.has_value()) return std::nullopt;
  return std::max<int64_t>(0, *limit - *used);
}

}  // namespace

int64_t free_memory_bytes(at::Device device) {
  if (!device.is_cpu()) {
    return static_cast<int64_t>(at::accelerator::getMemoryInfo(device.index()).first);
  }
#ifdef __GLIBC__
  malloc_trim(0);  // what was freed is free
#endif
  const std::optional<int64_t> available = meminfo("MemAvailable");
  const std::optional<int64_t> group = left_in_control_group();
  if (!available.has_value()) return group.value_or(kUnknown);
  return std::min(*available, group.value_or(*available));
}

}  // namespace eif
