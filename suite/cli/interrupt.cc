#include "suite/cli/interrupt.h"

#include <unistd.h>

#include <csignal>

namespace eif {
namespace {

volatile std::sig_atomic_t received = 0;

extern "C" void handle_signal(int signal) {
  if (received != 0) _exit(128 + signal);
  received = signal;
}

}  // namespace

void watch_interrupts() {
  std::signal(SIGINT, handle_signal);
  std::signal(SIGTERM, handle_signal);
}

int interrupted_by() { return received; }

}  // namespace eif
