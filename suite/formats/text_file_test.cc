#include "suite/formats/text_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "suite/formats/test_files.h"

namespace eif {
namespace {

using ::testing::HasSubstr;

TEST(ReadTextFile, ReadsEveryByte) {
  const TemporaryFolder folder;
  const std::string bytes("one\0two\r\n", 9);
  const absl::StatusOr<std::string> text = read_text_file(folder.file("text", bytes));
  ASSERT_TRUE(text.ok()) << text.status();
  EXPECT_EQ(*text, bytes);
  EXPECT_EQ(*read_text_file(folder.file("empty", "")), "");
}

TEST(ReadTextFile, AByteOrderMarkIsNoPartOfTheText) {
  const TemporaryFolder folder;
  EXPECT_EQ(*read_text_file(folder.file("marked", "\xEF\xBB\xBFIce floats.\n")), "Ice floats.\n");
  EXPECT_EQ(*read_text_file(folder.file("mark", "\xEF\xBB\xBF")), "");
  // One mark is dropped; another is a character of the text.
  EXPECT_EQ(*read_text_file(folder.file("two",
                                        "\xEF\xBB\xBF\xEF\xBB\xBF"
                                        "a")),
            "\xEF\xBB\xBF"
            "a");
}

TEST(ReadTextFile, Utf16IsRefusedByName) {
  const TemporaryFolder folder;
  for (const std::string& bytes :
       {std::string("\xFF\xFEI\0c\0", 6), std::string("\xFE\xFF\0I\0c", 6)}) {
    const absl::StatusOr<std::string> text = read_text_file(folder.file("claims.txt", bytes));
    EXPECT_EQ(text.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(message_of(text), HasSubstr("claims.txt is UTF-16; expected UTF-8"));
  }
}

TEST(ReadTextFile, ALargerFileIsRefused) {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.file("text", "12345");
  EXPECT_TRUE(read_text_file(file, 5).ok());
  const absl::StatusOr<std::string> text = read_text_file(file, 4);
  EXPECT_EQ(text.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(message_of(text), HasSubstr("text has 5 bytes; expected at most 4"));
}

TEST(ReadTextFile, AMissingFileIsNamed) {
  const absl::StatusOr<std::string> text = read_text_file("no/such/file");
  EXPECT_EQ(text.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(message_of(text), HasSubstr("cannot open no/such/file: No such file"));
}

}  // namespace
}  // namespace eif
