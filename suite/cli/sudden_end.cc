#include "suite/cli/sudden_end.h"

#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <initializer_list>

#include "suite/cli/exit_code.h"
#include "suite/host/under_way.h"

namespace eif {
namespace {

bool is_end_expected = true;

// What a signal handler may do: nothing is allocated.
void write_error(const char* text) {
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text, std::strlen(text));
}

void say_where() {
  const char* where = what_is_under_way();
  if (where[0] == '\0') return;
  write_error(" in ");
  write_error(where);
}

const char* name_of(int signal) {
  switch (signal) {
    case SIGSEGV:
      return "a segmentation fault";
    case SIGBUS:
      return "a bus error, as of a file that is cut short while it is read";
    case SIGFPE:
      return "an arithmetic error";
    case SIGILL:
      return "an illegal instruction";
    default:
      return "abort()";
  }
}

extern "C" void handle_crash(int signal) {
  write_error("error: the program crashed (");
  write_error(name_of(signal));
  write_error(")");
  say_where();
  write_error("\n");
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

extern "C" void handle_exit() {
  if (is_end_expected) return;
  write_error("error: exit() was called");
  say_where();
  write_error("; nothing that was asked for came of it\n");
  ::_exit(kNotMeasured);
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
void watch_crashes() {}
#else
// Also where the stack is full.
void watch_crashes() {
  static char stack[1 << 16];
  const stack_t alternative{.ss_sp = stack, .ss_flags = 0, .ss_size = sizeof stack};
  ::sigaltstack(&alternative, nullptr);
  struct sigaction action{};
  action.sa_handler = handle_crash;
  action.sa_flags = SA_ONSTACK | static_cast<int>(SA_RESETHAND);
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) {
    ::sigaction(signal, &action, nullptr);
  }
}
#endif

}  // namespace

void watch_sudden_ends() {
  is_end_expected = false;
  std::atexit(handle_exit);
  watch_crashes();
}

void expect_end() { is_end_expected = true; }

}  // namespace eif
