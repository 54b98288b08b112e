#include "suite/formats/atomic_file.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <string>
#include <utility>

#include "suite/formats/test_files.h"

namespace eif {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

// Makes every write beyond `limit` bytes of a file fail with EFBIG, as a full disk would with
// ENOSPC.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t limit) {
    previous_handler_ = std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &previous_);
    const struct rlimit lower = {limit, previous_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &lower);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &previous_);
    std::signal(SIGXFSZ, previous_handler_);
  }

 private:
  void (*previous_handler_)(int);
  struct rlimit previous_;
};

TEST(AtomicFile, WritesContentAndLeavesNothingElse) {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "results.json";
  ASSERT_TRUE(write_file_atomically(path, std::string("a\0b", 3)).ok());
  EXPECT_EQ(bytes_of(path), std::string("a\0b", 3));
  EXPECT_EQ(folder.entries(), 1u);
}

TEST(AtomicFile, ReplacesEarlierFile) {
  const TemporaryFolder folder;
  const fs::path path = folder.file("results.json", "an earlier and longer text");
  ASSERT_TRUE(write_file_atomically(path, "new").ok());
  EXPECT_EQ(bytes_of(path), "new");
}

TEST(AtomicFile, MakesMissingFolders) {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "a" / "b" / "results.json";
  ASSERT_TRUE(write_file_atomically(path, "x").ok());
  EXPECT_EQ(bytes_of(path), "x");
}

TEST(AtomicFile, WritesIntoWorkingFolder) {
  const TemporaryFolder folder;
  const fs::path before = fs::current_path();
  fs::current_path(folder.path());
  const absl::Status status = write_file_atomically("results.json", "x");
  fs::current_path(before);
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(bytes_of(folder.path() / "results.json"), "x");
}

TEST(AtomicFile, FollowsLinkAndKeepsIt) {
  const TemporaryFolder folder;
  const fs::path target = folder.file("target", "old");
  const fs::path link = folder.path() / "link";
  fs::create_symlink(target, link);
  ASSERT_TRUE(write_file_atomically(link, "new").ok());
  EXPECT_TRUE(fs::is_symlink(link));
  EXPECT_EQ(bytes_of(target), "new");
}

TEST(AtomicFile, HasAccessRightsOfAnyNewFile) {
  const TemporaryFolder folder;
  const mode_t before = ::umask(0027);
  const absl::Status status = write_file_atomically(folder.path() / "file", "x");
  ::umask(before);
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(fs::status(folder.path() / "file").permissions(), fs::perms(0640));
}

TEST(AtomicFile, AppendsPieceByPieceAndShowsNothingBeforeCommit) {
  const TemporaryFolder folder;
  const fs::path path = folder.file("weights", "old");
  absl::StatusOr<AtomicFile> file = AtomicFile::open(path);
  ASSERT_TRUE(file.ok()) << file.status();
  ASSERT_TRUE(file->write("ab").ok());
  ASSERT_TRUE(file->write("").ok());
  ASSERT_TRUE(file->write("cd").ok());
  EXPECT_EQ(bytes_of(path), "old");
  ASSERT_TRUE(file->commit().ok());
  EXPECT_EQ(bytes_of(path), "abcd");
}

TEST(AtomicFile, WithoutCommitKeepsEarlierFileAndRemovesTemporary) {
  const TemporaryFolder folder;
  const fs::path path = folder.file("weights", "old");
  {
    absl::StatusOr<AtomicFile> file = AtomicFile::open(path);
    ASSERT_TRUE(file.ok()) << file.status();
    ASSERT_TRUE(file->write("half").ok());
    EXPECT_EQ(folder.entries(), 2u);
    const AtomicFile moved = *std::move(file);
  }
  EXPECT_EQ(bytes_of(path), "old");
  EXPECT_EQ(folder.entries(), 1u);
}

TEST(AtomicFile, FailedWriteNamesPathAndReason) {
  const TemporaryFolder folder;
  const fs::path path = folder.file("weights", "old");
  absl::Status status;
  {
    const FileSizeLimit full_disk(4);
    status = write_file_atomically(path, "too long");
  }
  EXPECT_THAT(message_of(status),
              AllOf(HasSubstr("cannot write " + path.string()), HasSubstr("File too large")));
  EXPECT_EQ(bytes_of(path), "old");
  EXPECT_EQ(folder.entries(), 1u);
}

TEST(AtomicFile, RefusesToCommitAfterFailedWrite) {
  const TemporaryFolder folder;
  absl::StatusOr<AtomicFile> file = AtomicFile::open(folder.path() / "weights");
  ASSERT_TRUE(file.ok()) << file.status();
  {
    const FileSizeLimit full_disk(4);
    EXPECT_THAT(message_of(file->write("too long")), HasSubstr("File too large"));
  }
  EXPECT_THAT(message_of(file->write("x")), HasSubstr("File too large"));
  EXPECT_THAT(message_of(file->commit()), HasSubstr("File too large"));
  EXPECT_FALSE(fs::exists(folder.path() / "weights"));
}

TEST(AtomicFile, FailedReplacementNamesPathAndRemovesTemporary) {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "weights";
  {
    absl::StatusOr<AtomicFile> file = AtomicFile::open(path);
    ASSERT_TRUE(file.ok()) << file.status();
    fs::create_directory(path);  // by somebody else, meanwhile
    EXPECT_THAT(message_of(file->commit()), HasSubstr("cannot replace " + path.string()));
  }
  EXPECT_EQ(folder.entries(), 1u);
}

