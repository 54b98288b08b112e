#include "suite/engine/on_threads.h"

#include <ATen/Parallel.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

#include "suite/engine/monitor_for_test.h"
#include "suite/sdk/threads_for_test.h"

namespace eif {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

// Waits until `condition` holds, and says whether it does.
template <typename Condition>
bool comes_true(Condition condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!condition() && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  return condition();
}

TEST(OnThreads, DoesEachPieceOnceOnThreadsThatLibtorchDoesNotDivide) {
  const ThreadsForTest three(3);
  std::vector<int> times(20, 0), threads_within(20, 0);
  ASSERT_TRUE(on_threads(3, 20, unwatched(), [&](size_t i, Monitor&) {
                ++times[i];
                at::parallel_for(0, 1000, 1, [&](int64_t, int64_t) {});
                threads_within[i] = at::in_parallel_region() ? 1 : at::get_num_threads();
                return absl::OkStatus();
              }).ok());
  EXPECT_THAT(times, Each(1));
  EXPECT_THAT(threads_within, Each(1));
}

TEST(OnThreads, HasAsManyAtOnceAsThereAreThreads) {
  const ThreadsForTest two(2);
  std::atomic<int> begun = 0;
  EXPECT_TRUE(on_threads(2, 2, unwatched(), [&](size_t, Monitor&) {
                ++begun;
                const bool both = comes_true([&] { return begun == 2; });
                return both ? absl::OkStatus() : absl::InternalError("one after the other");
              }).ok());
}

TEST(OnThreads, OneThreadWorksInOrderWithTheMonitorItself) {
  std::vector<size_t> order;
  MonitorForTest monitor;
  ASSERT_TRUE(on_threads(1, 3, monitor, [&](size_t i, Monitor& given) {
                order.push_back(i);
                EXPECT_EQ(&given, &monitor);
                return absl::OkStatus();
              }).ok());
  EXPECT_THAT(order, ElementsAre(0, 1, 2));
}

TEST(OnThreads, PassesOnWhatIsToldAndWhetherToStop) {
  const ThreadsForTest two(2);
  MonitorForTest monitor(/*stop_at=*/50);
  std::atomic<int> stopped = 0;
  ASSERT_TRUE(on_threads(2, 100, monitor, [&](size_t, Monitor& shared) {
                if (shared.stopping()) ++stopped;
                shared.rows(1, 0);
                return absl::OkStatus();
              }).ok());
  EXPECT_EQ(monitor.done, 100u);
  EXPECT_GE(stopped, 48);  // what the other thread began before is one at most
}

TEST(OnThreads, AnErrorEndsTheOthersAndIsReturned) {
  const ThreadsForTest two(2);
  std::atomic<int> begun = 0;
  bool was_told = false;
  const absl::Status status = on_threads(2, 100, unwatched(), [&](size_t i, Monitor& shared) {
    ++begun;
    EXPECT_TRUE(comes_true([&] { return begun == 2; }));
    if (i == 0) return absl::DataLossError("the first");
    was_told = comes_true([&] { return shared.stopping(); });
    return absl::CancelledError("interrupted");
  });
  EXPECT_EQ(status, absl::DataLossError("the first"));
  EXPECT_TRUE(was_told);
  EXPECT_EQ(begun, 2);
}

TEST(OnThreads, AnExceptionEndsTheOthersAndIsThrown) {
  const ThreadsForTest two(2);
  std::atomic<int> begun = 0;
  const auto fails = [&](size_t i, Monitor& shared) -> absl::Status {
    ++begun;
    EXPECT_TRUE(comes_true([&] { return begun == 2; }));
    if (i == 0) throw std::runtime_error("the first");
    EXPECT_TRUE(comes_true([&] { return shared.stopping(); }));
    return absl::OkStatus();
  };
  EXPECT_THROW(on_threads(2, 100, unwatched(), fails).IgnoreError(), std::runtime_error);
  EXPECT_EQ(begun, 2);
}

}  // namespace
}  // namespace eif
