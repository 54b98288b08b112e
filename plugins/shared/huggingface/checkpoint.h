// Reads a model's parameters from the safetensors files of a checkpoint.
//
//   absl::StatusOr<Checkpoint> checkpoint = Checkpoint::open(folder, {.prefix = "model."});
//   absl::StatusOr<std::vector<Parameter>> parameters =
//       load_parameters(*checkpoint, decoder.parameters(), request, digest);
//
// The files are mapped, copied one tensor at a time, and given back once a tensor is copied, so
// that memory never holds more than the parameters and one tensor.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eif/backend.h"
#include "suite/formats/digest.h"
#include "suite/formats/safetensors.h"

namespace eif {

struct ParameterSpec {
  std::string name;  // as in a Hugging Face checkpoint
  std::vector<int64_t> shape;
  std::string other_name;   // what some files call it; may be empty
  bool transposed = false;  // the file has the matrix as (in, out)
};

// How the files of a family name their tensors.
struct CheckpointNames {
  // What most names begin with, and what files of the model without its head leave out.
  std::string prefix;
  // Endings of tensors, with a dot in front, that no forward pass needs: masks and tables that follow from config.json.
  std::vector<std::string> unused;
};

// Holds all files of a checkpoint open.
class Checkpoint {
 public:
  // kInvalidArgument: a file is damaged, or a tensor is in two of them.
  static absl::StatusOr<Checkpoint> open(const std::filesystem::path& folder,
                                         CheckpointNames names);

  const std::filesystem::path& folder() const { return folder_; }

  // The tensor of one of its names, or nullptr.
  const TensorView* find(const ParameterSpec& spec) const;

  // From here on the tensor counts as one that no forward pass needs.
  void leave_out(const ParameterSpec& spec);

  // kInvalidArgument where tensors are missing, unknown, or of another shape or no floating-point
  // type.
  absl::Status check(const std::vector<ParameterSpec>& specs) const;

 private:
  Checkpoint() = default;
  std::string name_in_file(const std::string& name) const;
  absl::Status check_names(const std::vector<ParameterSpec>& specs) const;
  bool is_unused(const std::string& name) const;

  std::filesystem::path folder_;
  CheckpointNames names_;
  bool leaves_prefix_out_ = false;
  std::vector<SafetensorsFile> files_;
  TensorViews tensors_;  // views into files_
};

// Whether two tensors of one shape have the same values, in whatever types.
bool have_equal_values(const TensorView& a, const TensorView& b);

// Loads the parameters in the order of `specs`, in request.dtype on request.device. The names,
// types, shapes and bytes that were read are added to `digest`: it depends on the parameters and
// not on how they are spread over files, nor on request.dtype. The errors of Checkpoint::check();
// kCancelled where request.monitor->stopping() says so.
absl::StatusOr<std::vector<Parameter>> load_parameters(const Checkpoint& checkpoint,
                                                       const std::vector<ParameterSpec>& specs,
                                                       const ModelRequest& request, Digest& digest);

}  // namespace eif
