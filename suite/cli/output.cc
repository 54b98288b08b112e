#include "suite/cli/output.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "suite/cli/exit_code.h"
#include "suite/cli/interrupt.h"
#include "suite/cli/progress.h"
#include "suite/formats/printable.h"

namespace eif {
namespace {

constexpr size_t kPageColumns = 80;

// The colours of the report (reports/terminal.cc), which printable_document() has made visible.
std::string with_colors(std::string text) {
  return absl::StrReplaceAll(text, {{"\\x1b[0m", "\033[0m"},
                                    {"\\x1b[1;31m", "\033[1;31m"},
                                    {"\\x1b[31m", "\033[31m"},
                                    {"\\x1b[32m", "\033[32m"},
                                    {"\\x1b[33m", "\033[33m"}});
}

// False with errno set where not all of it could be written.
bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

absl::Status output_error(int error) {
  return absl::ErrnoToStatus(error, "cannot write to standard output");
}

bool printed = false;
bool has_said = false;

}  // namespace

void prepare_streams() {
  std::signal(SIGPIPE, SIG_IGN);
  // The wrong way round, so that using one of them fails with EBADF.
  constexpr int kModes[] = {O_WRONLY, O_RDONLY, O_RDONLY};
  for (int descriptor = 0; descriptor < 3; ++descriptor) {
    if (::fcntl(descriptor, F_GETFD) != -1) continue;
    // The lowest free number is this one.
    [[maybe_unused]] const int opened = ::open("/dev/null", kModes[descriptor]);
  }
}

absl::Status print(std::string_view content, Content kind) {
  printed = true;
  std::string shown;
  if (kind == Content::kText || isatty(STDOUT_FILENO) != 0) {
    shown = printable_document(content);
    if (stdout_shows_color()) shown = with_colors(std::move(shown));
    content = shown;
  }
  return write_all(STDOUT_FILENO, content) ? absl::OkStatus() : output_error(errno);
}

int print_result(std::string_view content, int code, Content kind) {
  const absl::Status status = print(content, kind);
  return status.ok() ? code : fail(status, kNotMeasured);
}

int close_output(int code) {
  if (!printed || ::close(STDOUT_FILENO) == 0 || errno == EBADF) return code;
  return fail(output_error(errno), kNotMeasured);
}

void show_progress(std::string_view line) {
  // There is nobody left to tell of an error.
  write_all(STDERR_FILENO, printable(line) + "\n");
}

void say(std::string_view line) {
  has_said = true;
  show_progress(line);
}

bool has_said_something() { return has_said; }

void print_error(std::string_view message) { say(absl::StrCat("error: ", std::string(message))); }

int fail(const absl::Status& status, int code) {
  print_error(std::string(status.message()));
  return absl::IsCancelled(status) ? 128 + interrupted_by() : code;
}

void draw(std::string_view line) { write_all(STDERR_FILENO, "\r\033[K" + printable(line)); }

size_t columns_of(int descriptor) {
  winsize size{};
  const bool is_known = ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return is_known ? size.ws_col : kPageColumns;
}

}  // namespace eif
