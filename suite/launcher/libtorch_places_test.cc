#include "suite/launcher/libtorch_places.h"

#include <gmock/gmock.h>

#include <fstream>

#include "suite/launcher/launcher_for_test.h"

namespace eif {
namespace {

namespace fs = std::filesystem;

fs::path make_libtorch(const fs::path& root, const std::string& version) {
  fs::create_directories(root / "lib");
  std::ofstream(root / "lib/libtorch_cpu.so") << "";
  write_version_header(root, version);
  return root / "lib";
}

TEST(LibtorchVersion, IsWhatTheHeadersSay) {
  TemporaryFolder folder;
  EXPECT_EQ(version_of_libtorch(make_libtorch(folder.path, "2.13.1")), "2.13.1");
}

TEST(LibtorchVersion, OfThisBuildIsWhatCMakeFound) {
  EXPECT_EQ(version_of_libtorch(EIF_LIBTORCH_LIB), EIF_LIBTORCH_VERSION);
}

TEST(LibtorchVersion, AnotherPatchWillDoAndAnotherMinorVersionWillNot) {
  TemporaryFolder folder;
  const fs::path lib = make_libtorch(folder.path, "2.13.1");
  EXPECT_EQ(version_problem(lib, "2.13.0"), "");
  EXPECT_EQ(
      version_problem(lib, "2.1.0"),
      "libtorch 2.13.1 in " + lib.string() +
          " cannot be used: this program was built with 2.1.0, and libtorch's C++ interface "
          "changes "
          "between minor versions. pip install torch==2.1.0 has it; EIF_LIBTORCH names the folder "
          "with its include and lib.");
}

TEST(LibtorchVersion, WithoutHeadersIsTakenAtItsWord) {
  TemporaryFolder folder;
  const fs::path lib = make_libtorch(folder.path, "2.13.1");
  fs::remove_all(folder.path / "include");
  EXPECT_EQ(version_of_libtorch(lib), "");
  EXPECT_EQ(version_problem(lib, "2.11.0"), "");
}

TEST(NamedLibtorch, IsTheFolderItselfOrInsideOfIt) {
  TemporaryFolder folder;
  const fs::path inside = folder.path / "lib/python3.12/site-packages/torch";
  const fs::path lib = make_libtorch(inside, "2.13.0");
  for (const fs::path& named : {folder.path, inside, inside.parent_path()}) {
    const FoundLibtorch found = named_libtorch({.eif_libtorch = named.string()}, "2.13.0");
    EXPECT_EQ(found.lib, lib) << named;
    EXPECT_EQ(found.problem, "");
  }
}

TEST(NamedLibtorch, IsNothingWhereNothingIsNamed) {
  const FoundLibtorch found = named_libtorch({}, "2.13.0");
  EXPECT_TRUE(found.lib.empty());
  EXPECT_EQ(found.problem, "");
}

TEST(LibtorchOfPython, AsksTheActiveEnvironmentsFirstAndThenPython) {
  TemporaryFolder folder;
  const auto site_packages = [&](const std::string& name) {
    return folder.path / name / "lib/python3.11/site-packages/torch";
  };
  const fs::path active = make_libtorch(site_packages("venv"), "2.13.0");
  const fs::path conda = make_libtorch(folder.path / "conda", "2.12.0");
  make_libtorch(site_packages("other"), "2.13.2");
  const std::string python = (folder.path / "python3").string();
  std::ofstream(python) << "#!/bin/sh\necho " << site_packages("other").string() << "\n";
  fs::permissions(python, fs::perms::owner_all);
  const std::vector<FoundLibtorch> found =
      libtorch_of_python({.virtual_env = (folder.path / "venv").string(),
                          .conda_prefix = (folder.path / "conda").string(),
                          .python = python},
                         "2.13.0");
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].lib, active);
  EXPECT_EQ(found[0].problem, "");
  EXPECT_EQ(found[1].lib, conda);
  EXPECT_THAT(found[1].problem, testing::StartsWith("libtorch 2.12.0 in "));
  EXPECT_EQ(found[2].lib, site_packages("other") / "lib");
  EXPECT_EQ(found[2].problem, "");
}

TEST(LibtorchOfPython, APythonThatDoesNotStartHasNone) {
  EXPECT_TRUE(libtorch_of_python({.python = "/nowhere/python3"}, "2.13.0").empty());
}

}  // namespace
}  // namespace eif
