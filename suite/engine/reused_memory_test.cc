#include "suite/engine/reused_memory.h"

#include <ATen/ATen.h>
#include <c10/core/CPUAllocator.h>
#include <c10/core/alignment.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "suite/engine/out_of_memory.h"

namespace eif {
namespace {

// Pages that the system has given to this process.
int64_t pages_fetched() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_minflt;
}

class ReusedMemory : public testing::Test {
 protected:
  void SetUp() override {
#ifndef __GLIBC__
    GTEST_SKIP() << "another C library";
#endif
    reuse_memory();
  }
};

// In a process of its own: after a block that could not be had, glibc takes large ones from
// elsewhere.
TEST_F(ReusedMemory, BlocksOfTheSameSizesServeAgain) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  constexpr int64_t kMebibyte = int64_t{1} << 18;  // float32
  const auto pass = [] {
    const at::Tensor small = at::ones({64 * kMebibyte});
    const at::Tensor large = at::ones({200 * kMebibyte});
  };
  const auto pages_of_five_passes = [&] {
    pass();
    const int64_t before = pages_fetched();
    for (int i = 0; i < 5; ++i) pass();
    return pages_fetched() - before;
  };
  // With libtorch's own allocator some hundred thousand: the large ones, nearly each time.
  EXPECT_EXIT(std::exit(pages_of_five_passes() < 1000 ? 0 : 1), testing::ExitedWithCode(0), "");
}

TEST_F(ReusedMemory, IsAlignedAndKeepsWhatIsWritten) {
  std::vector<at::Tensor> tensors;
  for (int64_t size = 1; size < 300; ++size)
    tensors.push_back(at::full({size}, size % 256, at::kByte));
  for (size_t i = 0; i < tensors.size(); ++i) {
    const auto address = reinterpret_cast<uintptr_t>(tensors[i].const_data_ptr());
    EXPECT_EQ(address % c10::gAlignment, 0);
    EXPECT_TRUE((tensors[i] == static_cast<int64_t>(i + 1) % 256).all().item<bool>()) << i;
  }
}

// glibc would put both together, and give the first half of it.
TEST_F(ReusedMemory, TheBlockThatWasFreedLastServesTheNextOfItsSize) {
  constexpr size_t kBytes = size_t{1} << 20;
  c10::DataPtr first = c10::GetCPUAllocator()->allocate(kBytes);
  c10::DataPtr second = c10::GetCPUAllocator()->allocate(kBytes);
  const void* const place_of_first = first.get();
  const void* const place_of_second = second.get();
  first.clear();
  second.clear();
  const c10::DataPtr other = c10::GetCPUAllocator()->allocate(2 * kBytes);
  EXPECT_NE(other.get(), place_of_first);
  EXPECT_EQ(c10::GetCPUAllocator()->allocate(kBytes).get(), place_of_second);
}

TEST_F(ReusedMemory, NoBlockServesTwoThreads) {
  std::vector<std::thread> threads;
  std::atomic<bool> is_whole = true;
  for (int number = 1; number <= 4; ++number) {
    threads.emplace_back([number, &is_whole] {
      for (int i = 0; i < 200; ++i) {
        const int64_t size = (int64_t{1} << 14) << (i % 4);
        const at::Tensor own = at::full({size}, number, at::kByte);
        const at::Tensor another = at::full({size}, number + 100, at::kByte);
        if (!(own == number).all().item<bool>()) is_whole = false;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(is_whole);
}

TEST_F(ReusedMemory, NothingTakesNoMemory) {
  EXPECT_EQ(c10::GetCPUAllocator()->allocate(0).get(), nullptr);
  void* const raw = c10::GetCPUAllocator()->raw_allocate(3);
  EXPECT_NE(raw, nullptr);
  c10::GetCPUAllocator()->raw_deallocate(raw);
}

// More than there is, and so much that the size itself would overflow.
TEST_F(ReusedMemory, WhatThereIsNotIsRefusedAsMemory) {
  constexpr size_t kMost = std::numeric_limits<size_t>::max();
  for (const size_t bytes : {kMost, kMost - c10::gAlignment, kMost / 4}) {
    try {
      c10::GetCPUAllocator()->allocate(bytes);
      FAIL() << bytes;
    } catch (const std::exception& error) {
      EXPECT_TRUE(is_out_of_memory(error)) << error.what();
      EXPECT_THAT(first_line(error),
                  testing::HasSubstr("tried to allocate " + std::to_string(bytes)));
    }
  }
}

}  // namespace
}  // namespace eif
