#include "plugins/causal_lm/checkpoint.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "plugins/causal_lm/model_folder.h"
#include "suite/formats/safetensors.h"

namespace eif {
namespace {

constexpr size_t kNamesInMessage = 3;
constexpr size_t kBytesBetweenReports = size_t{1} << 30;

std::string first_few(const std::vector<std::string>& names) {
  const auto end = names.begin() + static_cast<int64_t>(std::min(names.size(), kNamesInMessage));
  return absl::StrCat(absl::StrJoin(names.begin(), end, ", "),
                      names.size() > kNamesInMessage ? ", …" : "");
}

std::string shape_text(const std::vector<int64_t>& shape) {
  return absl::StrCat("(", absl::StrJoin(shape, ", "), ")");
}

std::optional<at::ScalarType> floating_point_type(DType dtype) {
  switch (dtype) {
    case DType::kF64:
      return at::kDouble;
    case DType::kF32:
      return at::kFloat;
    case DType::kF16:
      return at::kHalf;
    case DType::kBF16:
      return at::kBFloat16;
    default:
      return std::nullopt;
  }
}

// Holds all files of a checkpoint open.
class Checkpoint {
 public:
  static absl::StatusOr<Checkpoint> open(const std::filesystem::path& folder) {
    const absl::StatusOr<std::vector<std::filesystem::path>> paths = weight_files(folder);
    if (!paths.ok()) return paths.status();
    Checkpoint checkpoint;
    for (const std::filesystem::path& path : *paths) {
      absl::StatusOr<SafetensorsFile> file = SafetensorsFile::open(path);
      if (!file.ok()) return file.status();
      for (const auto& [name, view] : file->tensors()) {
        if (!checkpoint.tensors_.emplace(name, view).second) {
          return absl::InvalidArgumentError(
              absl::StrCat(path.string(), ": ", name, " is in another file of the model, too"));
        }
      }
      checkpoint.files_.push_back(*std::move(file));
    }
    return checkpoint;
  }

  const TensorViews& tensors() const { return tensors_; }

 private:
  std::vector<SafetensorsFile> files_;
  TensorViews tensors_;  // views into files_
};

// Whether no forward pass needs this tensor, which many files have all the same: a table that
// follows from config.json, or a second copy of the embedding where the head is tied to it.
bool is_harmless(const std::string& name) {
  return absl::EndsWith(name, ".rotary_emb.inv_freq") || name == "lm_head.weight";
}

absl::Status check_names(const TensorViews& tensors, const std::vector<ParameterSpec>& specs) {
  std::set<std::string> expected;
  std::vector<std::string> missing, unknown;
  for (const ParameterSpec& spec : specs) {
    expected.insert(spec.name);
    if (!tensors.contains(spec.name)) missing.push_back(spec.name);
  }
  if (!missing.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(missing.size(), " of the ", specs.size(),
                     " tensors that config.json asks for are missing: ", first_few(missing)));
  }
  for (const auto& [name, view] : tensors) {
    if (!expected.contains(name) && !is_harmless(name)) unknown.push_back(name);
  }
  if (unknown.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      unknown.size(),
      " tensors have no place in the model that config.json describes: ", first_few(unknown)));
}

absl::Status check_tensor(const ParameterSpec& spec, const TensorView& view) {
  if (view.shape != spec.shape) {
    return absl::InvalidArgumentError(absl::StrCat(spec.name, " has shape ", shape_text(view.shape),
                                                   "; config.json asks for ",
                                                   shape_text(spec.shape)));
  }
  if (floating_point_type(view.dtype).has_value()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(spec.name, " has type ", dtype_name(view.dtype),
                                                 "; expected BF16, F16, F32 or F64"));
}

absl::Status check(const TensorViews& tensors, const std::vector<ParameterSpec>& specs) {
  if (absl::Status status = check_names(tensors, specs); !status.ok()) return status;
  for (const ParameterSpec& spec : specs) {
    if (absl::Status status = check_tensor(spec, tensors.at(spec.name)); !status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

at::Tensor copy(const TensorView& view, const ModelRequest& request) {
  const at::TensorOptions options = at::TensorOptions(*floating_point_type(view.dtype));
  const auto address = reinterpret_cast<uintptr_t>(view.bytes.data());
  at::Tensor source;
  if (address % dtype_size(view.dtype) == 0) {
    // It is only read from, because the mapping is read-only.
    source = at::from_blob(const_cast<std::byte*>(view.bytes.data()), view.shape, options);
  } else {
    source = at::empty(view.shape, options);
    std::memcpy(source.mutable_data_ptr(), view.bytes.data(), view.bytes.size());
  }
  // The tensor goes to the device first: in the file's type less has to be moved, and there the
  // conversion is fast.
  const bool still_mapped = request.device.is_cpu();
  return source.to(request.device).to(request.dtype, /*non_blocking=*/false, still_mapped);
}

// Gives the pages of a mapping back that lie wholly inside `bytes`. Reading them again still works.
void forget(std::span<const std::byte> bytes) {
  const auto page = static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto begin = reinterpret_cast<uintptr_t>(bytes.data());
  const uintptr_t first = (begin + page - 1) / page * page;
  const uintptr_t last = (begin + bytes.size()) / page * page;
  if (last > first) ::madvise(reinterpret_cast<void*>(first), last - first, MADV_DONTNEED);
}

void add_to(Digest& digest, const ParameterSpec& spec, const TensorView& view) {
  digest.add(spec.name);
  digest.add(absl::StrCat(dtype_name(view.dtype), shape_text(view.shape)));
  digest.add(view.bytes.data(), view.bytes.size());
}

}  // namespace

absl::StatusOr<std::vector<Parameter>> load_parameters(const std::filesystem::path& folder,
                                                       const std::vector<ParameterSpec>& specs,
                                                       const ModelRequest& request,
                                                       Digest& digest) {
  const absl::StatusOr<Checkpoint> checkpoint = Checkpoint::open(folder);
  if (!checkpoint.ok()) return checkpoint.status();
  const TensorViews& tensors = checkpoint->tensors();
  if (const absl::Status status = check(tensors, specs); !status.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat(folder.string(), ": ", std::string(status.message())));
  }
  std::vector<Parameter> parameters;
  parameters.reserve(specs.size());
  size_t unreported_bytes = 0;
  for (const ParameterSpec& spec : specs) {
    if (request.monitor->stopping()) return absl::CancelledError("stopped while loading the model");
    const TensorView& view = tensors.at(spec.name);
    add_to(digest, spec, view);
    parameters.push_back({spec.name, copy(view, request)});
    forget(view.bytes);
    unreported_bytes += view.bytes.size();
    if (unreported_bytes >= kBytesBetweenReports) {
      request.monitor->note(absl::StrCat("loaded ", parameters.size(), " of ", specs.size(),
                                         " tensors of ", request.name));
      unreported_bytes = 0;
    }
  }
  return parameters;
}

}  // namespace eif
