// The launcher beside a program and a libtorch of a few lines each (fake_libtorch.cmake). That
// program returns 7.
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "suite/cli/exit_code.h"
#include "suite/launcher/launcher_for_test.h"

namespace eif {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr int kProgramRan = 7;

struct Outcome {
  int exit_code = 0;
  std::string output;  // both streams
};

class LauncherTest : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(folder_.path / "bin");
    fs::create_directories(folder_.path / "lib");
    fs::copy_file(EIF_SUITE, folder_.path / "bin/eif-suite");
    copy_fake("libeif-suite.so", folder_.path / "lib");
  }

  static void copy_fake(const std::string& name, const fs::path& lib) {
    fs::create_directories(lib);
    fs::copy_file(fs::path(EIF_FAKE_LIBTORCH) / name, lib / name);
  }

  // A libtorch below `root`; without NVIDIA's library, which all of it needs.
  fs::path make_libtorch(const fs::path& root, const std::string& version = EIF_LIBTORCH_VERSION) {
    for (const char* name : {"libc10.so", "libtorch_cpu.so", "libtorch.so"})
      copy_fake(name, root / "lib");
    write_version_header(root, version);
    return root;
  }

  Outcome run(const std::string& environment, const std::string& arguments) {
    const std::string command =
        "env -u EIF_LIBTORCH -u VIRTUAL_ENV -u CONDA_PREFIX -u LD_LIBRARY_PATH " + environment +
        " " + (folder_.path / "bin/eif-suite").string() + " " + arguments + " 2>&1";
    Outcome outcome;
    FILE* pipe = popen(command.c_str(), "r");
    char buffer[4096];
    while (size_t size = fread(buffer, 1, sizeof buffer, pipe)) outcome.output.append(buffer, size);
    const int status = pclose(pipe);
    outcome.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return outcome;
  }

  std::string path(const std::string& name) const { return (folder_.path / name).string(); }

  TemporaryFolder folder_;
};

TEST_F(LauncherTest, RunsTheProgramWithTheLibtorchThatIsNamed) {
  make_libtorch(folder_.path / "torch");
  copy_fake("libcudart_fake.so", folder_.path / "nvidia");
  const std::string nvidia = "LD_LIBRARY_PATH=" + path("nvidia");
  EXPECT_EQ(run("EIF_LIBTORCH=" + path("torch") + " " + nvidia, "list").exit_code, kProgramRan);
}

TEST_F(LauncherTest, RunsTheProgramWithTheLibtorchThatTheLinkerFinds) {
  make_libtorch(folder_.path / "torch");
  copy_fake("libcudart_fake.so", folder_.path / "torch/lib");
  EXPECT_EQ(run("LD_LIBRARY_PATH=" + path("torch/lib"), "list").exit_code, kProgramRan);
}

TEST_F(LauncherTest, RunsTheProgramWithTheLibtorchOfTheActivePythonEnvironment) {
  const fs::path root = make_libtorch(folder_.path / "env/lib/python3.12/site-packages/torch");
  copy_fake("libcudart_fake.so", folder_.path / "nvidia");
  const std::string nvidia = "LD_LIBRARY_PATH=" + path("nvidia");
  EXPECT_EQ(run("VIRTUAL_ENV=" + path("env") + " " + nvidia, "list").exit_code, kProgramRan);
  EXPECT_EQ(run("CONDA_PREFIX=" + path("env") + " " + nvidia, "list").exit_code, kProgramRan);
}

TEST_F(LauncherTest, RunsTheProgramWithTheLibtorchThatTheInstallationNames) {
  const fs::path file = folder_.path / "lib/eif-suite/libtorch.path";
  fs::create_directories(file.parent_path());
  std::ofstream(file) << make_libtorch(folder_.path / "torch").string() << "\n";
  copy_fake("libcudart_fake.so", folder_.path / "nvidia");
  const std::string nvidia = "LD_LIBRARY_PATH=" + path("nvidia");
  EXPECT_EQ(run(nvidia, "list").exit_code, kProgramRan);
  std::ofstream(file) << path("elsewhere") << "\n";
  const Outcome outcome = run(nvidia, "list");
  EXPECT_EQ(outcome.exit_code, kUnavailable);
  EXPECT_THAT(outcome.output, HasSubstr(file.string() + " names " + path("elsewhere") +
                                        ", where there is no libtorch"));
}

