#include "plugins/shared/huggingface/checkpoint.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <span>
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
// Of a matrix that is widened to float64.
constexpr int64_t kRowsAtOnce = 4096;

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

std::span<std::byte> bytes_of(const at::Tensor& tensor) {
  return {static_cast<std::byte*>(tensor.mutable_data_ptr()), tensor.nbytes()};
}

// W + scale · B · A, computed in float64 and rounded once; some rows at a time, for the matrix of a
// head has gigabytes in float64. weight: (O, I), a: (rank, I), b: (O, rank)
at::Tensor merged(const at::Tensor& weight, const at::Tensor& a, const at::Tensor& b, double scale,
                  at::ScalarType dtype) {
  const at::Tensor wide_a = a.to(at::kDouble), wide_b = b.to(at::kDouble);
  at::Tensor result = at::empty(weight.sizes(), weight.options().dtype(dtype));
  for (int64_t row = 0; row < weight.size(0); row += kRowsAtOnce) {
    const int64_t count = std::min(kRowsAtOnce, weight.size(0) - row);
    result.narrow(0, row, count)
        .copy_(at::addmm(weight.narrow(0, row, count).to(at::kDouble),
                         wide_b.narrow(0, row, count), wide_a, /*beta=*/1, scale));
  }
  return result;
}

void add_to(Digest& digest, const at::Tensor& tensor, DType dtype) {
  digest.add(absl::StrCat(dtype_name(dtype), shape_text(tensor.sizes().vec())));
  digest.add(tensor.const_data_ptr(), tensor.nbytes());
}

// The parameter, in the order that the model has it. What was read is added to the digest.
absl::StatusOr<at::Tensor> load(const Checkpoint& checkpoint, const ParameterSpec& spec,
                                const ModelRequest& request, Digest& digest) {
  const TensorView& view = *checkpoint.find(spec);
  absl::StatusOr<at::Tensor> read = checkpoint.read(view);
  if (!read.ok()) return read;
  digest.add(spec.name);
  add_to(digest, *read, view.dtype);
  const at::Tensor weight = spec.transposed ? read->t().contiguous() : *read;
  const LowRank* low_rank = checkpoint.low_rank(spec);
  // The tensor goes to the device first: in the file's type less has to be moved, and there the
  // conversion is fast.
  if (low_rank == nullptr) return weight.to(request.device).to(request.dtype);
  const absl::StatusOr<at::Tensor> a = checkpoint.read(low_rank->a);
  if (!a.ok()) return a;
  const absl::StatusOr<at::Tensor> b = checkpoint.read(low_rank->b);
  if (!b.ok()) return b;
  digest.add("low rank");
  digest.add(&low_rank->scale, sizeof(low_rank->scale));
  add_to(digest, *a, low_rank->a.dtype);
  add_to(digest, *b, low_rank->b.dtype);
  return merged(weight, *a, *b, low_rank->scale, request.dtype).to(request.device);
}

// One pass over a tensor that was just copied: the least and the largest value are no finite numbers
// where any is none.
absl::Status check_finite(const at::Tensor& value, const std::string& name) {
  if (value.numel() == 0) return absl::OkStatus();
  const auto [least, largest] = value.aminmax();
  if (std::isfinite(least.item<double>()) && std::isfinite(largest.item<double>())) {
    return absl::OkStatus();
  }
  const int64_t count = value.isfinite().logical_not().sum().item<int64_t>();
  return absl::InvalidArgumentError(
      absl::StrCat(count, " of the ", value.numel(), " values of ", name,
                   " are no finite numbers (NaN or infinite): the training of this checkpoint "
                   "diverged, or it was damaged; take another one"));
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

absl::Status check_low_rank(const ParameterSpec& spec, const LowRank& pair) {
  const std::vector<int64_t>&a = pair.a.shape, &b = pair.b.shape;
  if (spec.shape.size() != 2 || b[0] != spec.shape[0] || a[1] != spec.shape[1]) {
    return absl::InvalidArgumentError(absl::StrCat(
        "lora_A ", shape_text(a), " and lora_B ", shape_text(b), " do not make up a change of ",
        spec.name, ", which has shape ", shape_text(spec.shape), " in the base"));
  }
  for (const TensorView& view : {pair.a, pair.b}) {
    if (floating_point_type(view.dtype).has_value()) continue;
    return absl::InvalidArgumentError(absl::StrCat("the change of ", spec.name, " has type ",
                                                   dtype_name(view.dtype),
                                                   "; expected BF16, F16, F32 or F64"));
  }
  return absl::OkStatus();
}

absl::Status in_folder(const std::filesystem::path& folder, const absl::Status& status) {
  return absl::Status(status.code(), absl::StrCat(folder.string(), ": ", status.message()));
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
    checkpoint.add_file(*std::move(file));
  }
  checkpoint.leaves_prefix_out_ =
      std::none_of(checkpoint.tensors_.begin(), checkpoint.tensors_.end(), [&](const auto& entry) {
        return absl::StartsWith(entry.first, names.prefix);
      });
  checkpoint.names_ = std::move(names);
  return checkpoint;
}

