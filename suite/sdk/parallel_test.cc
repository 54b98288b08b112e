#include "eif/parallel.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "suite/sdk/threads_for_test.h"

namespace eif {
namespace {

using ::testing::ElementsAre;

std::vector<std::pair<int64_t, int64_t>> parts_of(int64_t begin, int64_t end, int64_t grain) {
  std::mutex mutex;
  std::vector<std::pair<int64_t, int64_t>> parts;
  in_parallel(begin, end, grain, [&](int64_t first, int64_t last) {
    const std::lock_guard lock(mutex);
    parts.emplace_back(first, last);
  });
  std::sort(parts.begin(), parts.end());
  return parts;
}

TEST(InParallel, HasSeveralThreadsAtOnce) {
  const ThreadsForTest two(2);
  std::atomic<int> inside = 0;
  std::atomic<bool> have_met = false;
  in_parallel(0, 2, 1, [&](int64_t, int64_t) {
    ++inside;
    // Each waits for the other, which never comes where one thread does both parts.
    const auto late = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (inside < 2 && std::chrono::steady_clock::now() < late) std::this_thread::yield();
    if (inside == 2) have_met = true;
  });
  EXPECT_TRUE(have_met);
}

TEST(InParallel, PartsFollowEachOther) {
  const ThreadsForTest two(2);
  EXPECT_THAT(parts_of(3, 13, 1), ElementsAre(std::pair(3, 8), std::pair(8, 13)));
  EXPECT_THAT(parts_of(3, 3, 1), ElementsAre());
}

TEST(InParallel, OneThreadWhereThereIsLittleOrNoOther) {
  {
    const ThreadsForTest two(2);
    EXPECT_THAT(parts_of(0, 10, 10), ElementsAre(std::pair(0, 10)));
  }
  const ThreadsForTest one(1);
  EXPECT_THAT(parts_of(0, 10, 1), ElementsAre(std::pair(0, 10)));
}

TEST(InParallel, WhatIsThrownComesBack) {
  const ThreadsForTest two(2);
  EXPECT_THROW(in_parallel(0, 2, 1, [](int64_t, int64_t) { throw std::runtime_error("no"); }),
               std::runtime_error);
}

}  // namespace
}  // namespace eif
