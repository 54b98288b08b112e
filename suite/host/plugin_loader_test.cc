// The bad plugins are real libraries from tests/bad_plugins, or good ones that a test damages.
#define EIF_STATIC_PLUGIN  // the plugin `built_in`, at the end of this file
#include "suite/host/plugin_loader.h"

#include <elf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <link.h>  // ElfW
#include <stdlib.h>
#include <torch/version.h>
#include <unistd.h>

#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/bad_plugins/valid.h"

namespace eif {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// One of tests/bad_plugins.
fs::path library(const std::string& kind) {
  return fs::path(EIF_BINARY_DIR) / "tests" / "bad_plugins" / kind / (kind + ".so");
}

std::vector<std::string> loaded_ids(const PluginSet& plugins) {
  std::vector<std::string> ids;
  for (const LoadedPlugin& plugin : plugins.loaded) ids.push_back(plugin.record().id);
  return ids;
}

std::vector<std::string> skip_reasons(const PluginSet& plugins) {
  std::vector<std::string> reasons;
  for (const SkippedPlugin& plugin : plugins.skipped) reasons.push_back(plugin.why.ToString());
  return reasons;
}

// Why the only file or folder of the search was skipped.
absl::Status refusal(const PluginSearch& search) {
  const PluginSet plugins = load_plugins(search);
  EXPECT_THAT(loaded_ids(plugins), ElementsAre("built_in"));
  EXPECT_THAT(skip_reasons(plugins), SizeIs(1));
  return plugins.skipped.empty() ? absl::OkStatus() : plugins.skipped.front().why;
}

absl::Status refusal_of_file(const fs::path& file) { return refusal({.files = {file}}); }

absl::Status refusal_of_folder(const fs::path& folder) { return refusal({.folders = {folder}}); }

// A status with this code and message.
MATCHER_P2(Refuses, code, message, "") {
  return arg.code() == code && arg.message() == std::string(message);
}

// A status with this code, whose message has this text.
MATCHER_P2(RefusesWith, code, text, "") {
  return arg.code() == code && std::string(arg.message()).find(text) != std::string::npos;
}

constexpr char kRebuild[] = ". Rebuild the plugin against the SDK headers of this eif-suite";
constexpr char kRepair[] = ". Correct the plugin's source, or ask its author.";

std::string read_file(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

void write_file(const fs::path& file, const std::string& content) {
  std::ofstream(file, std::ios::binary) << content;
}

// With a folder that only this user can write to, below the build folder.
class PluginLoader : public testing::Test {
 protected:
  PluginLoader() {
    std::string name = std::string(EIF_BINARY_DIR) + "/tests/plugin_loader_XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~PluginLoader() override { fs::remove_all(folder_); }

  fs::path copy_of(const std::string& kind, const std::string& name) const {
    fs::copy_file(library(kind), folder_ / name);
    return folder_ / name;
  }

  // A copy of the good plugin whose ELF header was changed.
  template <typename Change>
  fs::path damaged(Change change) const {
    std::string content = read_file(library("good"));
    change(*reinterpret_cast<ElfW(Ehdr)*>(content.data()));
    write_file(folder_ / "damaged.so", content);
    return folder_ / "damaged.so";
  }

  fs::path folder_;
};

// ---- Good plugins ----------------------------------------------------------------------------

TEST_F(PluginLoader, ADesideratumIsLoadedWithItsInfo) {
  const PluginSet plugins = load_plugins({.files = {library("good")}});
  EXPECT_THAT(skip_reasons(plugins), IsEmpty());
  ASSERT_THAT(loaded_ids(plugins), ElementsAre("built_in", "good"));
  const LoadedPlugin& plugin = plugins.loaded[1];
  EXPECT_EQ(plugin.path(), fs::canonical(library("good")));
  EXPECT_STREQ(plugin.record().version, "1.0");
  ASSERT_NE(plugin.desideratum(), nullptr);
  EXPECT_EQ(plugin.desideratum()->info().claim, "Plugins are loaded.");
  EXPECT_EQ(plugin.info().claim, "Plugins are loaded.");
  EXPECT_EQ(plugin.model_backend(), nullptr);
}

TEST_F(PluginLoader, AModelBackendIsLoaded) {
  const PluginSet plugins = load_plugins({.files = {library("good_backend")}});
  EXPECT_THAT(skip_reasons(plugins), IsEmpty());
  ASSERT_THAT(loaded_ids(plugins), ElementsAre("built_in", "good_backend"));
  EXPECT_NE(plugins.loaded[1].model_backend(), nullptr);
  EXPECT_EQ(plugins.loaded[1].desideratum(), nullptr);
}

TEST_F(PluginLoader, APluginLinkedIntoTheProgramIsLoadedFirst) {
  const PluginSet plugins = load_plugins({});
  ASSERT_THAT(loaded_ids(plugins), ElementsAre("built_in"));
  EXPECT_EQ(plugins.loaded[0].path(), "<built in>");
  ASSERT_NE(plugins.loaded[0].desideratum(), nullptr);
}

TEST_F(PluginLoader, TheExampleOfTheSdkHeaderIsAPlugin) {
  const PluginSet plugins = load_plugins({.files = {EIF_EXAMPLE_PLUGIN}});
  EXPECT_THAT(skip_reasons(plugins), IsEmpty());
  EXPECT_THAT(loaded_ids(plugins), ElementsAre("built_in", "negation_hurts"));
}

TEST_F(PluginLoader, GoodPluginsLoadAmongBadOnes) {
  const PluginSet plugins =
      load_plugins({.folders = {folder_ / "missing", library("factory_throws").parent_path(),
                                library("good_backend").parent_path()},
                    .files = {library("wrong_abi"), library("good"), library("null_record")}});
  EXPECT_THAT(loaded_ids(plugins), ElementsAre("built_in", "good", "good_backend"));
  ASSERT_THAT(skip_reasons(plugins), SizeIs(4));
  EXPECT_EQ(plugins.skipped[0].path, folder_ / "missing");
  EXPECT_EQ(plugins.skipped[1].path, fs::canonical(library("factory_throws")));
  EXPECT_EQ(plugins.skipped[2].path, fs::canonical(library("wrong_abi")));
  EXPECT_EQ(plugins.skipped[3].path, fs::canonical(library("null_record")));
}

TEST_F(PluginLoader, EveryProjectPluginExportsOnlyItsEntry) {
  const std::vector<std::string> files = absl::StrSplit(EIF_PLUGIN_FILES, ':');
  for (const std::string& file : files) {
    const std::string command = absl::StrCat(EIF_NM, " -D --defined-only '", file, "'");
    std::unique_ptr<FILE, int (*)(FILE*)> output(popen(command.c_str(), "r"), pclose);
    ASSERT_NE(output, nullptr) << command;
    std::string symbols;
    for (int c = fgetc(output.get()); c != EOF; c = fgetc(output.get())) {
      symbols += static_cast<char>(c);
    }
    // "ADDRESS T NAME", one line for each symbol.
    const std::vector<std::string> words =
        absl::StrSplit(symbols, absl::ByAnyChar(" \n"), absl::SkipEmpty());
    EXPECT_THAT(words, ElementsAre(testing::_, "T", "eif_plugin")) << file << "\n" << symbols;
  }
}

// ---- Where plugins are looked for ------------------------------------------------------------

TEST_F(PluginLoader, TheSearchGoesFromTheProgramToThePathToTheFiles) {
  const PluginSearch search =
      default_plugin_search("/opt/suite/bin/eif-suite", "/first::/second:", {"/third/mine.so"});
  EXPECT_THAT(search.folders, ElementsAre("/opt/suite/lib/eif-suite", "/first", "/second"));
  EXPECT_THAT(search.files, ElementsAre("/third/mine.so"));
}

TEST_F(PluginLoader, WithoutAPathOnlyTheProgramsFolderIsSearched) {
  EXPECT_THAT(default_plugin_search("/opt/suite/bin/eif-suite", nullptr, {}).folders,
              ElementsAre("/opt/suite/lib/eif-suite"));
}

TEST_F(PluginLoader, TheProgramsFolderIsFoundThroughALink) {
  fs::create_directories(folder_ / "suite" / "bin");
  write_file(folder_ / "suite" / "bin" / "eif-suite", "");
  fs::create_symlink(folder_ / "suite" / "bin" / "eif-suite", folder_ / "link");
  EXPECT_THAT(default_plugin_search(folder_ / "link", nullptr, {}).folders,
              ElementsAre(fs::canonical(folder_) / "suite" / "lib" / "eif-suite"));
}

TEST_F(PluginLoader, AFolderGivesItsLibrariesByName) {
  copy_of("null_record", "b.so");
  copy_of("null_record", "a.so");
  copy_of("null_record", "c.txt");
  const PluginSet plugins = load_plugins({.folders = {folder_}});
  ASSERT_THAT(skip_reasons(plugins), SizeIs(2));
  EXPECT_EQ(plugins.skipped[0].path.filename(), "a.so");
  EXPECT_EQ(plugins.skipped[1].path.filename(), "b.so");
}

TEST_F(PluginLoader, AFileReachedTwiceIsLoadedOnce) {
  fs::create_symlink(library("good"), folder_ / "link.so");
  const PluginSet plugins = load_plugins(
      {.folders = {folder_}, .files = {library("good"), library("good").parent_path() / "." /
                                                            library("good").filename()}});
  EXPECT_THAT(skip_reasons(plugins), IsEmpty());
  EXPECT_THAT(loaded_ids(plugins), ElementsAre("built_in", "good"));
}

TEST_F(PluginLoader, TheWorkingDirectoryIsNotSearched) {
  copy_of("good", "good.so");
  const fs::path before = fs::current_path();
  fs::current_path(folder_);
  const PluginSet plugins =
      load_plugins(default_plugin_search("/opt/suite/bin/eif-suite", ":", {}));
  const absl::Status dot = refusal_of_folder(".");
  fs::current_path(before);
  EXPECT_THAT(loaded_ids(plugins), ElementsAre("built_in"));
  EXPECT_THAT(dot, Refuses(absl::StatusCode::kInvalidArgument,
                           "plugin .: found a relative folder; expected an absolute one, because "
                           "what is loaded must not depend on the working directory. Write the "
                           "whole path into EIF_PLUGIN_PATH."));
}

TEST_F(PluginLoader, AMissingFolderIsReported) {
  EXPECT_THAT(refusal_of_folder(folder_ / "missing"),
              Refuses(absl::StatusCode::kNotFound,
                      absl::StrCat("plugin ", folder_.string(),
                                   "/missing: the folder cannot be opened: No such file or "
                                   "directory. Correct EIF_PLUGIN_PATH, or install eif-suite again "
                                   "where the folder is its own.")));
}

TEST_F(PluginLoader, AFileInPlaceOfAFolderIsReported) {
  EXPECT_THAT(refusal_of_folder(library("good")),
              RefusesWith(absl::StatusCode::kNotFound, "found something other than a folder"));
}

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
                                   "chmod o-w '", file.string(), "'.")));
  EXPECT_EQ(getenv("EIF_TEST_LIBRARY_RAN"), nullptr);
  // And the same file runs when it may.
  fs::permissions(file, fs::perms::others_write, fs::perm_options::remove);
  EXPECT_THAT(loaded_ids(load_plugins({.files = {file}})),
              ElementsAre("built_in", "runs_at_load"));
  EXPECT_STREQ(getenv("EIF_TEST_LIBRARY_RAN"), "1");
}

