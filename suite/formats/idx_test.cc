#include "suite/formats/idx.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "suite/formats/gzip_for_test.h"
#include "suite/formats/test_files.h"

namespace eif {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;

constexpr char kNextStep[] =
    "; fetch the data again with tools/setup.sh, or name a folder that has it with --data DIR";

std::string big_endian(std::vector<uint32_t> numbers) {
  std::string bytes;
  for (const uint32_t number : numbers) {
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(number >> shift & 0xff);
  }
  return bytes;
}

std::string image_bytes() { return big_endian({0x803, 2, 1, 3}) + "abcdef"; }
std::string label_bytes() { return big_endian({0x801, 3}) + std::string("\x07\x00\x09", 3); }

absl::StatusOr<IdxImages> images(const std::string& bytes) {
  const TemporaryFolder folder;
  return read_idx_images(folder.file("images", bytes));
}

absl::StatusOr<std::vector<uint8_t>> labels(const std::string& bytes, int classes = 10) {
  const TemporaryFolder folder;
  return read_idx_labels(folder.file("labels", bytes), classes);
}

TEST(Idx, ReadsImagesPlainAndPacked) {
  for (const std::string& bytes : {image_bytes(), gzip(image_bytes())}) {
    const absl::StatusOr<IdxImages> read = images(bytes);
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(read->count, 2u);
    EXPECT_EQ(read->height, 1u);
    EXPECT_EQ(read->width, 3u);
    EXPECT_THAT(read->pixels, ElementsAre('a', 'b', 'c', 'd', 'e', 'f'));
  }
}

TEST(Idx, ReadsLabelsPlainAndPacked) {
  EXPECT_THAT(*labels(label_bytes()), ElementsAre(7, 0, 9));
  EXPECT_THAT(*labels(gzip(label_bytes())), ElementsAre(7, 0, 9));
}

TEST(Idx, EveryCutOfAPlainFileIsRefused) {
  const std::string bytes = image_bytes();
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THAT(message_of(images(bytes.substr(0, size))), EndsWith(kNextStep)) << size;
  }
}

TEST(Idx, CutHeaderIsNamed) {
  EXPECT_THAT(
      message_of(images(image_bytes().substr(0, 15))),
      HasSubstr("images: holds 15 bytes; an IDX file of images begins with a header of 16"));
}

TEST(Idx, MissingBytesAreCounted) {
  const std::string cut = image_bytes().substr(0, 21);
  for (const std::string& bytes : {cut, gzip(cut)}) {
    EXPECT_THAT(message_of(images(bytes)),
                HasSubstr("holds 5 bytes after its header, which announces 2 x 1 x 3 = 6"));
  }
}

TEST(Idx, SurplusByteIsRefused) {
  for (const std::string& bytes : {image_bytes() + "x", gzip(image_bytes() + "x")}) {
    EXPECT_THAT(message_of(images(bytes)),
                HasSubstr("goes on after the 2 x 1 x 3 = 6 bytes that its header announces"));
  }
}

TEST(Idx, LabelsInPlaceOfImagesAreNamed) {
  EXPECT_THAT(message_of(images(label_bytes() + std::string(16, '\0'))),
              AllOf(HasSubstr("begins with 0x00000801 (labels); expected 0x00000803 (images)"),
                    EndsWith(kNextStep)));
}

TEST(Idx, OtherContentIsNamed) {
  EXPECT_THAT(message_of(labels("<!DOCTYPE html>")),
              HasSubstr("begins with 0x3c21444f; expected 0x00000801 (labels)"));
}

TEST(Idx, SizeOfZeroIsRefused) {
  EXPECT_THAT(message_of(images(big_endian({0x803, 2, 0, 3}))),
              HasSubstr("its header announces a size of 0"));
}

TEST(Idx, SizesWhoseProductOverflowsAreRefused) {
  // 2^22 * 2^21 * 2^21 = 2^64, which would be 0 in 64 bits.
  EXPECT_THAT(
      message_of(images(big_endian({0x803, 1u << 22, 1u << 21, 1u << 21}))),
      HasSubstr("announces 4194304 x 2097152 x 2097152 bytes; at most 2147483648 are read"));
}

