// The part of an observer that shows progress on stderr.
#pragma once

#include <string>

#include "suite/cli/progress.h"

namespace eif {

// `Observer` is RunObserver or a kind of it.
template <typename Observer>
class ProgressObserver : public Observer {
 public:
  void note(const std::string& line) override { progress_.note(line); }
  void rows_expected(size_t rows) override { progress_.expect(rows); }
  void rows_done(size_t rows) override { progress_.done(rows); }
  void finish() { progress_.finish(); }
  Progress& progress() { return progress_; }

 private:
  Progress progress_{stderr_is_terminal()};
};

}  // namespace eif