TEST_F(PluginLoader, AFileInAWorldWritableFolderIsRefused) {
  const fs::path file = copy_of("good", "good.so");
  fs::permissions(folder_, fs::perms::others_write, fs::perm_options::add);
  EXPECT_THAT(refusal_of_file(file),
              RefusesWith(absl::StatusCode::kPermissionDenied,
                          absl::StrCat("good.so: ", folder_.string(), " can be changed by every "
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
  for (const std::string content : {"", "EL", "#!/bin/sh\necho this is longer than an ELF header, "
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
  const std::string whole = read_file(library("good"));
  for (const size_t length : {size_t{4}, size_t{63}, size_t{64}, size_t{1000}, whole.size() / 4,
                              whole.size() / 2, whole.size() - 1}) {
    write_file(folder_ / "cut.so", whole.substr(0, length));
    EXPECT_THAT(refusal_of_file(folder_ / "cut.so"),
                RefusesWith(absl::StatusCode::kDataLoss,
                            absl::StrCat("file is truncated: it has ", length, " bytes, its ")));
  }
}

TEST_F(PluginLoader, AStrippedTruncatedFileIsRefused) {
  const auto strip = [](ElfW(Ehdr)& header) { header.e_shoff = header.e_shnum = 0; };
  const fs::path file = damaged(strip);
  EXPECT_THAT(loaded_ids(load_plugins({.files = {file}})), ElementsAre("built_in", "good"))
      << "a whole library needs no section header table";
  fs::rename(file, folder_ / "cut.so");  // the file that was loaded must stay as it is
  const std::string whole = read_file(folder_ / "cut.so");
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
  EXPECT_THAT(refusal_of_file(damaged([](auto& header) {
                header.e_ident[EI_DATA] = ELFDATA2MSB;
              })),
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

// ---- Libraries that cannot be opened ---------------------------------------------------------

TEST_F(PluginLoader, AMissingDependencyIsNamed) {
  EXPECT_THAT(refusal_of_file(library("missing_dependency")),
              RefusesWith(absl::StatusCode::kFailedPrecondition,
                          "missing_dependency.so: the library cannot be loaded: libeif_absent.so: "
                          "cannot open shared object file: No such file or directory. Install what "
                          "is missing, or rebuild the plugin."));
}

TEST_F(PluginLoader, AnUndefinedSymbolIsNamed) {
  EXPECT_THAT(refusal_of_file(library("undefined_symbol")),
              RefusesWith(absl::StatusCode::kFailedPrecondition,
                          "undefined symbol: eif_function_of_another_version"));
}

// ---- Libraries that are no plugin, or another program's --------------------------------------

// A library of tests/bad_plugins, and what is said about it after "plugin PATH: ".
struct BadLibrary {
  const char* kind;
  absl::StatusCode code;
  std::string problem;
};

class BadLibraryTest : public testing::TestWithParam<BadLibrary> {};

TEST_P(BadLibraryTest, IsRefused) {
  const fs::path file = fs::canonical(library(GetParam().kind));
  EXPECT_THAT(refusal_of_file(file),
              Refuses(GetParam().code,
                      absl::StrCat("plugin ", file.string(), ": ", GetParam().problem)));
}

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;
constexpr absl::StatusCode kMismatch = absl::StatusCode::kFailedPrecondition;
constexpr absl::StatusCode kFailed = absl::StatusCode::kInternal;

std::string kind_name(const testing::TestParamInfo<BadLibrary>& test) { return test.param.kind; }

INSTANTIATE_TEST_SUITE_P(
    Record, BadLibraryTest,
    testing::Values(
        BadLibrary{"no_entry_symbol", kInvalid,
                   "the library has no symbol eif_plugin, which every eif-suite plugin exports. "
                   "End the plugin's source with EIF_DESIDERATUM_PLUGIN or EIF_MODEL_PLUGIN."},
        BadLibrary{"entry_throws", kFailed,
                   absl::StrCat("eif_plugin() failed: no record today", kRepair)},
        BadLibrary{"null_record", kInvalid,
                   absl::StrCat("eif_plugin() gave no record; expected a static one", kRepair)},
        BadLibrary{"wrong_abi", kMismatch,
                   absl::StrCat("found plugin interface 99, expected ", kPluginAbi, kRebuild, ".")},
        BadLibrary{"wrong_size", kMismatch,
                   absl::StrCat("found a record of 24 bytes, expected ", sizeof(PluginRecord),
                                kRebuild, ".")},
        BadLibrary{"wrong_fingerprint", kMismatch,
                   absl::StrCat("found a build with \"gcc-4 c++199711L cxx11abi=0 sdk=old\", "
                                "expected \"", kBuildFingerprint, "\"", kRebuild,
                                ", with the same compiler.")},
        BadLibrary{"null_fingerprint", kMismatch,
                   absl::StrCat("found a build with nothing, expected \"", kBuildFingerprint, "\"",
                                kRebuild, ", with the same compiler.")},
        BadLibrary{"wrong_torch", kMismatch,
                   absl::StrCat("found a build with libtorch \"1.0.0\", expected \"",
                                TORCH_VERSION, "\". Rebuild the plugin against libtorch ",
                                TORCH_VERSION, ".")},
        BadLibrary{"null_id", kInvalid,
                   absl::StrCat("found the id nothing, expected lower-case letters, digits and _, "
                                "with a letter first", kRepair)},
        BadLibrary{"empty_id", kInvalid,
                   absl::StrCat("found the id \"\", expected lower-case letters, digits and _, "
                                "with a letter first", kRepair)},
        BadLibrary{"ill_formed_id", kInvalid,
                   absl::StrCat("found the id \"Bad-Id\\n\", expected lower-case letters, digits "
                                "and _, with a letter first", kRepair)},
        BadLibrary{"null_version", kInvalid,
                   absl::StrCat("found version nothing and description \"breaks one rule of "
                                "eif/plugin.h\", expected text for both", kRepair)},
        BadLibrary{"no_factory", kInvalid,
                   absl::StrCat("found no factory, expected either make_desideratum or "
                                "make_model_backend", kRepair)},
        BadLibrary{"both_factories", kInvalid,
                   absl::StrCat("found both factories, expected either make_desideratum or "
                                "make_model_backend", kRepair)}),
    kind_name);

INSTANTIATE_TEST_SUITE_P(
    Object, BadLibraryTest,
    testing::Values(
        BadLibrary{"factory_gives_null", kFailed,
                   absl::StrCat("make_desideratum() made nothing; expected an object", kRepair)},
        BadLibrary{"factory_throws", kFailed,
                   absl::StrCat("make_desideratum() failed: no licence", kRepair)},
        BadLibrary{"factory_throws_unknown", kFailed,
                   absl::StrCat("make_desideratum() failed: an exception of unknown type",
                                kRepair)},
        BadLibrary{"info_throws", kFailed, absl::StrCat("info() failed: nothing to say", kRepair)},
        BadLibrary{"info_without_claim", kInvalid,
                   absl::StrCat("info() has no claim, expected one sentence", kRepair)},
        BadLibrary{"info_without_modalities", kInvalid,
                   absl::StrCat("info() has no modalities, expected text, images or both",
                                kRepair)},
        BadLibrary{"info_repeats_expectation", kInvalid,
                   absl::StrCat("info() has two expectations with the id \"loads\", expected "
                                "distinct ids", kRepair)},
        BadLibrary{"info_has_unnamed_observation", kInvalid,
                   absl::StrCat("info() has an observation without an id, expected distinct ids",
                                kRepair)},
        BadLibrary{"info_without_primary_expectation", kInvalid,
                   absl::StrCat("info() has no primary expectation for images, expected at least "
                                "one", kRepair)}),
    kind_name);

TEST_F(PluginLoader, OfTwoPluginsWithOneIdTheFirstIsUsed) {
  const fs::path copy = copy_of("good", "copy.so");
  const PluginSet plugins = load_plugins({.files = {library("good"), copy}});
  ASSERT_THAT(loaded_ids(plugins), ElementsAre("built_in", "good"));
  EXPECT_EQ(plugins.loaded[1].path(), fs::canonical(library("good")));
  ASSERT_THAT(skip_reasons(plugins), SizeIs(1));
  EXPECT_THAT(plugins.skipped[0].why,
              Refuses(absl::StatusCode::kAlreadyExists,
                      absl::StrCat("plugin ", fs::canonical(copy).string(),
                                   ": the id \"good\" is taken by ",
                                   fs::canonical(library("good")).string(),
                                   ", which was found first and is used. Remove one of the two, or "
                                   "give this one another id.")));
}

TEST_F(PluginLoader, APluginThatFailedDoesNotTakeItsId) {
  // Both have the id `bad`.
  const PluginSet plugins =
      load_plugins({.files = {library("factory_throws"), library("info_throws")}});
  ASSERT_THAT(skip_reasons(plugins), SizeIs(2));
  EXPECT_THAT(plugins.skipped[1].why, RefusesWith(absl::StatusCode::kInternal, "info() failed"));
}

}  // namespace
}  // namespace eif

EIF_DESIDERATUM_PLUGIN(eif::Valid, "built_in", "1.0", "linked into the program")
