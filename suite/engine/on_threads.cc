#include "suite/engine/on_threads.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <string>

#include "eif/parallel.h"
#include "suite/engine/evaluation.h"

namespace eif {
namespace {

// A monitor of several threads. Once one of them has failed, the others are to stop.
class SharedMonitor final : public Monitor {
 public:
  explicit SharedMonitor(Monitor& inner) : inner_(inner) {}

  bool stopping() override {
    const std::lock_guard lock(mutex_);
    return has_failed_ || inner_.stopping();
  }
  void note(const std::string& line) override {
    const std::lock_guard lock(mutex_);
    inner_.note(line);
  }
  void announce(const std::string& line) override {
    const std::lock_guard lock(mutex_);
    inner_.announce(line);
  }
  void rows(size_t done, size_t expected) override {
    const std::lock_guard lock(mutex_);
    inner_.rows(done, expected);
  }

  // Keeps the first error: others may follow from it.
  void fail(const absl::Status& status) {
    const std::lock_guard lock(mutex_);
    status_.Update(status);
    has_failed_ = true;
  }
  bool has_failed() const { return has_failed_; }
  const absl::Status& status() const { return status_; }

 private:
  Monitor& inner_;
  std::mutex mutex_;
  std::atomic<bool> has_failed_ = false;
  absl::Status status_;
};

}  // namespace

int threads_for(Model& model) {
  return model.info().thread_safe && device_of(model).is_cpu() ? at::get_num_threads() : 1;
}

absl::Status on_threads(int threads, size_t count, Monitor& monitor,
                        absl::FunctionRef<absl::Status(size_t, Monitor&)> work) {
  if (threads <= 1 || count <= 1) {
    for (size_t i = 0; i < count; ++i) {
      if (absl::Status status = work(i, monitor); !status.ok()) return status;
    }
    return absl::OkStatus();
  }
  SharedMonitor shared(monitor);
  std::atomic<size_t> next = 0;
  const auto work_off = [&] {
    try {
      for (size_t i = next++; i < count && !shared.has_failed(); i = next++) {
        if (absl::Status status = work(i, shared); !status.ok()) shared.fail(status);
      }
    } catch (...) {
      shared.fail(absl::CancelledError("another thread failed"));
      throw;  // in_parallel() throws it once all threads are back
    }
  };
  in_parallel(0, std::min<int64_t>(threads, static_cast<int64_t>(count)), 1,
              [&](int64_t begin, int64_t end) {
                for (int64_t thread = begin; thread < end; ++thread) work_off();
              });
  return shared.status();
}

}  // namespace eif
