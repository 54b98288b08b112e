#include <stdlib.h>
#include <unistd.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "suite/host/plugin_loader_for_test.h"

namespace eif {
namespace {

using ::testing::ElementsAre;

// ---- Files that others can change ------------------------------------------------------------

TEST_F(PluginLoader, AWorldWritableFileIsRefusedBeforeItsCodeRuns) {
  const fs::path file = copy_of("runs_at_load", "runs_at_load.so");
  unsetenv("EIF_TEST_LIBRARY_RAN");
  fs::permissions(file, fs::perms::others_write, fs::perm_options::add);
  EXPECT_THAT(refusal_of_file(file),
              Refuses(absl::StatusCode::kPermissionDenied,
                      absl::StrCat("plugin ", file.string(), ": ", file.string(),
                                   " can be changed by every user of this machine; expected that "
                                   "only its owner and group can. Check its content, then run "
                                   "chmod o-w '",
                                   file.string(), "'.")));
  EXPECT_EQ(getenv("EIF_TEST_LIBRARY_RAN"), nullptr);
  // And the same file runs when it may.
  fs::permissions(file, fs::perms::others_write, fs::perm_options::remove);
  EXPECT_THAT(loaded_ids(load_plugins({.files = {file}})), ElementsAre("runs_at_load"));
  EXPECT_STREQ(getenv("EIF_TEST_LIBRARY_RAN"), "1");
}

TEST_F(PluginLoader, AFileOfAnotherUserIsRefused) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  const fs::path file = copy_of("good", "good.so");
  ASSERT_EQ(::chown(file.c_str(), 12345, 12345), 0);
  EXPECT_THAT(refusal_of_file(file),
              RefusesWith(absl::StatusCode::kPermissionDenied,
                          absl::StrCat("plugin ", file.string(), ": ", file.string(),
                                       " belongs to another user of this machine (id 12345); "
                                       "expected you, root or the owner of eif-suite. Check its "
                                       "content, then copy it to a folder of your own.")));
  ASSERT_EQ(::chown(file.c_str(), 0, 0), 0);
  EXPECT_THAT(loaded_ids(load_plugins({.files = {file}})), ElementsAre("good"));
}

TEST_F(PluginLoader, AFolderOfAnotherUserIsRefused) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a folder away";
  const fs::path file = copy_of("good", "good.so");
  ASSERT_EQ(::chown(folder_.c_str(), 12345, 12345), 0);
  EXPECT_THAT(refusal_of_file(file), RefusesWith(absl::StatusCode::kPermissionDenied,
                                                 "belongs to another user of this machine"));
}

TEST_F(PluginLoader, AFileInAWorldWritableFolderIsRefused) {
  const fs::path file = copy_of("good", "good.so");
  fs::permissions(folder_, fs::perms::others_write, fs::perm_options::add);
  EXPECT_THAT(refusal_of_file(file), RefusesWith(absl::StatusCode::kPermissionDenied,
                                                 absl::StrCat("good.so: ", folder_.string(),
                                                              " can be changed by every "
                                                              "user of this machine")));
}

TEST_F(PluginLoader, AWorldWritableFolderIsNotSearched) {
  copy_of("good", "good.so");
  fs::permissions(folder_, fs::perms::others_write, fs::perm_options::add);
  EXPECT_THAT(refusal_of_folder(folder_),
              RefusesWith(absl::StatusCode::kPermissionDenied,
                          "can be changed by every user of this machine"));
}

TEST_F(PluginLoader, AStickyWorldWritableFolderIsNotSearched) {
  fs::permissions(folder_, fs::perms::others_write | fs::perms::sticky_bit, fs::perm_options::add);
  EXPECT_THAT(refusal_of_folder(folder_),
              RefusesWith(absl::StatusCode::kPermissionDenied,
                          "Move the plugins to a folder of your own; the sticky bit does not keep "
                          "others from adding files to this one."));
}

TEST_F(PluginLoader, ALinkToAFileInAWorldWritableFolderIsRefused) {
  fs::create_directory(folder_ / "open");
  fs::copy_file(library("good"), folder_ / "open" / "good.so");
  fs::permissions(folder_ / "open", fs::perms::others_write, fs::perm_options::add);
  fs::create_symlink(folder_ / "open" / "good.so", folder_ / "good.so");
  EXPECT_THAT(refusal_of_file(folder_ / "good.so"),
              RefusesWith(absl::StatusCode::kPermissionDenied,
                          (folder_ / "open").string() + " can be changed by every user"));
}

TEST_F(PluginLoader, ALinkInAWorldWritableFolderIsRefused) {
  fs::create_directory(folder_ / "open");
  fs::create_symlink(library("good"), folder_ / "open" / "good.so");
  fs::permissions(folder_ / "open", fs::perms::others_write, fs::perm_options::add);
  EXPECT_THAT(refusal_of_file(folder_ / "open" / "good.so"),
              RefusesWith(absl::StatusCode::kPermissionDenied,
                          (folder_ / "open").string() + " can be changed by every user"));
}

