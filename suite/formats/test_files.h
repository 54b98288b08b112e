// What the tests of this folder share: a folder that goes away, and short ways to fill files.
#pragma once

#include <gtest/gtest.h>
#include <malloc.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace eif {

// An empty folder that is removed with everything in it.
class TemporaryFolder {
 public:
  explicit TemporaryFolder(
      const std::filesystem::path& parent = std::filesystem::temp_directory_path()) {
    std::string name = (parent / "eif-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) ADD_FAILURE() << "cannot make " << name;
    path_ = name;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::filesystem::path& path() const { return path_; }

  // The path of a new file with these bytes.
  std::filesystem::path file(const std::string& name, const std::string& bytes) const {
    std::ofstream(path_ / name, std::ios::binary) << bytes;
    return path_ / name;
  }

  size_t entries() const {
    return static_cast<size_t>(std::distance(std::filesystem::directory_iterator(path_), {}));
  }

 private:
  std::filesystem::path path_;
};

inline std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// Bytes of memory that `work` needs at its peak, beyond what is in use before it.
template <typename Work>
size_t peak_memory_of(Work work) {
  const auto kibibytes = [](const std::string& field) {
    const std::string status = bytes_of("/proc/self/status");
    return std::stoul(status.substr(status.find(field + ":") + field.size() + 1));
  };
  ::malloc_trim(0);  // or memory that earlier tests gave back would be used unseen
  std::ofstream("/proc/self/clear_refs") << "5" << std::flush;  // the peak starts anew: man 5 proc
  const size_t before = kibibytes("VmRSS");
  EXPECT_LT(kibibytes("VmHWM") - before, 1024u) << "the kernel did not forget the earlier peak";
  work();
  return (kibibytes("VmHWM") - before) << 10;
}

// For EXPECT_THAT(message_of(result), HasSubstr("the error that is expected")).
inline std::string message_of(const absl::Status& status) { return std::string(status.message()); }
template <typename T>
std::string message_of(const absl::StatusOr<T>& result) {
  return message_of(result.status());
}

}  // namespace eif
