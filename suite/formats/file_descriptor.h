// An open file that closes itself.
//
//   FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
//   if (!file.is_open()) return absl::ErrnoToStatus(errno, "cannot open …");
#pragma once

#include <unistd.h>

#include <utility>

namespace eif {

class FileDescriptor {
 public:
  // Takes what open() returned; -1 stands for no file.
  explicit FileDescriptor(int descriptor) : descriptor_(descriptor) {}
  FileDescriptor(FileDescriptor&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~FileDescriptor() {
    if (is_open()) ::close(descriptor_);
  }

  bool is_open() const { return descriptor_ >= 0; }
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

}  // namespace eif
