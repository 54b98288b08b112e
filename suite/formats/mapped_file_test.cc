#include "suite/formats/mapped_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <fstream>
#include <span>
#include <string>
#include <utility>

#include "suite/formats/test_files.h"

namespace eif {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

std::string text_of(const MappedFile& file) {
  return std::string(reinterpret_cast<const char*>(file.bytes().data()), file.size());
}

TEST(MappedFile, ShowsBytes) {
  const TemporaryFolder folder;
  absl::StatusOr<MappedFile> file = MappedFile::open(folder.file("file", "content"));
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(text_of(*file), "content");
}

TEST(MappedFile, EmptyFileHasNoBytes) {
  const TemporaryFolder folder;
  absl::StatusOr<MappedFile> file = MappedFile::open(folder.file("file", ""));
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(file->size(), 0u);
}

TEST(MappedFile, BytesStayWhereTheyAreWhenMoved) {
  const TemporaryFolder folder;
  absl::StatusOr<MappedFile> file = MappedFile::open(folder.file("a", "content"));
  absl::StatusOr<MappedFile> other = MappedFile::open(folder.file("b", "other"));
  ASSERT_TRUE(file.ok() && other.ok());
  const std::byte* before = file->bytes().data();
  MappedFile moved = *std::move(file);
  EXPECT_EQ(moved.bytes().data(), before);
  *other = std::move(moved);
  EXPECT_EQ(other->bytes().data(), before);
  EXPECT_EQ(text_of(*other), "content");
}

std::string content_of(const MappedFile& file, size_t offset, size_t size) {
  std::string content(size, '?');
  const absl::Status status =
      file.read(offset, std::as_writable_bytes(std::span(content.data(), size)));
  return status.ok() ? content : std::string(status.message());
}

TEST(MappedFile, BytesAreCopied) {
  const TemporaryFolder folder;
  absl::StatusOr<MappedFile> file = MappedFile::open(folder.file("file", "content"));
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(content_of(*file, 0, 7), "content");
  EXPECT_EQ(content_of(*file, 3, 2), "te");
  EXPECT_EQ(content_of(*file, 7, 0), "");
  EXPECT_TRUE(file->check_unchanged().ok());
}

// Looking at the mapped bytes would end the test program here.
TEST(MappedFile, OneThatIsCutWhileItIsReadIsNamed) {
  const TemporaryFolder folder;
  const fs::path path = folder.file("weights", std::string(100'000, 'w'));
  absl::StatusOr<MappedFile> file = MappedFile::open(path);
  ASSERT_TRUE(file.ok()) << file.status();
  fs::resize_file(path, 10);
  const std::string why =
      path.string() + " was changed while it was read; wait until it is written, and try again";
  EXPECT_EQ(content_of(*file, 0, 100'000), why);
  EXPECT_EQ(file->check_unchanged(), absl::DataLossError(why));
}

TEST(MappedFile, OneThatIsWrittenOverIsNoticed) {
  const TemporaryFolder folder;
  const fs::path path = folder.file("weights", "content");
  absl::StatusOr<MappedFile> file = MappedFile::open(path);
  ASSERT_TRUE(file.ok()) << file.status();
  // As long as before, and later: some file systems count time in seconds.
  std::ofstream(path) << "CONTENT";
  fs::last_write_time(path, fs::last_write_time(path) + std::chrono::seconds(2));
  EXPECT_EQ(file->check_unchanged().code(), absl::StatusCode::kDataLoss);
}

TEST(MappedFile, OneThatIsReplacedStaysWhatItWas) {
  const TemporaryFolder folder;
  const fs::path path = folder.file("weights", "content");
  absl::StatusOr<MappedFile> file = MappedFile::open(path);
  ASSERT_TRUE(file.ok()) << file.status();
  fs::rename(folder.file("new", "another"), path);
  EXPECT_EQ(content_of(*file, 0, 7), "content");
  EXPECT_TRUE(file->check_unchanged().ok());
}

TEST(MappedFile, MissingFileIsNamed) {
  const absl::StatusOr<MappedFile> file = MappedFile::open("no/such/file");
  EXPECT_EQ(file.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(message_of(file), HasSubstr("cannot open no/such/file: No such file or directory"));
}

TEST(MappedFile, FolderIsRefused) {
  const TemporaryFolder folder;
  EXPECT_THAT(message_of(MappedFile::open(folder.path())),
              HasSubstr(folder.path().string() + " is a folder; expected a regular file"));
}

TEST(MappedFile, PipeIsRefusedWithoutWaitingForIt) {
  const TemporaryFolder folder;
  const fs::path pipe = folder.path() / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_THAT(message_of(MappedFile::open(pipe)),
              HasSubstr("is a device or pipe; expected a regular file"));
}

}  // namespace
}  // namespace eif
