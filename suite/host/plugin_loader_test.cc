#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "eif/backend.h"
#include "suite/host/plugin_loader_for_test.h"

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// ---- Good plugins ----------------------------------------------------------------------------

TEST_F(PluginLoader, ADesideratumIsLoadedWithItsInfo) {
  const PluginSet plugins = load_plugins({.files = {library("good")}});
  EXPECT_THAT(skip_reasons(plugins), IsEmpty());
  ASSERT_THAT(loaded_ids(plugins), ElementsAre("good"));
  const LoadedPlugin& plugin = plugins.loaded[0];
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
  ASSERT_THAT(loaded_ids(plugins), ElementsAre("good_backend"));
  EXPECT_NE(plugins.loaded[0].model_backend(), nullptr);
  EXPECT_EQ(plugins.loaded[0].desideratum(), nullptr);
}

TEST_F(PluginLoader, AssertionsOfTheStandardLibraryDoNotMatter) {
  const PluginSet plugins = load_plugins({.files = {library("good_with_assertions")}});
  EXPECT_THAT(skip_reasons(plugins), IsEmpty());
  EXPECT_THAT(loaded_ids(plugins), ElementsAre("good_with_assertions"));
}

TEST_F(PluginLoader, TheExampleOfTheSdkHeaderIsAPlugin) {
  const PluginSet plugins = load_plugins({.files = {EIF_EXAMPLE_PLUGIN}});
  EXPECT_THAT(skip_reasons(plugins), IsEmpty());
  EXPECT_THAT(loaded_ids(plugins), ElementsAre("negation_hurts"));
}

TEST_F(PluginLoader, GoodPluginsLoadAmongBadOnes) {
  const PluginSet plugins =
      load_plugins({.folders = {folder_ / "missing", library("factory_throws").parent_path(),
                                library("good_backend").parent_path()},
                    .files = {library("wrong_sdk"), library("good"), library("null_record")}});
  EXPECT_THAT(loaded_ids(plugins), ElementsAre("good", "good_backend"));
  ASSERT_THAT(skip_reasons(plugins), SizeIs(4));
  EXPECT_EQ(plugins.skipped[0].path, folder_ / "missing");
  EXPECT_EQ(plugins.skipped[1].path, fs::canonical(library("factory_throws")));
  EXPECT_EQ(plugins.skipped[2].path, fs::canonical(library("wrong_sdk")));
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

TEST_F(PluginLoader, WhatALoadedPluginFailsInLaterIsToldByItsName) {
  std::vector<std::string> told;
  const PluginSet plugins =
      load_plugins({.files = {library("accepts_folder_throws")},
                    .tell = [&](const absl::Status& why) { told.emplace_back(why.message()); }});
  ASSERT_THAT(loaded_ids(plugins), ElementsAre("bad"));
  EXPECT_FALSE(plugins.loaded[0].model_backend()->accepts_folder("/"));
  EXPECT_THAT(told, ElementsAre(absl::StrCat(
                        "plugin ", fs::canonical(library("accepts_folder_throws")).string(),
                        ": accepts_folder() failed: no disk today. Correct the "
                        "plugin's source, or ask its author.")));
}

// ---- Two plugins with one id -----------------------------------------------------------------

TEST_F(PluginLoader, OfTwoPluginsWithOneIdTheFirstIsUsed) {
  const fs::path copy = copy_of("good", "copy.so");
  const PluginSet plugins = load_plugins({.files = {library("good"), copy}});
  ASSERT_THAT(loaded_ids(plugins), ElementsAre("good"));
  EXPECT_EQ(plugins.loaded[0].path(), fs::canonical(library("good")));
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
