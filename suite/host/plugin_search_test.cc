#include <stdlib.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "suite/host/plugin_loader_for_test.h"

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

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
  const PluginSet plugins =
      load_plugins({.folders = {folder_},
                    .files = {library("good"),
                              library("good").parent_path() / "." / library("good").filename()}});
  EXPECT_THAT(skip_reasons(plugins), IsEmpty());
  EXPECT_THAT(loaded_ids(plugins), ElementsAre("good"));
}

TEST_F(PluginLoader, TheWorkingDirectoryIsNotSearched) {
  copy_of("good", "good.so");
  const fs::path before = fs::current_path();
  fs::current_path(folder_);
  const PluginSet plugins =
      load_plugins(default_plugin_search("/opt/suite/bin/eif-suite", ":", {}));
  const absl::Status dot = refusal_of_folder(".");
  fs::current_path(before);
  EXPECT_THAT(loaded_ids(plugins), IsEmpty());
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

}  // namespace
}  // namespace eif
