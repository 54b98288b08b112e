// How tests see on which threads the work is done.
#pragma once

#include <mutex>
#include <set>
#include <thread>

#include "suite/engine/test_models.h"

namespace eif {

// Notes the threads on which it is asked.
class ReaderOnThreads final : public SmallReader {
 public:
  explicit ReaderOnThreads(bool is_thread_safe) : SmallReader(/*seed=*/1) {
    info_ = SmallReader::info();
    info_.thread_safe = is_thread_safe;
  }
  const ModelInfo& info() const override { return info_; }
  absl::StatusOr<Losses> loss(Weights& weights, const Batch& batch) const override {
    {
      const std::lock_guard lock(mutex_);
      threads_.insert(std::this_thread::get_id());
    }
    return SmallReader::loss(weights, batch);
  }
  const std::set<std::thread::id>& threads() const { return threads_; }

 private:
  ModelInfo info_;
  mutable std::mutex mutex_;
  mutable std::set<std::thread::id> threads_;
};

}  // namespace eif
