// Where and in which precision is computed.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/backend.h"

namespace eif {

// "auto", "cpu", "cuda" or "cuda:N". kInvalidArgument where there is no such device. "auto" is the
// CPU, also where there is a GPU: no test has compared what a GPU computes with the numbers of the
// CPU yet, so a GPU is taken by those who name it.
absl::StatusOr<at::Device> parse_device(const std::string& name);

// "float32", "float64" or "bfloat16".
absl::StatusOr<at::ScalarType> parse_dtype(const std::string& name);

// CPU threads from here on; 0: as many as libtorch likes.
void use_threads(int threads);

// From here on float32 is float32: no product is shortened to TF32. Call it before anything is
// computed on a GPU.
void use_full_precision();

// From here on the same calls give the same bits, on one machine and with one number of threads:
// libtorch's deterministic algorithms. What has no such algorithm fails and says so. Call it before
// anything is computed on a GPU.
void use_deterministic_algorithms();

// A line for each device that is there; and one that says so where libtorch has CUDA and sees no
// GPU.
std::vector<std::string> describe_devices();

// Its version, whether it has CUDA, and where it was loaded from.
std::string describe_libtorch();

}  // namespace eif