TEST_F(LauncherTest, NamesTheLibraryThatIsMissing) {
  make_libtorch(folder_.path / "torch");
  const Outcome outcome = run("EIF_LIBTORCH=" + path("torch"), "list");
  EXPECT_EQ(outcome.exit_code, kUnavailable);
  EXPECT_THAT(
      outcome.output,
      HasSubstr(
          "error: the program cannot be loaded: a library is missing: libcudart_fake.so "
          "(libcudart_fake.so is NVIDIA's, needed by this CUDA build of libtorch: pip install "
          "torch==" EIF_LIBTORCH_VERSION));
  EXPECT_THAT(outcome.output, HasSubstr("See eif-suite doctor."));
}

TEST_F(LauncherTest, DoctorListsWhatIsMissingThoughTheProgramCannotBeLoaded) {
  make_libtorch(folder_.path / "torch");
  const Outcome outcome = run("EIF_LIBTORCH=" + path("torch"), "doctor");
  EXPECT_EQ(outcome.exit_code, kUnavailable);
  EXPECT_THAT(
      outcome.output,
      AllOf(HasSubstr("  built with libtorch   " EIF_LIBTORCH_VERSION "\n"),
            HasSubstr("  libtorch              " EIF_LIBTORCH_VERSION "  " + path("torch/lib\n")),
            HasSubstr("  libcudart_fake.so     MISSING: NVIDIA's, needed by this CUDA build"),
            HasSubstr("\n1 missing. Nothing else was looked at: the program cannot be loaded.\n")));
}

TEST_F(LauncherTest, WithoutLibtorchSaysHowToGetOne) {
  // A python3 without packages; env finds it first.
  std::ofstream(folder_.path / "python3") << "#!/bin/sh\nexit 1\n";
  fs::permissions(folder_.path / "python3", fs::perms::owner_all);
  const Outcome outcome = run("PATH=" + path(":/usr/bin:/bin"), "list");
  EXPECT_EQ(outcome.exit_code, kUnavailable);
  EXPECT_THAT(outcome.output,
              HasSubstr("a library is missing: libtorch_cpu.so (libtorch_cpu.so is part of "
                        "libtorch: pip install torch==" EIF_LIBTORCH_VERSION ", or set "
                        "EIF_LIBTORCH to the folder with its include and lib)"));
}

TEST_F(LauncherTest, ALibtorchOfAnotherMinorVersionIsRefusedWhereItWasNamedAndPassedOverWhereNot) {
  make_libtorch(folder_.path / "env", "1.2.3");
  const std::string problem = "libtorch 1.2.3 in " + path("env/lib") +
                              " cannot be used: this program was built with " EIF_LIBTORCH_VERSION;
  for (const std::string variable : {"EIF_LIBTORCH", "CONDA_PREFIX"}) {
    const Outcome outcome = run(variable + "=" + path("env"), "list");
    EXPECT_EQ(outcome.exit_code, kUnavailable) << variable;
    EXPECT_THAT(outcome.output, HasSubstr(problem)) << variable;
  }
  copy_fake("libcudart_fake.so", folder_.path / "env/lib");
  const Outcome outcome = run("LD_LIBRARY_PATH=" + path("env/lib"), "list");
  EXPECT_EQ(outcome.exit_code, kUnavailable);
  EXPECT_THAT(outcome.output, HasSubstr(problem));
}

TEST_F(LauncherTest, AFolderWithoutLibtorchThatWasNamedIsAnError) {
  const Outcome outcome = run("EIF_LIBTORCH=" + path("nowhere"), "list");
  EXPECT_EQ(outcome.exit_code, kUnavailable);
  EXPECT_THAT(
      outcome.output,
      HasSubstr("error: the program cannot be loaded: EIF_LIBTORCH names " + path("nowhere") +
                ", where there is no libtorch: expected a folder with lib/libtorch_cpu.so."));
}

TEST_F(LauncherTest, AProgramThatIsMissingIsNamed) {
  fs::remove(folder_.path / "lib/libeif-suite.so");
  const Outcome outcome = run("", "list");
  EXPECT_EQ(outcome.exit_code, kUnavailable);
  EXPECT_THAT(outcome.output, HasSubstr("lib/libeif-suite.so: cannot open shared object file"));
}

}  // namespace
}  // namespace eif
