#include "suite/formats/unpacked_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "suite/formats/gzip_for_test.h"
#include "suite/formats/test_files.h"

namespace eif {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// The first `limit` bytes of a file with the content `bytes`, read in pieces of `piece`.
absl::StatusOr<std::string> unpack(const std::string& bytes, size_t limit = 1000,
                                   size_t piece = 7) {
  const TemporaryFolder folder;
  absl::StatusOr<UnpackedFile> file = UnpackedFile::open(folder.file("data", bytes));
  if (!file.ok()) return file.status();
  std::string result;
  std::vector<uint8_t> buffer(piece);
  while (result.size() < limit) {
    absl::StatusOr<size_t> count = file->read(buffer);
    if (!count.ok()) return count.status();
    result.append(buffer.begin(), buffer.begin() + static_cast<ptrdiff_t>(*count));
    if (*count < buffer.size()) break;
  }
  return result;
}

TEST(UnpackedFile, ReadsPlainFile) { EXPECT_EQ(*unpack("some plain text"), "some plain text"); }

TEST(UnpackedFile, ReadsEmptyFile) { EXPECT_EQ(*unpack(""), ""); }

TEST(UnpackedFile, ReadsGzipWhateverItsName) {
  EXPECT_EQ(*unpack(gzip("some packed text")), "some packed text");
}

TEST(UnpackedFile, ReadsGzipOfNothing) { EXPECT_EQ(*unpack(gzip("")), ""); }

TEST(UnpackedFile, ReadsGzipMembersInARow) {
  EXPECT_EQ(*unpack(gzip("one ") + gzip("") + gzip("two")), "one two");
}

TEST(UnpackedFile, FailsOnEveryCutOfGzip) {
  const std::string packed = gzip("some packed text");
  for (size_t size = 2; size < packed.size(); ++size) {
    EXPECT_THAT(message_of(unpack(packed.substr(0, size))),
                HasSubstr("data: the gzip data is cut short"))
        << size;
  }
}

TEST(UnpackedFile, DamagedGzipIsNamedWithReason) {
  std::string packed = gzip("some packed text");
  packed[packed.size() - 8] ^= 1;  // in the checksum
  EXPECT_THAT(message_of(unpack(packed)), AllOf(HasSubstr("data: the gzip data is damaged"),
                                                HasSubstr("incorrect data check")));
}

TEST(UnpackedFile, BytesBehindGzipAreRefused) {
  EXPECT_THAT(message_of(unpack(gzip("text") + "surplus")),
              AllOf(HasSubstr("the gzip data is damaged"), HasSubstr("incorrect header check")));
}

TEST(UnpackedFile, UnpacksNoMoreThanAskedFor) {
  // Damage behind what is read goes unnoticed: it was not unpacked.
  const std::string packed = gzip(std::string(10'000'000, 'x'));
  EXPECT_EQ(*unpack(packed.substr(0, packed.size() / 2), 21), std::string(21, 'x'));
}

TEST(UnpackedFile, LargestPossibleSizeHoldsForBestPackedData) {
  const std::string bytes(10'000'000, 'x');
  const TemporaryFolder folder;
  const std::string packed = gzip(bytes);
  ASSERT_GT(bytes.size() / packed.size(), 900u);
  EXPECT_GE(UnpackedFile::open(folder.file("packed", packed))->largest_possible_size(),
            bytes.size());
  EXPECT_EQ(UnpackedFile::open(folder.file("plain", "12345"))->largest_possible_size(), 5u);
}

TEST(UnpackedFile, MissingFileIsNamed) {
  EXPECT_THAT(message_of(UnpackedFile::open("no/such/file").status()),
              HasSubstr("cannot open no/such/file"));
}

}  // namespace
}  // namespace eif
