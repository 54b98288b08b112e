#include "reports/file_name.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

namespace eif {
namespace {

using ::testing::MatchesRegex;

TEST(FileName, AHarmlessNameStays) {
  for (const char* name : {"smollm2", "digits_to_noise_0.25", "a-b", "x..y", "seed0"}) {
    EXPECT_EQ(file_name(name), name);
  }
}

TEST(FileName, AFolderHereIsItsName) {
  for (const char* path : {"checkpoint-500", "./checkpoint-500", "./checkpoint-500/",
                           "checkpoint-500//", "x/../checkpoint-500"}) {
    EXPECT_EQ(file_name(path), "checkpoint-500") << path;
  }
}

TEST(FileName, AFolderElsewhereIsTheLastPartOfItsPath) {
  EXPECT_THAT(file_name("runs/a/checkpoint-500"), MatchesRegex("checkpoint-500\\+[0-9a-f]{8}"));
  EXPECT_EQ(file_name("runs/a/checkpoint-500/"), file_name("./runs//a/checkpoint-500"));
  EXPECT_THAT(file_name("../checkpoint-500"), MatchesRegex("checkpoint-500\\+[0-9a-f]{8}"));
  EXPECT_THAT(file_name("my model, v2"), MatchesRegex("my_model__v2\\+[0-9a-f]{8}"));
  EXPECT_THAT(file_name("."), MatchesRegex("folder\\+[0-9a-f]{8}"));
  EXPECT_THAT(file_name(".hidden"), MatchesRegex("hidden\\+[0-9a-f]{8}"));
}

TEST(FileName, ALongNameIsCut) {
  EXPECT_EQ(file_name(std::string(100, 'a')), std::string(100, 'a'));
  EXPECT_EQ(file_name(std::string(101, 'a')).size(), 109u);
}

TEST(FileName, TwoNamesDoNotShareAFile) {
  std::map<std::string, std::string> name_of;
  for (const std::string name :
       {"a/b", "a_b", "a b", "a,b", "c/b", "/a/b", "../a/b", "b",    ".",      "..",  "../..", ".b",
        "_b",  "",    "/",   "x/y", "x_y", "é",    "è",      "a\nb", "folder", "b+1", "A/b"}) {
    const auto [place, is_new] = name_of.emplace(file_name(name), name);
    EXPECT_TRUE(is_new) << name << " and " << place->second;
    EXPECT_EQ(place->first.find_first_of("/\n"), std::string::npos);
    EXPECT_NE(place->first.front(), '.');
  }
  EXPECT_NE(file_name(std::string(200, 'a')), file_name(std::string(201, 'a')));
}

}  // namespace
}  // namespace eif
