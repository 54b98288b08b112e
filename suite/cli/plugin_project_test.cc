#include "suite/cli/plugin_project.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "suite/formats/test_files.h"
#include "suite/sdk/folders_for_test.h"

namespace eif {
namespace {

namespace fs = std::filesystem;

using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::map<std::string, std::string> project(PluginKind kind, const std::string& name) {
  const auto files = plugin_project(kind, name, "/opt/eif-suite");
  EXPECT_TRUE(files.ok()) << files.status();
  std::map<std::string, std::string> by_name;
  for (const ProjectFile& file : *files) by_name[file.name] = file.content;
  return by_name;
}

TEST(PluginProject, HasItsNameInEachFile) {
  for (const PluginKind kind : {PluginKind::kDesideratum, PluginKind::kModel}) {
    const auto files = project(kind, "same_digit");
    EXPECT_THAT(files,
                ElementsAre(testing::Key("CMakeLists.txt"), testing::Key("README.md"),
                            testing::Key("same_digit.cc"), testing::Key("same_digit_test.cc")));
    for (const auto& [name, content] : files) {
      EXPECT_THAT(content, AnyOf(HasSubstr("same_digit"), HasSubstr("SameDigit"))) << name;
      for (const char* placeholder : {"@NAME@", "@CLASS@", "@VERSION@", "@PREFIX@"}) {
        EXPECT_THAT(content, Not(HasSubstr(placeholder))) << name;
      }
    }
  }
}

TEST(PluginProject, IsOfItsKind) {
  EXPECT_THAT(project(PluginKind::kDesideratum, "mine")["CMakeLists.txt"],
              HasSubstr("eif_add_desideratum(mine)"));
  EXPECT_THAT(project(PluginKind::kDesideratum, "mine")["mine.cc"],
              HasSubstr("EIF_DESIDERATUM_PLUGIN(Mine, \"mine\""));
  EXPECT_THAT(project(PluginKind::kModel, "mine")["CMakeLists.txt"],
              HasSubstr("eif_add_model(mine)"));
  EXPECT_THAT(project(PluginKind::kModel, "mine")["mine.cc"],
              HasSubstr("EIF_MODEL_PLUGIN(MineBackend, \"mine\""));
}

TEST(PluginProject, ItsClassIsNamedLikeIt) {
  EXPECT_THAT(project(PluginKind::kDesideratum, "a__b2_see")["a__b2_see.cc"],
              HasSubstr("class AB2See final"));
}

TEST(PluginProject, ItsCommandsNameWhereTheProgramIsInstalled) {
  EXPECT_THAT(project(PluginKind::kModel, "mine")["README.md"],
              HasSubstr("-DCMAKE_PREFIX_PATH='/opt/eif-suite'"));
}

TEST(PluginProject, NamesThatAreNoIdAreRefused) {
  for (const char* name : {"", "Mine", "1st", "_mine", "my-own", "a/b", "..", "mine\n"}) {
    const absl::Status refused = plugin_project(PluginKind::kModel, name, "/opt").status();
    EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument) << name;
    EXPECT_THAT(std::string(refused.message()),
                HasSubstr("expected lower-case letters, digits and _, with a letter first"));
  }
  EXPECT_THAT(std::string(plugin_project(PluginKind::kModel, "a\nb", "/opt").status().message()),
              HasSubstr("found the name \"a\\nb\""));
}

TEST(PluginProject, NamesOfCMakesOwnTargetsAreRefused) {
  const absl::Status refused = plugin_project(PluginKind::kModel, "test", "/opt").status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(refused.message(),
            "found the name test, which CMake keeps for a target of its own; choose another, as in "
            "my_test");
}

class WriteProject : public testing::Test {
 protected:
  const TemporaryFolder below_build_{build_folder() / "tests"};
  const fs::path folder_ = below_build_.path();
};

TEST_F(WriteProject, MakesTheFolder) {
  ASSERT_TRUE(write_project(folder_ / "mine", {{"a.txt", "one"}, {"b.txt", "two"}}).ok());
  std::ifstream in(folder_ / "mine" / "b.txt");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), "two");
}

TEST_F(WriteProject, WhatExistsStaysAsItIs) {
  fs::create_directory(folder_ / "mine");
  const absl::Status refused = write_project(folder_ / "mine", {{"a.txt", "one"}});
  EXPECT_EQ(refused.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(refused.message(),
            absl::StrCat((folder_ / "mine").string(),
                         " exists; expected the name of a new folder. Choose another name, or "
                         "remove it"));
  EXPECT_TRUE(fs::is_empty(folder_ / "mine"));
  std::ofstream(folder_ / "file") << "kept";
  EXPECT_EQ(write_project(folder_ / "file", {{"a.txt", "one"}}).code(),
            absl::StatusCode::kAlreadyExists);
}

TEST_F(WriteProject, WhatFailsLeavesNoFolder) {
  const absl::Status failed = write_project(folder_ / "mine", {{"a.txt", "one"}, {"a.txt/b", ""}});
  EXPECT_THAT(std::string(failed.message()), HasSubstr("a.txt"));
  EXPECT_FALSE(fs::exists(folder_ / "mine"));
  const absl::Status nowhere = write_project(folder_ / "no" / "mine", {});
  EXPECT_EQ(nowhere.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(nowhere.message()),
              HasSubstr("no/mine cannot be made: No such file or directory"));
}

}  // namespace
}  // namespace eif