void Checkpoint::add_file(SafetensorsFile file) {
  for (const auto& [name, view] : file.tensors()) file_of_[view.bytes.data()] = files_.size();
  files_.push_back(std::move(file));
}

absl::StatusOr<at::Tensor> Checkpoint::read(const TensorView& view) const {
  at::Tensor tensor = at::empty(view.shape, *floating_point_type(view.dtype));
  const SafetensorsFile& file = files_[file_of_.at(view.bytes.data())];
  if (absl::Status status = file.read(view, bytes_of(tensor)); !status.ok()) return status;
  return tensor;
}

absl::StatusOr<bool> Checkpoint::have_equal_values(const ParameterSpec& a,
                                                   const ParameterSpec& b) const {
  const absl::StatusOr<at::Tensor> left = read(*find(a)), right = read(*find(b));
  if (!left.ok()) return left.status();
  if (!right.ok()) return right.status();
  if (left->sizes() != right->sizes()) return false;
  for (int64_t row = 0; row < left->size(0); row += kRowsAtOnce) {
    const int64_t count = std::min(kRowsAtOnce, left->size(0) - row);
    if (!left->narrow(0, row, count)
             .to(at::kDouble)
             .equal(right->narrow(0, row, count).to(at::kDouble))) {
      return false;
    }
  }
  return true;
}

absl::Status Checkpoint::check_unchanged() const {
  for (const SafetensorsFile& file : files_) {
    if (absl::Status status = file.check_unchanged(); !status.ok()) return status;
  }
  return absl::OkStatus();
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

const LowRank* Checkpoint::low_rank(const ParameterSpec& spec) const {
  const auto found = low_rank_.find(spec.name);
  return found == low_rank_.end() ? nullptr : &found->second;
}

void Checkpoint::share(const ParameterSpec& spec, const ParameterSpec& other) {
  const TensorView* view = find(other);
  if (view != nullptr && find(spec) == nullptr) tensors_[name_in_file(spec.name)] = *view;
}

absl::Status Checkpoint::apply(Adapter adapter, const std::vector<ParameterSpec>& specs) {
  std::vector<std::string> without_place = adapter.names();
  for (const ParameterSpec& spec : specs) {
    for (const std::string& name : {spec.name, spec.other_name}) {
      std::erase(without_place, name);
      if (const auto view = adapter.replaced().find(name); view != adapter.replaced().end()) {
        tensors_.erase(spec.other_name);
        tensors_[name_in_file(spec.name)] = view->second;
      }
      const auto pair = adapter.low_rank().find(name);
      if (pair == adapter.low_rank().end()) continue;
      if (absl::Status status = check_low_rank(spec, pair->second); !status.ok()) {
        return in_folder(adapter.folder(), status);
      }
      low_rank_[spec.name] = pair->second;
    }
  }
  if (!without_place.empty()) {
    return in_folder(adapter.folder(),
                     absl::InvalidArgumentError(absl::StrCat(
                         "the adapter changes what the model in ", folder_.string(),
                         " does not have: ", first_few(without_place))));
  }
  add_file(std::move(adapter).take_file());
  return absl::OkStatus();
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
  return status.ok() ? status : in_folder(folder_, status);
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
    absl::StatusOr<at::Tensor> value = load(checkpoint, spec, request, digest);
    if (!value.ok()) return value.status();
    if (absl::Status finite = check_finite(*value, spec.name); !finite.ok()) {
      return in_folder(checkpoint.folder(), finite);
    }
    unreported_bytes += value->nbytes();
    parameters.push_back({spec.name, *std::move(value)});
    if (unreported_bytes >= kBytesBetweenReports) {
      request.monitor->note(absl::StrCat("loaded ", parameters.size(), " of ", specs.size(),
                                         " tensors of ", request.name));
      unreported_bytes = 0;
    }
  }
  if (absl::Status status = checkpoint.check_unchanged(); !status.ok()) return status;
  return parameters;
}

}  // namespace eif