TEST(AtomicFile, FolderThatIsAFileIsNamed) {
  const TemporaryFolder folder;
  const fs::path file = folder.file("file", "");
  EXPECT_THAT(
      message_of(write_file_atomically(file / "results.json", "x")),
      AllOf(HasSubstr("cannot make the folder " + file.string()), HasSubstr("Not a directory")));
}

TEST(AtomicFile, FolderInPlaceOfFileIsRefused) {
  const TemporaryFolder folder;
  EXPECT_THAT(message_of(write_file_atomically(folder.path(), "x")),
              AllOf(HasSubstr("cannot write " + folder.path().string()),
                    HasSubstr("it is a folder, device or pipe; name a file instead")));
}

TEST(AtomicFile, ANameThatTheFileSystemRefusesIsNamed) {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / std::string(300, 'n');
  EXPECT_THAT(message_of(write_file_atomically(path, "x")),
              AllOf(HasSubstr("cannot write " + path.string()), HasSubstr("File name too long")));
  EXPECT_EQ(folder.entries(), 0u);
}

// Nobody makes a file there, not even root.
TEST(AtomicFile, AFolderThatTakesNoFilesIsNamed) {
  EXPECT_THAT(message_of(write_file_atomically("/proc/results.json", "x")),
              HasSubstr("cannot write /proc/results.json: "));
}

TEST(AtomicFile, DeviceIsRefused) {
  EXPECT_THAT(message_of(write_file_atomically("/dev/null", "x")),
              HasSubstr("it is a folder, device or pipe; name a file instead"));
}

// ---- What others left behind -------------------------------------------------------------------

// A temporary file as a writer leaves it that is killed.
fs::path leftover(const TemporaryFolder& folder, const std::string& name,
                  std::chrono::minutes age) {
  const fs::path path = folder.file(name, "half");
  fs::last_write_time(path, fs::file_time_type::clock::now() - age);
  return path;
}

constexpr auto kOld = kAbandonedAfter + std::chrono::minutes(1);

TEST(AtomicFile, AnAbandonedTemporaryIsRemovedByTheNextWriter) {
  const TemporaryFolder folder;
  leftover(folder, ".eif-123-456.tmp", kOld);
  ASSERT_EQ(write_file_atomically(folder.path() / "file", "x"), absl::OkStatus());
  EXPECT_EQ(folder.entries(), 1u);
}

TEST(AtomicFile, WhatAKilledWriterLeftIsRemoved) {
  const TemporaryFolder folder;
  const pid_t child = ::fork();
  if (child == 0) {
    absl::StatusOr<AtomicFile> file = AtomicFile::open(folder.path() / "weights");
    if (file.ok()) file->write("half").IgnoreError();
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  ASSERT_EQ(folder.entries(), 1u);
  for (const fs::directory_entry& entry : fs::directory_iterator(folder.path())) {
    fs::last_write_time(entry.path(), fs::file_time_type::clock::now() - kOld);
  }
  ASSERT_EQ(write_file_atomically(folder.path() / "results.json", "x"), absl::OkStatus());
  EXPECT_EQ(folder.entries(), 1u);
  EXPECT_TRUE(fs::exists(folder.path() / "results.json"));
}

TEST(AtomicFile, ATemporaryThatIsBeingWrittenStays) {
  const TemporaryFolder folder;
  const fs::path path = leftover(folder, ".eif-123-456.tmp", kOld);
  const FileDescriptor writer(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  ASSERT_EQ(::flock(writer.get(), LOCK_EX), 0);
  ASSERT_EQ(write_file_atomically(folder.path() / "file", "x"), absl::OkStatus());
  EXPECT_TRUE(fs::exists(path));
}

TEST(AtomicFile, AYoungTemporaryStays) {
  const TemporaryFolder folder;
  const fs::path path = leftover(folder, ".eif-123-456.tmp", std::chrono::minutes(1));
  ASSERT_EQ(write_file_atomically(folder.path() / "file", "x"), absl::OkStatus());
  EXPECT_TRUE(fs::exists(path));
}

TEST(AtomicFile, WhatIsNamedOtherwiseStays) {
  const TemporaryFolder folder;
  size_t count = 0;
  for (const char* name : {".eif-.tmp", ".eif-123.tmp", ".eif-1-2.tmp~", "eif-1-2.tmp",
                           ".eif-a-1.tmp", "1-2.tmp", ".eif-1-2"}) {
    leftover(folder, name, kOld);
    ++count;
  }
  ASSERT_EQ(write_file_atomically(folder.path() / "file", "x"), absl::OkStatus());
  EXPECT_EQ(folder.entries(), count + 1);
}

TEST(AtomicFile, ALinkIsNotFollowed) {
  const TemporaryFolder folder, elsewhere;
  const fs::path target = leftover(elsewhere, "precious", kOld);
  fs::create_symlink(target, folder.path() / ".eif-1-2.tmp");
  ASSERT_EQ(write_file_atomically(folder.path() / "file", "x"), absl::OkStatus());
  EXPECT_TRUE(fs::exists(target));
}

}  // namespace
}  // namespace eif
