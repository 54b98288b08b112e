// A monitor that remembers what it was told, and wants to stop once so many rows are done.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "eif/monitor.h"

namespace eif {

class MonitorForTest final : public Monitor {
 public:
  explicit MonitorForTest(std::optional<size_t> stop_at = std::nullopt) : stop_at(stop_at) {}

  bool stopping() override { return stop_at.has_value() && done >= *stop_at; }
  void note(const std::string& line) override { notes.push_back(line); }
  void announce(const std::string& line) override { announcements.push_back(line); }
  void rows(size_t more_done, size_t more_expected) override {
    done += more_done;
    expected += more_expected;
  }

  std::optional<size_t> stop_at;  // 0: at once
  size_t done = 0, expected = 0;
  std::vector<std::string> notes, announcements;
};

}  // namespace eif