// ---- Files that are no library for this machine ----------------------------------------------

TEST_F(PluginLoader, AMissingFileIsReported) {
  EXPECT_THAT(refusal_of_file(folder_ / "none.so"),
              Refuses(absl::StatusCode::kNotFound,
                      absl::StrCat("plugin ", folder_.string(),
                                   "/none.so: the file cannot be found: No such file or directory. "
                                   "Check the path.")));
}

TEST_F(PluginLoader, AFolderNamedAsAFileIsRefused) {
  EXPECT_THAT(refusal_of_file(folder_),
              Refuses(absl::StatusCode::kInvalidArgument,
                      absl::StrCat("plugin ", folder_.string(),
                                   ": found something other than a regular file; expected a shared "
                                   "library. Name the .so file that the plugin's build made.")));
}

TEST_F(PluginLoader, AnUnreadableFileIsRefused) {
  if (geteuid() == 0) GTEST_SKIP() << "root can read every file";
  const fs::path file = copy_of("good", "good.so");
  fs::permissions(file, fs::perms::none);
  EXPECT_THAT(refusal_of_file(file),
              RefusesWith(absl::StatusCode::kPermissionDenied, "the file cannot be read"));
}

TEST_F(PluginLoader, ATextFileIsRefused) {
  for (const std::string content : {"", "EL",
                                    "#!/bin/sh\necho this is longer than an ELF header, "
                                    "which has 64 bytes\n"}) {
    write_file(folder_ / "text.so", content);
    EXPECT_THAT(refusal_of_file(folder_ / "text.so"),
                Refuses(absl::StatusCode::kInvalidArgument,
                        absl::StrCat("plugin ", folder_.string(),
                                     "/text.so: the file is not a library: it does not begin with "
                                     "the ELF signature. Name the .so file that the plugin's build "
                                     "made.")));
  }
}

TEST_F(PluginLoader, ATruncatedFileIsRefusedAtEveryLength) {
  const std::string whole = bytes_of(library("good"));
  for (const size_t length : {size_t{4}, size_t{63}, size_t{64}, size_t{1000}, whole.size() / 4,
                              whole.size() / 2, whole.size() - 1}) {
    write_file(folder_ / "cut.so", whole.substr(0, length));
    EXPECT_THAT(refusal_of_file(folder_ / "cut.so"),
                RefusesWith(absl::StatusCode::kDataLoss,
                            absl::StrCat("file is truncated: it has ", length, " bytes, its ")));
  }
}

TEST_F(PluginLoader, AStrippedTruncatedFileIsRefused) {
  const auto strip = [](ElfW(Ehdr) & header) { header.e_shoff = header.e_shnum = 0; };
  const fs::path file = damaged(strip);
  EXPECT_THAT(loaded_ids(load_plugins({.files = {file}})), ElementsAre("good"))
      << "a whole library needs no section header table";
  fs::rename(file, folder_ / "cut.so");  // the file that was loaded must stay as it is
  const std::string whole = bytes_of(folder_ / "cut.so");
  write_file(file, whole.substr(0, 100));
  EXPECT_THAT(refusal_of_file(file), RefusesWith(absl::StatusCode::kDataLoss,
                                                 "it has 100 bytes, its program header table"));
  write_file(file, whole.substr(0, 4096));
  EXPECT_THAT(refusal_of_file(file),
              RefusesWith(absl::StatusCode::kDataLoss, "it has 4096 bytes, its segment needs "));
}

TEST_F(PluginLoader, ALibraryForAnotherProcessorIsRefused) {
  EXPECT_THAT(refusal_of_file(damaged([](auto& header) { header.e_machine = EM_RISCV; })),
              RefusesWith(absl::StatusCode::kFailedPrecondition,
                          "the library is for 64-bit RISC-V, expected one for "));
  EXPECT_THAT(refusal_of_file(damaged([](auto& header) { header.e_ident[EI_DATA] = ELFDATA2MSB; })),
              RefusesWith(absl::StatusCode::kFailedPrecondition,
                          "the library is for 64-bit big-endian, expected one for "));
  EXPECT_THAT(refusal_of_file(damaged([](auto& header) {
                header.e_ident[EI_CLASS] = ELFCLASS32;
                header.e_machine = EM_386;
              })),
              RefusesWith(absl::StatusCode::kFailedPrecondition,
                          "the library is for 32-bit i386, expected one for "));
}

TEST_F(PluginLoader, AnObjectFileIsRefused) {
  EXPECT_THAT(refusal_of_file(damaged([](auto& header) { header.e_type = ET_REL; })),
              RefusesWith(absl::StatusCode::kInvalidArgument,
                          "found ELF type 1, such as an object file or a program; expected a "
                          "shared library (type 3). Link the plugin with -shared."));
}

}  // namespace
}  // namespace eif
