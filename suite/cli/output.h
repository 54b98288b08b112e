// All that the program prints goes through here: results to standard output, where failing to write
// them is an error like any other, and messages to standard error, one line each.
//
//   say("note: eif-suite.toml of this folder sets seeds");
//   if (!samples.ok()) return fail(samples.status(), kUsage);
//   return print_result(matrix_table(context, matrix), kSuccess);
//
// Names of files and plugins, ids, and keys of files reach a terminal through it in any message or
// table. So it is here that they are made harmless (suite/formats/printable.h), once for all.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace eif {

// What standard output gets.
enum class Content {
  kText,  // for people: shown escaped where it is not plain text
  kData,  // for programs: byte for byte, but to a terminal as kText
};

// How much is said on standard error, and where there are colours; --quiet, --verbose, --color.
enum class Verbosity {
  kQuiet,    // errors and warnings
  kNormal,   // and what was done, and how far a run has come
  kVerbose,  // and what the program did for it
};
enum class ColorChoice {
  kAuto,  // on a terminal, unless NO_COLOR or TERM=dumb say otherwise
  kAlways,
  kNever,
};
struct OutputStyle {
  Verbosity verbosity = Verbosity::kNormal;
  ColorChoice color = ColorChoice::kAuto;
};
void set_output_style(const OutputStyle& style);
const OutputStyle& output_style();

// Before anything is opened: a standard stream that the caller closed is put out of the way, so
// that no file takes its number, and what is written to it fails. A reader that goes away, as
// `head` does, is an error of writing from then on, and does not end a run that still measures.
// What plugins and libraries print by themselves goes to standard error, where it spoils no result.
void prepare_streams();

// Writes all of it, or says why not. The report's own colours pass where the terminal has them.
absl::Status print(std::string_view content, Content kind = Content::kText);

// The same, and how the program ends: with `code`, or with kNotMeasured and a message where the
// content could not be written.
int print_result(std::string_view content, int code, Content kind = Content::kText);

// The last call of the program. Some file systems say only here that the disk is full: then
// kNotMeasured, otherwise `code`.
int close_output(int code);

// A line on standard error. What is no character of one line is escaped.
void say(std::string_view line);

// The same for what one must know, whatever --quiet says.
void warn(std::string_view line);

// The same for what nobody needs but with --verbose.
void tell_more(std::string_view line);

// A line on standard error that explains nothing: how far a run has come.
void show_progress(std::string_view line);

// Whether anything was shown by say(), warn() or print_error().
bool has_said_something();

// "error: …"
void print_error(std::string_view message);

// The same, and how the program ends: with `code`, unless the user stopped it.
int fail(const absl::Status& status, int code);

// On a terminal: shows `line` in place of what draw() showed before; an empty one leaves nothing.
void draw(std::string_view line);

// What results are written to, for whoever asks what it is. Not STDOUT_FILENO.
int output_descriptor();

// What -o has to say for standard output, where "" says nothing of a place and means it, too.
inline constexpr char kStandardOutput[] = "-";
inline bool is_standard_output(std::string_view path) {
  return path.empty() || path == kStandardOutput;
}

// Columns of the terminal that results are written to; those of a page, 80, where it is none.
size_t output_columns();

}  // namespace eif
