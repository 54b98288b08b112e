#include "suite/engine/memory.h"

#include <ATen/DeviceAccelerator.h>
#include <malloc.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <string>

namespace eif {
namespace {

namespace fs = std::filesystem;

// What is assumed where the system does not say.
constexpr int64_t kUnknown = int64_t{1} << 30;

// The number behind `key` in a file of lines "key number …".
std::optional<int64_t> number_behind(const std::string& key, const fs::path& path) {
  std::ifstream file(path);
  std::string name, rest;
  int64_t number = 0;
  while (file >> name >> number) {
    std::getline(file, rest);
    if (name == key) return number;
  }
  return std::nullopt;
}

std::optional<int64_t> number_in(const fs::path& path) {
  std::ifstream file(path);
  int64_t number = 0;
  if (file >> number) return number;
  return std::nullopt;  // not there, or "max"
}

// What is left below the limit of one control group (version 2).
std::optional<int64_t> left_in_group(const fs::path& group) {
  const std::optional<int64_t> limit = number_in(group / "memory.max");
  const std::optional<int64_t> used = number_in(group / "memory.current");
  if (!limit.has_value() || !used.has_value()) return std::nullopt;
  // Of what counts as used, the system takes this back as soon as somebody needs it: the contents
  // of files that were read, of a checkpoint above all.
  const int64_t cached = number_behind("inactive_file", group / "memory.stat").value_or(0);
  return std::max<int64_t>(0, *limit - std::max<int64_t>(0, *used - cached));
}

// The least that is left in the process's control group and in those that it is a part of. In a
// container its path is "/".
std::optional<int64_t> left_in_groups(const fs::path& root) {
  std::ifstream file(root / "proc/self/cgroup");
  std::string line, path;
  while (std::getline(file, line)) {
    if (line.starts_with("0::/")) path = line.substr(4);
  }
  const fs::path top = root / "sys/fs/cgroup";
  std::optional<int64_t> least;
  fs::path group = top;
  const auto count = [&] {
    const std::optional<int64_t> left = left_in_group(group);
    if (left.has_value()) least = std::min(*left, least.value_or(*left));
  };
  count();
  for (const fs::path& part : fs::path(path)) {
    group /= part;
    count();
  }
  return least;
}

}  // namespace

int64_t free_cpu_memory_bytes(const fs::path& root) {
  const std::optional<int64_t> kibibytes = number_behind("MemAvailable:", root / "proc/meminfo");
  const std::optional<int64_t> group = left_in_groups(root);
  if (!kibibytes.has_value()) return group.value_or(kUnknown);
  const int64_t available = *kibibytes * 1024;
  return std::min(available, group.value_or(available));
}

int64_t free_memory_bytes(at::Device device) {
  if (!device.is_cpu()) {
    const auto free = static_cast<int64_t>(at::accelerator::getMemoryInfo(device.index()).first);
    // libtorch keeps what was freed, and the driver counts that as taken.
    const auto stats = at::accelerator::getDeviceStats(device.index());
    constexpr auto kAll = static_cast<size_t>(c10::CachingAllocator::StatType::AGGREGATE);
    return free + stats.reserved_bytes[kAll].current - stats.allocated_bytes[kAll].current;
  }
#ifdef __GLIBC__
  malloc_trim(0);  // what was freed is free
#endif
  return free_cpu_memory_bytes("/");
}

}  // namespace eif
