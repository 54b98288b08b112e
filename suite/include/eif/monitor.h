// The one channel from whatever takes long back to whoever waits for it: may it go on, and how far
// it has come. The command line hands one down; the harness, the engines and model backends call
// it.
//
//   for (const Row& row : rows) {
//     if (monitor.stopping()) return absl::CancelledError("interrupted");
//     measure(row);
//     monitor.rows(/*done=*/1, /*expected=*/0);
//   }
#pragma once

#include <cstddef>
#include <string>

namespace eif {

// Called by one thread at a time, but for stopping(). By default nobody watches and nothing stops.
class Monitor {
 public:
  virtual ~Monitor() = default;
  // True once the user wants to stop: give up soon with absl::CancelledError. Cheap, so that inner
  // loops can ask.
  virtual bool stopping() { return false; }
  // One line for a person, now and then, while a long step is under way. The next one replaces it.
  virtual void note(const std::string& line) {}
  // One line for a person that stays, such as a decision that was made.
  virtual void announce(const std::string& line) {}
  // `done` more rows were measured, and `expected` more are to come than were expected before.
  virtual void rows(size_t done, size_t expected) {}
};

// Nobody watches.
inline Monitor& unwatched() {
  static Monitor monitor;
  return monitor;
}

// Passes everything on but the rows, which the work at hand counts in another way or not at all.
class UncountedMonitor : public Monitor {
 public:
  explicit UncountedMonitor(Monitor& inner) : inner_(inner) {}
  bool stopping() override { return inner_.stopping(); }
  void note(const std::string& line) override { inner_.note(line); }
  void announce(const std::string& line) override { inner_.announce(line); }

 private:
  Monitor& inner_;
};

}  // namespace eif