// Far below the 256 MiB and 1 GiB of the tests that use it, and above what the test program itself
// touches meanwhile (a few MiB with a sanitizer, well below one without).
constexpr size_t kSmall = 32 << 20;

TEST(Idx, SmallFileThatClaimsMuchTakesNoMemory) {
  const std::string claim = big_endian({0x803, 1 << 20, 32, 32});  // 1 GiB
  for (const std::string& bytes : {claim, gzip(claim)}) {
    const size_t memory = peak_memory_of([&] {
      EXPECT_THAT(message_of(images(bytes)),
                  HasSubstr("its header announces 1048576 x 32 x 32 = 1073741824 bytes, more than "
                            "a file of its size can hold"));
    });
    EXPECT_LT(memory, kSmall);
  }
}

TEST(Idx, PackedFileThatHoldsLessThanItClaimsTakesNoMemory) {
  // 256 KiB that do not pack could be 256 MiB that do.
  std::string noise(256 << 10, '\0');
  std::mt19937 random;
  for (char& byte : noise) byte = static_cast<char>(random());
  const std::string bytes = gzip(big_endian({0x803, 256 << 10, 32, 32}) + noise);
  const size_t memory = peak_memory_of([&] {
    EXPECT_THAT(message_of(images(bytes)),
                HasSubstr("holds 262144 bytes after its header, which announces 262144 x 32 x 32 = "
                          "268435456"));
  });
  EXPECT_LT(memory, kSmall);
}

TEST(Idx, ContentThatPacksWellIsReadWhole) {
  // Of 5 MiB, which is neither what the reader begins with nor that many times two.
  std::string pixels(5 << 20, '\0');
  for (size_t i = 0; i < pixels.size(); i += 1000) pixels[i] = static_cast<char>(i / 1000);
  const absl::StatusOr<IdxImages> read =
      images(gzip(big_endian({0x803, 5 << 10, 32, 32}) + pixels));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(std::string(read->pixels.begin(), read->pixels.end()), pixels);
}

TEST(Idx, GzipBombIsNotUnpacked) {
  // In members of 1 MiB, so that the test itself never holds what they unpack to.
  const std::string mebibyte = gzip(std::string(1 << 20, '\0'));
  std::string bomb = gzip(image_bytes());
  for (int i = 0; i < 256; ++i) bomb += mebibyte;
  const size_t memory =
      peak_memory_of([&] { EXPECT_THAT(message_of(images(bomb)), HasSubstr("goes on after")); });
  EXPECT_LT(memory, kSmall);
}

TEST(Idx, DamagedGzipIsNamedWithNextStep) {
  std::string packed = gzip(image_bytes());
  packed[packed.size() - 8] ^= 1;
  EXPECT_THAT(message_of(images(packed)),
              AllOf(HasSubstr("images: the gzip data is damaged"), EndsWith(kNextStep)));
}

TEST(Idx, CutGzipIsNamedWithNextStep) {
  const std::string packed = gzip(image_bytes());
  for (size_t size = 2; size < packed.size(); ++size) {
    EXPECT_THAT(message_of(images(packed.substr(0, size))), EndsWith(kNextStep)) << size;
  }
  EXPECT_THAT(message_of(images(packed.substr(0, packed.size() - 1))),
              HasSubstr("the gzip data is cut short"));
}

TEST(Idx, LabelBeyondClassesIsNamed) {
  EXPECT_THAT(message_of(labels(label_bytes(), 9)),
              AllOf(HasSubstr("labels: label 2 is 9; expected 0 to 8"), EndsWith(kNextStep)));
}

TEST(Idx, MissingFileIsNamedWithNextStep) {
  const absl::StatusOr<IdxImages> read = read_idx_images("no/such/file");
  EXPECT_EQ(read.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(message_of(read),
              AllOf(HasSubstr("cannot open no/such/file: No such file"), EndsWith(kNextStep)));
}

}  // namespace
}  // namespace eif
