// Reads a model's parameters from the safetensors files of a checkpoint.
//
//   Digest digest;
//   absl::StatusOr<std::vector<Parameter>> parameters =
//       load_parameters(folder, decoder.parameters(), request, digest);
//
// The files are mapped, copied one tensor at a time, and given back once a tensor is copied, so
// that memory never holds more than the parameters and one tensor.
#pragma once

#include <filesystem>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/backend.h"
#include "plugins/causal_lm/decoder.h"
#include "suite/formats/digest.h"

namespace eif {

// Loads the parameters in the order of `specs`, in request.dtype on request.device. The names,
// types, shapes and bytes that were read are added to `digest`: it depends on the parameters and
// not on how they are spread over files, nor on request.dtype. kInvalidArgument where tensors are
// missing, unknown, or of another shape or no floating-point type; kCancelled where
// request.monitor->stopping() says so.
absl::StatusOr<std::vector<Parameter>> load_parameters(const std::filesystem::path& folder,
                                                       const std::vector<ParameterSpec>& specs,
                                                       const ModelRequest& request, Digest& digest);

}  // namespace eif
