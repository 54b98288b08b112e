#pragma once

#include <ATen/Parallel.h>

namespace eif {

// Gives libtorch so many threads, and in the end as many as it had.
class ThreadsForTest {
 public:
  explicit ThreadsForTest(int threads) : before_(at::get_num_threads()) {
    at::set_num_threads(threads);
  }
  ~ThreadsForTest() { at::set_num_threads(before_); }
  ThreadsForTest(const ThreadsForTest&) = delete;
  ThreadsForTest& operator=(const ThreadsForTest&) = delete;

 private:
  int before_;
};

}  // namespace eif
