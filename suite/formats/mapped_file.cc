#include "suite/formats/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "suite/formats/file_descriptor.h"

namespace eif {
namespace {

absl::Status changed(const std::string& name) {
  return absl::DataLossError(absl::StrCat(
      name, " was changed while it was read; wait until it is written, and try again"));
}

}  // namespace

absl::StatusOr<MappedFile> MappedFile::open(const std::filesystem::path& path) {
  // O_NONBLOCK: opening a named pipe would otherwise wait for somebody to write to it.
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.is_open()) {
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot open ", path.string()));
  }
  struct stat found;
  if (::fstat(file.get(), &found) != 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot examine ", path.string()));
  }
  if (!S_ISREG(found.st_mode)) {
    return absl::InvalidArgumentError(absl::StrCat(
        path.string(), S_ISDIR(found.st_mode) ? " is a folder" : " is a device or pipe",
        "; expected a regular file"));
  }
  const size_t size = static_cast<size_t>(found.st_size);
  if (size == 0) {  // mmap refuses to map nothing
    return MappedFile(path.string(), std::move(file), found, {});
  }
  void* data = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (data == MAP_FAILED) {
    return absl::ErrnoToStatus(
        errno, absl::StrCat("cannot map ", path.string(), " (", size, " bytes) into memory"));
  }
  return MappedFile(path.string(), std::move(file), found,
                    {static_cast<const std::byte*>(data), size});
}

MappedFile::MappedFile(std::string name, FileDescriptor file, const struct stat& opened,
                       std::span<const std::byte> bytes)
    : name_(std::move(name)), file_(std::move(file)), opened_(opened), bytes_(bytes) {}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : name_(std::move(other.name_)),
      file_(std::move(other.file_)),
      opened_(other.opened_),
      bytes_(std::exchange(other.bytes_, {})) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(name_, other.name_);
  std::swap(file_, other.file_);
  std::swap(opened_, other.opened_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

absl::Status MappedFile::read(size_t offset, std::span<std::byte> out) const {
  while (!out.empty()) {
    const ssize_t count = ::pread(file_.get(), out.data(), out.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return absl::ErrnoToStatus(errno, absl::StrCat("cannot read ", name_));
    if (count == 0) return changed(name_);
    out = out.subspan(static_cast<size_t>(count));
    offset += static_cast<size_t>(count);
  }
  return absl::OkStatus();
}

absl::Status MappedFile::check_unchanged() const {
  struct stat now;
  if (::fstat(file_.get(), &now) != 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot examine ", name_));
  }
  const bool is_same = now.st_size == opened_.st_size &&
                       now.st_mtim.tv_sec == opened_.st_mtim.tv_sec &&
                       now.st_mtim.tv_nsec == opened_.st_mtim.tv_nsec;
  return is_same ? absl::OkStatus() : changed(name_);
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

}  // namespace eif
