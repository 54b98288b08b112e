// What a user may set about what seeds draw: options that several commands share.
#pragma once

#include <CLI/App.hpp>
#include <string>

#include "absl/status/statusor.h"
#include "suite/host/draw.h"

namespace eif {

struct DrawOptions {
  std::string claims_file;
  std::string dictionary_file;
  bool large = false;
};

void add_claims_option(CLI::App& command, DrawOptions& options);
void add_dictionary_option(CLI::App& command, DrawOptions& options);
void add_large_option(CLI::App& command, DrawOptions& options);

// Reads the files. Errors name the file, and the line where there is one: it cannot be read, or
// holds no claims (domains/claims.h) or words (suite/core/words.h).
absl::StatusOr<DrawSettings> draw_settings(const DrawOptions& options);

}  // namespace eif
