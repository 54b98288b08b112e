// What a user may set about what seeds draw: options that several commands share.
#pragma once

#include <CLI/App.hpp>

#include "absl/status/statusor.h"
#include "suite/core/run_request.h"
#include "suite/host/draw.h"

namespace eif {

// They are the claims_file, dictionary_file and large of the request.
void add_claims_option(CLI::App& command, RunRequest& request);
void add_dictionary_option(CLI::App& command, RunRequest& request);
void add_large_option(CLI::App& command, RunRequest& request);

// Reads the files, and gives the request the digests of what they say. Errors name the file, and
// the line where there is one: it cannot be read, or holds no claims (domains/claims.h) or words
// (suite/core/words.h).
absl::StatusOr<DrawSettings> draw_settings(RunRequest& request);

}  // namespace eif
