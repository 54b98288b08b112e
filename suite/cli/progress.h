// Progress on stderr: a bar that redraws itself on a terminal, a line now and then elsewhere.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace eif {

class Progress {
 public:
  // `terminal`: stderr is one and may be redrawn.
  explicit Progress(bool terminal) : terminal_(terminal) {}
  // Leaves no half-drawn bar behind.
  ~Progress() { finish(); }

  // Shown for the moment, unless something else just was.
  void note(const std::string& line);
  // Always shown, and left standing.
  void announce(const std::string& line);
  void expect(size_t rows);
  void done(size_t rows);
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
  Clock::time_point first_row_;
  Clock::time_point shown_;
};

// Whether stderr is a terminal that may be redrawn, and stdout one that shows colours: both honour
// TERM=dumb, the latter NO_COLOR.
bool stderr_is_terminal();
bool stdout_shows_color();

}  // namespace eif
