// The program's monitor: progress on stderr as a bar that redraws itself on a terminal, a line now
// and then elsewhere, and stopping when the user interrupts.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "eif/monitor.h"

namespace eif {

class Progress final : public Monitor {
 public:
  // `terminal`: stderr is one and may be redrawn.
  explicit Progress(bool terminal) : terminal_(terminal) {}
  // Leaves no half-drawn bar behind.
  ~Progress() override { finish(); }

  // Whether the user interrupted the program (suite/cli/interrupt.h).
  bool stopping() override;
  // Shown for the moment, unless something else just was; with --verbose always.
  void note(const std::string& line) override;
  // Always shown, and left standing.
  void announce(const std::string& line) override;
  void rows(size_t done, size_t expected) override;
  void finish();

 private:
  using Clock = std::chrono::steady_clock;

  bool is_due();
  void show(const std::string& line);
  std::string bar() const;

  bool terminal_;
  bool drawn_ = false;
  size_t expected_ = 0;
  size_t done_ = 0;
  Clock::time_point began_ = Clock::now();  // the first row
  Clock::time_point shown_;
};

// Whether stderr is a terminal that may be redrawn, and stdout one that shows colours: both honour
// TERM=dumb, the latter NO_COLOR, unless --color says it.
bool stderr_is_terminal();
bool stdout_shows_color();

}  // namespace eif
