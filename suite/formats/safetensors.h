// Safetensors files: named tensors, their types and shapes, and nothing that could run.
//
//   absl::StatusOr<SafetensorsFile> file = SafetensorsFile::open("model.safetensors");
//   if (!file.ok()) return file.status();
//   for (const auto& [name, tensor] : file->tensors()) {
//     // tensor.dtype, tensor.shape, tensor.bytes
//   }
//   absl::Status status = write_safetensors("copy.safetensors", file->tensors(), file->metadata());
//
// A file is 8 bytes with the length of a header (little-endian), the header in JSON, and the bytes
// of all tensors in a row. See https://huggingface.co/docs/safetensors for the format. The reader
// takes every file for hostile: what it accepts keeps all rules of the format, and it never takes
// more memory than the file's size and 64 MiB, most of it mapped rather than read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "suite/formats/mapped_file.h"

namespace eif {

enum class DType { kF64, kF32, kF16, kBF16, kI64, kI32, kI16, kI8, kU8, kBool };

// The format's name of a type, such as "BF16".
const char* dtype_name(DType dtype);
// Bytes of one element.
size_t dtype_size(DType dtype);

struct TensorView {
  DType dtype = DType::kF32;
  std::vector<int64_t> shape;  // empty: a scalar
  // Row-major and little-endian; as long as shape and dtype say. In a file that was read they may
  // begin at any address: copy, or check the alignment before a cast. Bytes of kBool are not
  // checked to be 0 or 1.
  std::span<const std::byte> bytes;
};

using TensorViews = std::map<std::string, TensorView>;
using SafetensorsMetadata = std::map<std::string, std::string>;

struct SafetensorsContent {
  TensorViews tensors;
  SafetensorsMetadata metadata;
};

// Reads a whole file in memory; the views point into `bytes`. Error messages call it `name`.
// kInvalidArgument where a rule of the format is broken.
absl::StatusOr<SafetensorsContent> parse_safetensors(std::span<const std::byte> bytes,
                                                     const std::string& name);

// A file that was opened and found valid.
class SafetensorsFile {
 public:
  // As parse_safetensors(); kNotFound where there is no such file.
  static absl::StatusOr<SafetensorsFile> open(const std::filesystem::path& path);

  // The views are valid as long as this file is, wherever it is moved to.
  const TensorViews& tensors() const { return content_.tensors; }
  const SafetensorsMetadata& metadata() const { return content_.metadata; }

  // Copies a tensor of this file; `out` is as long as tensor.bytes. Where another program may write
  // to the file meanwhile, looking at tensor.bytes is not safe (mapped_file.h), and this is.
  // kDataLoss: the file was cut short.
  absl::Status read(const TensorView& tensor, std::span<std::byte> out) const;
  // kDataLoss: the file was written to since it was opened. To be asked when all was read.
  absl::Status check_unchanged() const { return file_.check_unchanged(); }

 private:
  SafetensorsFile(MappedFile file, SafetensorsContent content)
      : file_(std::move(file)), content_(std::move(content)) {}

  MappedFile file_;
  SafetensorsContent content_;
};

// Puts the file in place in one step (atomic_file.h). Equal arguments give equal bytes. Tensors
// with the largest elements come first, so that each is aligned in memory; then by name.
// kInvalidArgument where a tensor's bytes do not fit its shape, or a text is not UTF-8.
absl::Status write_safetensors(const std::filesystem::path& path, const TensorViews& tensors,
                               const SafetensorsMetadata& metadata = {});

}  // namespace eif
