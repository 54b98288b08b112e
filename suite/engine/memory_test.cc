#include "suite/engine/memory.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>

#include "suite/formats/test_files.h"

namespace eif {
namespace {

namespace fs = std::filesystem;

constexpr char kMeminfo[] = "proc/meminfo";
constexpr char kFree1000[] = "MemTotal:  4000 kB\nMemFree:  10 kB\nMemAvailable:  1000 kB\n";

// The files that a system shows, under a root of their own.
class FreeMemory : public testing::Test {
 protected:
  int64_t with(const std::map<std::string, std::string>& files) {
    const TemporaryFolder root;
    for (const auto& [path, text] : files) {
      fs::create_directories((root.path() / path).parent_path());
      root.file(path, text);
    }
    return free_cpu_memory_bytes(root.path());
  }
};

TEST_F(FreeMemory, IsWhatTheSystemHasLeft) {
  EXPECT_EQ(with({{kMeminfo, kFree1000}}), 1000 * 1024);
}

TEST_F(FreeMemory, IsNoMoreThanTheControlGroupHasLeft) {
  EXPECT_EQ(with({{kMeminfo, kFree1000},
                  {"sys/fs/cgroup/memory.max", "90000\n"},
                  {"sys/fs/cgroup/memory.current", "70000\n"}}),
            20000);
}

// Files that were read stay in memory until somebody needs it.
TEST_F(FreeMemory, WhatIsKeptOfFilesIsFree) {
  EXPECT_EQ(with({{kMeminfo, kFree1000},
                  {"sys/fs/cgroup/memory.max", "90000\n"},
                  {"sys/fs/cgroup/memory.current", "70000\n"},
                  {"sys/fs/cgroup/memory.stat",
                   "anon 9000\nactive_file 1000\ninactive_file 60000\nslab 7\n"}}),
            80000);
}

TEST_F(FreeMemory, TheTightestOfNestedControlGroupsCounts) {
  const std::string slice = "sys/fs/cgroup/user.slice/";
  EXPECT_EQ(with({{kMeminfo, kFree1000},
                  {"proc/self/cgroup", "1:name=systemd:/\n0::/user.slice/run.scope\n"},
                  {slice + "memory.max", "50000\n"},
                  {slice + "memory.current", "45000\n"},
                  {slice + "run.scope/memory.max", "max\n"},
                  {slice + "run.scope/memory.current", "40000\n"}}),
            5000);
}

TEST_F(FreeMemory, AGroupBeyondItsLimitHasNoneLeft) {
  EXPECT_EQ(
      with({{"sys/fs/cgroup/memory.max", "90000\n"}, {"sys/fs/cgroup/memory.current", "95000\n"}}),
      0);
}

TEST_F(FreeMemory, IsACautiousGuessWhereNobodySays) { EXPECT_EQ(with({}), int64_t{1} << 30); }

TEST(WorkLimits, AreHalfOfWhatIsFreeUnlessSaid) {
  EXPECT_EQ((WorkLimits{.memory_bytes = 12345}.bytes(at::kCPU)), 12345);
  const int64_t half = WorkLimits{}.bytes(at::kCPU);
  EXPECT_GT(half, 0);
  EXPECT_LT(half, free_cpu_memory_bytes("/"));
}

}  // namespace
}  // namespace eif
