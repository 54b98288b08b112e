#include "suite/cli/format_option.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "suite/formats/test_files.h"

namespace eif {
namespace {

using ::testing::HasSubstr;

const std::vector<FormatName> kFormats = {{"table", "txt", "for people"},
                                          {"csv", "csv", "numbers", Reader::kProgram},
                                          {"npy", "npy", "bytes", Reader::kBinary}};

std::string chosen(const std::string& format, const std::string& path) {
  const absl::StatusOr<size_t> index = choose_format({format, path}, kFormats);
  return index.ok() ? kFormats[*index].name : message_of(index);
}

TEST(ChooseFormat, TheExtensionSaysWhichItIs) {
  EXPECT_EQ(chosen("", "m.csv"), "csv");
  EXPECT_EQ(chosen("", "folder.npy/m.CSV"), "csv");
  EXPECT_EQ(chosen("", "m.txt"), "table");
}

TEST(ChooseFormat, TheFirstWhereNothingSays) {
  EXPECT_EQ(chosen("", ""), "table");
  EXPECT_EQ(chosen("", "-"), "table");
  EXPECT_EQ(chosen("", "folder.d/matrix"), "table");
}

TEST(ChooseFormat, ANameDecidesWhereTheExtensionIsNobodys) {
  EXPECT_EQ(chosen("csv", ""), "csv");
  EXPECT_EQ(chosen("csv", "m.dat"), "csv");
  EXPECT_EQ(chosen("csv", "m.csv"), "csv");
}

TEST(ChooseFormat, ANameAndAnExtensionThatDisagreeAreRefused) {
  EXPECT_EQ(
      chosen("csv", "m.npy"),
      "-o \"m.npy\" is the name of npy, and --format is csv; leave one of them out, or name the "
      "file .csv");
  EXPECT_THAT(chosen("table", "m.csv"), HasSubstr("is the name of csv, and --format is table"));
}

TEST(ChooseFormat, AnExtensionOfNoFormatIsRefused) {
  EXPECT_EQ(chosen("", "m.dat"),
            "-o \"m.dat\": no format has this extension; expected .txt (table), .csv (csv), .npy "
            "(npy), or say which with --format");
}

// A command with two results knows the names of both.
TEST(ChooseFormat, ANameOfAnotherResultIsRefused) {
  EXPECT_EQ(
      chosen("svg", ""),
      "--format svg: this result has no such form; expected .txt (table), .csv (csv), .npy (npy)");
}

}  // namespace
}  // namespace eif
