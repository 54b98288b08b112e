// Where and in which precision is computed.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/backend.h"

namespace eif {

// "auto" (a GPU if there is one), "cpu", "cuda" or "cuda:N". kInvalidArgument where there is no
// such device.
absl::StatusOr<at::Device> parse_device(const std::string& name);

// "float32", "float64" or "bfloat16".
absl::StatusOr<at::ScalarType> parse_dtype(const std::string& name);

// CPU threads from here on; 0: as many as libtorch likes.
void use_threads(int threads);

// A line for each device that is there.
std::vector<std::string> describe_devices();

}  // namespace eif
