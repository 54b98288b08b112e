#include "suite/cli/output.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "suite/cli/exit_code.h"
#include "suite/cli/interrupt.h"
#include "suite/cli/json_errors.h"
#include "suite/cli/progress.h"
#include "suite/formats/printable.h"
#include "suite/formats/text_layout.h"

namespace eif {
namespace {

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

// Where results go: prepare_streams() gives them a number of their own.
int output = STDOUT_FILENO;
bool printed = false;
bool has_said = false;
bool errors_are_json = false;
OutputStyle chosen_style;

// There is nobody left to tell of an error.
void write_line(std::string_view line) { write_all(STDERR_FILENO, printable(line) + "\n"); }

}  // namespace

void set_output_style(const OutputStyle& style) { chosen_style = style; }

const OutputStyle& output_style() { return chosen_style; }

void prepare_streams() {
  std::signal(SIGPIPE, SIG_IGN);
  // The wrong way round, so that using one of them fails with EBADF.
  constexpr int kModes[] = {O_WRONLY, O_RDONLY, O_RDONLY};
  for (int descriptor = 0; descriptor < 3; ++descriptor) {
    if (::fcntl(descriptor, F_GETFD) != -1) continue;
    // The lowest free number is this one.
    [[maybe_unused]] const int opened = ::open("/dev/null", kModes[descriptor]);
  }
  const int kept = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  if (kept >= 0 && ::dup2(STDERR_FILENO, STDOUT_FILENO) >= 0) output = kept;
}

absl::Status print(std::string_view content, Content kind) {
  printed = true;
  std::string shown;
  if (kind == Content::kText || isatty(output) != 0) {
    shown = printable_document(content, stdout_shows_color() ? Colors::kKept : Colors::kEscaped);
    content = shown;
  }
  return write_all(output, content) ? absl::OkStatus() : output_error(errno);
}

int print_result(std::string_view content, int code, Content kind) {
  const absl::Status status = print(content, kind);
  return status.ok() ? code : fail(status, kNotMeasured);
}

int close_output(int code) {
  if (!printed || ::close(output) == 0 || errno == EBADF) return code;
  return fail(output_error(errno), kNotMeasured);
}

void show_progress(std::string_view line) {
  if (chosen_style.verbosity != Verbosity::kQuiet) write_line(line);
}

void warn(std::string_view line) {
  has_said = true;
  write_line(line);
}

void say(std::string_view line) {
  if (chosen_style.verbosity != Verbosity::kQuiet) warn(line);
}

void tell_more(std::string_view line) {
  if (chosen_style.verbosity == Verbosity::kVerbose) warn(line);
}

bool has_said_something() { return has_said; }

void print_errors_as_json() { errors_are_json = true; }

void print_error(std::string_view message) {
  if (!errors_are_json) {
    warn(absl::StrCat("error: ", std::string(message)));
    return;
  }
  has_said = true;
  const nlohmann::json error = {{"error", message}};
  write_all(STDERR_FILENO,
            error.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

int fail(const absl::Status& status, int code) {
  print_error(std::string(status.message()));
  return absl::IsCancelled(status) ? 128 + interrupted_by() : code;
}

void draw(std::string_view line) {
  if (chosen_style.verbosity == Verbosity::kQuiet) return;
  write_all(STDERR_FILENO, "\r\033[K" + printable(line));
}

int output_descriptor() { return output; }

size_t output_columns() {
  winsize size{};
  const bool is_known = ::ioctl(output, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return is_known ? size.ws_col : kPageWidth;
}

}  // namespace eif
