// A folder of a test's own, and the header by which a libtorch says its version.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace eif {

struct TemporaryFolder {
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "eif-launcher-XXXXXX").string();
    path = mkdtemp(name.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::filesystem::path path;
};

inline void write_version_header(const std::filesystem::path& root, const std::string& version) {
  const std::filesystem::path folder = root / "include/torch/headeronly";
  std::filesystem::create_directories(folder);
  const size_t first = version.find('.'), second = version.find('.', first + 1);
  std::ofstream(folder / "version.h")
      << "#pragma once\n/// Indicates the major version of LibTorch.\n"
      << "#define TORCH_VERSION_MAJOR " << version.substr(0, first) << "\n"
      << "#define TORCH_VERSION_MINOR " << version.substr(first + 1, second - first - 1) << "\n"
      << "#define TORCH_VERSION_PATCH " << version.substr(second + 1) << "\n"
      << "#define TORCH_VERSION_ABI_TAG 0\n";
}

}  // namespace eif
