#include "suite/cli/draw_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "suite/formats/test_files.h"

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class DrawOptionsTest : public testing::Test {
 protected:
  std::string path(const std::string& name) { return (folder_.path() / name).string(); }

  const TemporaryFolder folder_;
  RunRequest options_;
};

TEST_F(DrawOptionsTest, NothingGivenIsTheBuiltInClaimsAndEveryWord) {
  const absl::StatusOr<DrawSettings> settings = draw_settings(options_);
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_THAT(settings->claims, IsEmpty());
  EXPECT_THAT(settings->words.excluded, IsEmpty());
  EXPECT_FALSE(settings->large);
}

TEST_F(DrawOptionsTest, TheFilesAreRead) {
  folder_.file("claims.txt", "# mine\nIce floats.\nCats purr.\n");
  folder_.file("words", "Delglim\nit's\ntamvol\n");
  options_ = {.claims_file = path("claims.txt"), .dictionary_file = path("words"), .large = true};
  const absl::StatusOr<DrawSettings> settings = draw_settings(options_);
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_THAT(settings->claims, ElementsAre("Ice floats.", "Cats purr."));
  EXPECT_THAT(settings->words.excluded, UnorderedElementsAre("delglim", "tamvol"));
  EXPECT_TRUE(settings->large);
}

TEST_F(DrawOptionsTest, AnErrorOfTheClaimsNamesFileAndLine) {
  folder_.file("claims.txt", "Ice floats.\nIce floats.\n");
  options_.claims_file = path("claims.txt");
  EXPECT_EQ(draw_settings(options_).status(),
            absl::InvalidArgumentError(absl::StrCat(
                path("claims.txt"), ":2: the claim is already on line 1; claims are distinct")));
}

TEST_F(DrawOptionsTest, AnErrorOfTheDictionaryNamesTheFile) {
  folder_.file("words", "12\n");
  options_.dictionary_file = path("words");
  EXPECT_EQ(draw_settings(options_).status(),
            absl::InvalidArgumentError(absl::StrCat(
                path("words"), ":1: there is no word of ASCII letters; expected one word a line")));
}

TEST_F(DrawOptionsTest, AMissingFileIsNamed) {
  options_.claims_file = path("none");
  EXPECT_THAT(message_of(draw_settings(options_)), HasSubstr(path("none")));
  options_ = {.dictionary_file = path("no-words")};
  EXPECT_THAT(message_of(draw_settings(options_)), HasSubstr(path("no-words")));
}

}  // namespace
}  // namespace eif
