// Where and in which precision is computed.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/backend.h"

namespace eif {

// Takes "auto", "cpu", "cuda" or "cuda:N". kInvalidArgument where there is no such device. "auto"
// is the CPU, also where there is a GPU: no test has compared what a GPU computes with the numbers
// of the CPU yet, so a GPU is taken by those who name it.
absl::StatusOr<at::Device> parse_device(const std::string& name);

// Takes "float32", "float64" or "bfloat16".
absl::StatusOr<at::ScalarType> parse_dtype(const std::string& name);

// Sets how many CPU threads compute from here on; 0: as many as libtorch likes.
void use_threads(int threads);

// Makes float32 products float32 from here on: none is shortened to TF32. Call it before anything
// is computed on a GPU.
void use_full_precision();

// Makes the same calls give the same bits from here on, on one machine and with one number of
// threads, by libtorch's deterministic algorithms. What has no such algorithm fails and says so.
// Call it before anything is computed on a GPU.
void use_deterministic_algorithms();

// Has a line for each device that is there, and one that says so where libtorch has CUDA and sees
// no GPU.
std::vector<std::string> describe_devices();

// Says which version libtorch has, whether it has CUDA, and where it was loaded from.
std::string describe_libtorch();

}  // namespace eif
