#include "plugins/shared/huggingface/checkpoint.h"

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
#include "absl/strings/strip.h"
#include "plugins/shared/huggingface/model_folder.h"
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

// Maps the tensor, or copies it where it is not aligned.
at::Tensor mapped(const TensorView& view) {
  const at::TensorOptions options = at::TensorOptions(*floating_point_type(view.dtype));
  const auto address = reinterpret_cast<uintptr_t>(view.bytes.data());
  if (address % dtype_size(view.dtype) == 0) {
    // It is only read from, because the mapping is read-only.
    return at::from_blob(const_cast<std::byte*>(view.bytes.data()), view.shape, options);
  }
  at::Tensor copy = at::empty(view.shape, options);
  std::memcpy(copy.mutable_data_ptr(), view.bytes.data(), view.bytes.size());
  return copy;
}

at::Tensor copy(const ParameterSpec& spec, const TensorView& view, const ModelRequest& request) {
  const at::Tensor source = spec.transposed ? mapped(view).t().contiguous() : mapped(view);
  // The tensor goes to the device first: in the file's type less has to be moved, and there the
  // conversion is fast.
  const bool still_mapped = request.device.is_cpu() && !spec.transposed;
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

absl::Status check_tensor(const ParameterSpec& spec, const TensorView& view) {
  std::vector<int64_t> expected = spec.shape;
  if (spec.transposed) std::reverse(expected.begin(), expected.end());
  if (view.shape != expected) {
    return absl::InvalidArgumentError(absl::StrCat(spec.name, " has shape ", shape_text(view.shape),
                                                   "; config.json asks for ",
                                                   shape_text(expected)));
  }
  if (floating_point_type(view.dtype).has_value()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(spec.name, " has type ", dtype_name(view.dtype),
                                                 "; expected BF16, F16, F32 or F64"));
}

}  // namespace

// ---- Checkpoint --------------------------------------------------------------------------------

absl::StatusOr<Checkpoint> Checkpoint::open(const std::filesystem::path& folder,
                                            CheckpointNames names) {
  const absl::StatusOr<std::vector<std::filesystem::path>> paths = weight_files(folder);
  if (!paths.ok()) return paths.status();
  Checkpoint checkpoint;
  checkpoint.folder_ = folder;
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
  checkpoint.leaves_prefix_out_ =
      std::none_of(checkpoint.tensors_.begin(), checkpoint.tensors_.end(), [&](const auto& entry) {
        return absl::StartsWith(entry.first, names.prefix);
      });
  checkpoint.names_ = std::move(names);
  return checkpoint;
}

std::string Checkpoint::name_in_file(const std::string& name) const {
  return leaves_prefix_out_ ? std::string(absl::StripPrefix(name, names_.prefix)) : name;
}

const TensorView* Checkpoint::find(const ParameterSpec& spec) const {
  for (const std::string& name : {name_in_file(spec.name), spec.other_name}) {
    const auto found = tensors_.find(name);
    if (found != tensors_.end()) return &found->second;
  }
  return nullptr;
}

void Checkpoint::leave_out(const ParameterSpec& spec) {
  names_.unused.push_back(absl::StrCat(".", spec.name));
  if (!spec.other_name.empty()) names_.unused.push_back(absl::StrCat(".", spec.other_name));
}

bool Checkpoint::is_unused(const std::string& name) const {
  if (absl::EndsWith(name, ".rotary_emb.inv_freq")) return true;
  return std::any_of(names_.unused.begin(), names_.unused.end(), [&](const std::string& ending) {
    return absl::EndsWith(absl::StrCat(".", name), ending);
  });
}

absl::Status Checkpoint::check_names(const std::vector<ParameterSpec>& specs) const {
  std::set<std::string> expected;
  std::vector<std::string> missing, unknown;
  for (const ParameterSpec& spec : specs) {
    expected.insert(name_in_file(spec.name));
    expected.insert(spec.other_name);
    if (find(spec) == nullptr) missing.push_back(spec.name);
  }
  for (const auto& [name, view] : tensors_) {
    if (!expected.contains(name) && !is_unused(name)) unknown.push_back(name);
  }
  if (!missing.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        missing.size(), " of the ", specs.size(),
        " tensors that config.json asks for are missing: ", first_few(missing),
        unknown.empty() ? "" : absl::StrCat("; the file has instead: ", first_few(unknown))));
  }
  if (unknown.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      unknown.size(),
      " tensors have no place in the model that config.json describes: ", first_few(unknown)));
}

absl::Status Checkpoint::check(const std::vector<ParameterSpec>& specs) const {
  absl::Status status = check_names(specs);
  for (const ParameterSpec& spec : specs) {
    if (status.ok()) status = check_tensor(spec, *find(spec));
  }
  if (status.ok()) return status;
  return absl::InvalidArgumentError(
      absl::StrCat(folder_.string(), ": ", std::string(status.message())));
}

bool have_equal_values(const TensorView& a, const TensorView& b) {
  constexpr int64_t kRowsAtOnce = 4096;
  if (a.shape != b.shape || a.shape.empty()) return false;
  const at::Tensor left = mapped(a), right = mapped(b);
  for (int64_t row = 0; row < left.size(0); row += kRowsAtOnce) {
    const int64_t count = std::min(kRowsAtOnce, left.size(0) - row);
    if (!left.narrow(0, row, count)
             .to(at::kDouble)
             .equal(right.narrow(0, row, count).to(at::kDouble))) {
      return false;
    }
  }
  return true;
}

absl::StatusOr<std::vector<Parameter>> load_parameters(const Checkpoint& checkpoint,
                                                       const std::vector<ParameterSpec>& specs,
                                                       const ModelRequest& request,
                                                       Digest& digest) {
  if (const absl::Status status = checkpoint.check(specs); !status.ok()) return status;
  std::vector<Parameter> parameters;
  parameters.reserve(specs.size());
  size_t unreported_bytes = 0;
  for (const ParameterSpec& spec : specs) {
    if (request.monitor->stopping()) return absl::CancelledError("stopped while loading the model");
    const TensorView& view = *checkpoint.find(spec);
    add_to(digest, spec, view);
    parameters.push_back({spec.name, copy(spec, view, request)});
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
