// What the tests of the plugin loader share. The bad plugins are real libraries from
// tests/bad_plugins, or good ones that a test damages.
#pragma once

#include <elf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <link.h>  // ElfW

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "suite/formats/test_files.h"
#include "suite/host/plugin_loader.h"
#include "suite/sdk/folders_for_test.h"

namespace eif {

namespace fs = std::filesystem;

// One of tests/bad_plugins.
inline fs::path library(const std::string& kind) {
  return build_folder() / "tests" / "bad_plugins" / kind / (kind + ".so");
}

inline std::vector<std::string> loaded_ids(const PluginSet& plugins) {
  std::vector<std::string> ids;
  for (const LoadedPlugin& plugin : plugins.loaded) ids.push_back(plugin.record().id);
  return ids;
}

inline std::vector<std::string> skip_reasons(const PluginSet& plugins) {
  std::vector<std::string> reasons;
  for (const SkippedPlugin& plugin : plugins.skipped) reasons.push_back(plugin.why.ToString());
  return reasons;
}

// Why the only file or folder of the search was skipped.
inline absl::Status refusal(const PluginSearch& search) {
  const PluginSet plugins = load_plugins(search);
  EXPECT_THAT(loaded_ids(plugins), testing::IsEmpty());
  EXPECT_THAT(skip_reasons(plugins), testing::SizeIs(1));
  return plugins.skipped.empty() ? absl::OkStatus() : plugins.skipped.front().why;
}

inline absl::Status refusal_of_file(const fs::path& file) { return refusal({.files = {file}}); }

inline absl::Status refusal_of_folder(const fs::path& folder) {
  return refusal({.folders = {folder}});
}

// A status with this code and message.
MATCHER_P2(Refuses, code, message, "") {
  return arg.code() == code && arg.message() == std::string(message);
}

// A status with this code, whose message has this text.
MATCHER_P2(RefusesWith, code, text, "") {
  return arg.code() == code && std::string(arg.message()).find(text) != std::string::npos;
}

inline void write_file(const fs::path& file, const std::string& content) {
  std::ofstream(file, std::ios::binary) << content;
}

// With a folder that only this user can write to, below the build folder.
class PluginLoader : public testing::Test {
 protected:
  fs::path copy_of(const std::string& kind, const std::string& name) const {
    fs::copy_file(library(kind), folder_ / name);
    return folder_ / name;
  }

  // A copy of the good plugin whose ELF header was changed.
  template <typename Change>
  fs::path damaged(Change change) const {
    std::string content = bytes_of(library("good"));
    change(*reinterpret_cast<ElfW(Ehdr)*>(content.data()));
    write_file(folder_ / "damaged.so", content);
    return folder_ / "damaged.so";
  }

  const TemporaryFolder below_build_{build_folder() / "tests"};
  const fs::path folder_ = below_build_.path();
};

}  // namespace eif
