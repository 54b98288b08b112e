// Errors for programs: who asked for JSON is told in JSON what went wrong, too.
//
//   if (asks_for_json(arguments)) print_errors_as_json();
//   print_error("no desideratum 'x'");  // {"error":"no desideratum 'x'"}
#pragma once

#include <string>
#include <vector>

namespace eif {

// Whether the arguments have --json or --format json: known before they are parsed, which may fail.
bool asks_for_json(const std::vector<std::string>& arguments);

// From now on print_error() writes an object with the key "error", a line each. Notes and warnings
// stay text.
void print_errors_as_json();

}  // namespace eif
