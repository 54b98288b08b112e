#include "suite/cli/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "suite/cli/interrupt.h"
#include "suite/cli/output.h"

namespace eif {
namespace {

constexpr auto kTerminalPeriod = std::chrono::milliseconds(100);
constexpr auto kLogPeriod = std::chrono::seconds(10);
constexpr size_t kBarWidth = 24;

bool is_terminal(int file) {
  const char* term = std::getenv("TERM");
  return isatty(file) != 0 && (term == nullptr || std::string_view(term) != "dumb");
}

std::string duration_text(double seconds) {
  const auto whole = static_cast<long>(seconds + 0.5);
  return absl::StrFormat("%d:%02d", whole / 60, whole % 60);
}

}  // namespace

bool Progress::stopping() { return interrupted_by() != 0; }

void Progress::note(const std::string& line) {
  if (is_due() || output_style().verbosity == Verbosity::kVerbose) show(line);
}

void Progress::announce(const std::string& line) {
  finish();
  say(line);
}

void Progress::rows(size_t done, size_t expected) {
  expected_ += expected;
  if (done == 0) {
    // That rows are coming: the first of them begins now.
    if (done_ == 0) began_ = Clock::now();
    return;
  }
  done_ += done;
  if (is_due() || done_ == expected_) show(bar());
}

void Progress::finish() {
  if (drawn_) draw("");
  drawn_ = false;
}

bool Progress::is_due() {
  const Clock::time_point now = Clock::now();
  if (now - shown_ < (terminal_ ? Clock::duration(kTerminalPeriod) : Clock::duration(kLogPeriod))) {
    return false;
  }
  shown_ = now;
  return true;
}

void Progress::show(const std::string& line) {
  if (terminal_) {
    draw(line);
    drawn_ = true;
  } else {
    show_progress(line);
  }
}

std::string Progress::bar() const {
  const double seconds = std::chrono::duration<double>(Clock::now() - began_).count();
  const double rate = seconds > 0 ? static_cast<double>(done_) / seconds : 0;
  const size_t total = std::max(expected_, done_);
  const size_t filled = total == 0 ? 0 : kBarWidth * done_ / total;
  const double left = rate > 0 ? static_cast<double>(total - done_) / rate : 0;
  return absl::StrFormat("[%s%s] %d/%d rows, %.1f rows/s, %s left", std::string(filled, '#'),
                         std::string(kBarWidth - filled, '-'), done_, total, rate,
                         duration_text(left));
}

bool stderr_is_terminal() { return is_terminal(STDERR_FILENO); }

bool stdout_shows_color() {
  if (output_style().color != ColorChoice::kAuto) {
    return output_style().color == ColorChoice::kAlways;
  }
  const char* no_color = std::getenv("NO_COLOR");
  return is_terminal(output_descriptor()) && (no_color == nullptr || no_color[0] == '\0');
}

}  // namespace eif
