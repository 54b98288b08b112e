// Reads a model's parameters from the safetensors files of a checkpoint.
//
//   absl::StatusOr<Checkpoint> checkpoint = Checkpoint::open(folder, {.prefix = "model."});
//   absl::StatusOr<std::vector<Parameter>> parameters =
//       load_parameters(*checkpoint, decoder.parameters(), request, digest);
//
// Tensors are read one at a time, so that memory never holds more than the parameters and one tensor.
// An adapter is merged on the way. A file that is cut or written to meanwhile, as those of a training
// that goes on are, is an error and no torn model.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eif/backend.h"
#include "plugins/shared/huggingface/adapter.h"
#include "plugins/shared/huggingface/parameter_spec.h"
#include "suite/formats/digest.h"
#include "suite/formats/safetensors.h"

namespace eif {

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

  // What is added to the tensor when it is loaded, or nullptr.
  const LowRank* low_rank(const ParameterSpec& spec) const;

  // From here on the tensor counts as one that no forward pass needs.
  void leave_out(const ParameterSpec& spec);
  // Gives `spec` the tensor of another one, where it has none of its own.
  void share(const ParameterSpec& spec, const ParameterSpec& other);
  // Puts in what an adapter changes. kInvalidArgument where it changes what is none of `specs`, or
  // where shapes do not fit.
  absl::Status apply(Adapter adapter, const std::vector<ParameterSpec>& specs);

  // kInvalidArgument where tensors are missing, unknown, or of another shape or no floating-point
  // type.
  absl::Status check(const std::vector<ParameterSpec>& specs) const;

  // The values of a tensor of these files, in its own type. kDataLoss: the file was cut short.
  absl::StatusOr<at::Tensor> read(const TensorView& view) const;
  // Whether two tensors have the same values, in whatever types. Errors as read().
  absl::StatusOr<bool> have_equal_values(const ParameterSpec& a, const ParameterSpec& b) const;
  // kDataLoss: a file was written to since it was opened. To be asked when all was read.
  absl::Status check_unchanged() const;

 private:
  Checkpoint() = default;
  void add_file(SafetensorsFile file);
  std::string name_in_file(const std::string& name) const;
  absl::Status check_names(const std::vector<ParameterSpec>& specs) const;
  bool is_unused(const std::string& name) const;

  std::filesystem::path folder_;
  CheckpointNames names_;
  bool leaves_prefix_out_ = false;
  std::vector<SafetensorsFile> files_;
  TensorViews tensors_;  // views into files_
  std::map<std::string, LowRank> low_rank_;  // by ParameterSpec::name; views into files_
  std::map<const std::byte*, size_t> file_of_;  // index into files_, by where a view begins
};

// Loads the parameters in the order of `specs`, in request.dtype on request.device. The names,
// types, shapes and bytes that were read are added to `digest`: it depends on the parameters and
// not on how they are spread over files, nor on request.dtype. The errors of Checkpoint::check();
// kInvalidArgument where a value is no finite number; kDataLoss where a file was written to
// meanwhile; kCancelled where request.monitor->stopping()
// says so.
absl::StatusOr<std::vector<Parameter>> load_parameters(const Checkpoint& checkpoint,
                                                       const std::vector<ParameterSpec>& specs,
                                                       const ModelRequest& request, Digest& digest);

}  // namespace eif
