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

// "float32" or "float64".
absl::StatusOr<at::ScalarType> parse_dtype(const std::string& name);

// A line for each device that is there.
std::vector<std::string> describe_devices();

}  // namespace eif
