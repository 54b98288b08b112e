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

// From here on the same calls give the same bits, on one machine and with one number of threads:
// libtorch's deterministic algorithms, and float32 products that are not shortened to TF32. What
// has no such algorithm fails and says so. Call it before anything is computed on a GPU.
void use_deterministic_algorithms();

// A line for each device that is there.
std::vector<std::string> describe_devices();

}  // namespace eif
