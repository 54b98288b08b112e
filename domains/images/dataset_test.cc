#include "domains/images/dataset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "domains/images/idx_files_for_test.h"
#include "suite/formats/gzip_for_test.h"
#include "suite/formats/test_files.h"

namespace eif {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Two images of 1×3 pixels.
const std::string kPixels = {'\x00', '\x33', '\xff', '\x01', '\x80', '\xfe'};
const std::string kLabels = {'\x07', '\x02'};

TEST(FindDataset, TakesTheSubfolderOfTheSet) {
  const TemporaryFolder folder;
  write_dataset(folder.path(), kPixels, kLabels);
  write_dataset(folder.path() / "fashion-mnist", kPixels, kLabels);
  write_dataset(folder.path() / "mnist", kPixels, kLabels);
  const absl::StatusOr<fs::path> found = find_dataset(kMnist, folder.path());
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(*found, folder.path() / "mnist");
}

// As many copies of MNIST call them.
TEST(FindDataset, NamesMayHaveADotInPlaceOfTheSecondHyphen) {
  const TemporaryFolder folder;
  write_dataset(folder.path() / "mnist", kPixels, kLabels);
  for (const std::string split : {"train", "t10k"}) {
    for (const std::string kind : {"images-idx3", "labels-idx1"}) {
      std::string dotted = kind;
      dotted[dotted.find('-')] = '.';
      const fs::path mnist = folder.path() / "mnist";
      fs::rename(mnist / absl::StrCat(split, "-", kind, "-ubyte"),
                 mnist / absl::StrCat(split, "-", dotted, "-ubyte"));
    }
  }
  const auto dataset = load_dataset(kMnist, Split::kTrain, folder.path());
  ASSERT_TRUE(dataset.ok()) << dataset.status();
  EXPECT_THAT(dataset->labels, ElementsAre(7, 2));
}

TEST(FindDataset, FilesInTheFolderItselfAreOfAnySet) {
  const TemporaryFolder folder;
  write_dataset(folder.path(), kPixels, kLabels);
  const absl::StatusOr<fs::path> found = find_dataset(kMnist, folder.path());
  EXPECT_EQ(found.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(message_of(found),
              HasSubstr(absl::StrCat("pass --data DIR with a folder mnist. ",
                                     folder.path().string(), " itself has files of these names")));
}

TEST(FindDataset, LooksIntoTheCacheWhenNoFolderIsGiven) {
  const TemporaryFolder cache;
  write_dataset(cache.path() / "eif-suite" / "mnist", kPixels, kLabels);
  const char* before = ::getenv("XDG_CACHE_HOME");
  const std::string kept = before == nullptr ? "" : before;
  ::setenv("XDG_CACHE_HOME", cache.path().c_str(), 1);
  const absl::StatusOr<fs::path> found = find_dataset(kMnist, "");
  if (before == nullptr) {
    ::unsetenv("XDG_CACHE_HOME");
  } else {
    ::setenv("XDG_CACHE_HOME", kept.c_str(), 1);
  }
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(*found, cache.path() / "eif-suite" / "mnist");
}

TEST(FindDataset, NothingThereNamesThePlacesAndTheNextStep) {
  const TemporaryFolder folder;
  const absl::StatusOr<fs::path> found = find_dataset(kMnist, folder.path());
  EXPECT_EQ(found.status().code(), absl::StatusCode::kNotFound);
  const std::string place = folder.path().string();
  EXPECT_EQ(message_of(found),
            absl::StrCat("MNIST was not found: its four IDX files (train- and t10k-, images and "
                         "labels, plain or .gz) are expected in ",
                         place,
                         "/mnist; run tools/setup.sh, or pass --data DIR with a folder "
                         "mnist"));
}

TEST(FindDataset, NothingThereNamesThePackageOfFashionMnist) {
  const TemporaryFolder folder;
  EXPECT_THAT(message_of(find_dataset(kFashionMnist, folder.path())),
              HasSubstr("Debian package dataset-fashion-mnist"));
}

TEST(FindDataset, ThreeOfFourFilesAreNoDataset) {
  const TemporaryFolder folder;
  write_dataset(folder.path() / "mnist", kPixels, kLabels);
  fs::remove(folder.path() / "mnist" / "train-labels-idx1-ubyte");
  EXPECT_EQ(find_dataset(kMnist, folder.path()).status().code(), absl::StatusCode::kNotFound);
}

// A folder for data sets of which one is there.
class LoadDataset : public ::testing::Test {
 protected:
  LoadDataset() { write_dataset(mnist_, kPixels, kLabels); }

  absl::StatusOr<ImageDataset> load(Split split = Split::kTest) const {
    return load_dataset(kMnist, split, folder_.path());
  }

  const TemporaryFolder folder_;
  const fs::path mnist_ = folder_.path() / "mnist";
};

TEST_F(LoadDataset, ReadsImagesAndLabels) {
  const absl::StatusOr<ImageDataset> data = load();
  ASSERT_TRUE(data.ok()) << data.status();
  EXPECT_EQ(data->count(), 2u);
  EXPECT_EQ(data->height, 1);
  EXPECT_EQ(data->width, 3);
  EXPECT_THAT(data->labels, ElementsAre(7, 2));
}

TEST_F(LoadDataset, ScalesPixelsFromPaperToInk) {
  const absl::StatusOr<ImageDataset> data = load();
  ASSERT_TRUE(data.ok()) << data.status();
  const LabelledImage first = data->at(0);
  EXPECT_EQ(first.label, 7);
  EXPECT_EQ(first.image.height, 1);
  EXPECT_EQ(first.image.width, 3);
  EXPECT_THAT(first.image.pixels, ElementsAre(0.0f, 51.0f / 255.0f, 1.0f));
  const LabelledImage second = data->at(1);
  EXPECT_EQ(second.label, 2);
  EXPECT_THAT(second.image.pixels, ElementsAre(1.0f / 255.0f, 128.0f / 255.0f, 254.0f / 255.0f));
}

TEST_F(LoadDataset, EachSplitHasItsOwnFiles) {
  write_bytes(mnist_ / "train-images-idx3-ubyte", idx_image_bytes(1, 1, 3, "abc"));
  write_bytes(mnist_ / "train-labels-idx1-ubyte", idx_label_bytes("\x05"));
  const absl::StatusOr<ImageDataset> train = load(Split::kTrain);
  ASSERT_TRUE(train.ok()) << train.status();
  EXPECT_THAT(train->labels, ElementsAre(5));
  EXPECT_THAT(train->pixels, ElementsAre('a', 'b', 'c'));
  const absl::StatusOr<ImageDataset> test = load();
  ASSERT_TRUE(test.ok()) << test.status();
  EXPECT_THAT(test->labels, ElementsAre(7, 2));
}

TEST_F(LoadDataset, PackedFilesGiveTheSameDatasetAndDigest) {
  const absl::StatusOr<ImageDataset> from_plain = load();
  for (const std::string split : {"train", "t10k"}) {
    for (const std::string kind : {"-images-idx3-ubyte", "-labels-idx1-ubyte"}) {
      const fs::path file = mnist_ / (split + kind);
      write_bytes(file.string() + ".gz", gzip(bytes_of(file)));
      fs::remove(file);
    }
  }
  const absl::StatusOr<ImageDataset> from_packed = load();
  ASSERT_TRUE(from_plain.ok()) << from_plain.status();
  ASSERT_TRUE(from_packed.ok()) << from_packed.status();
  EXPECT_EQ(from_packed->pixels, from_plain->pixels);
  EXPECT_EQ(from_packed->digest, from_plain->digest);
}

TEST_F(LoadDataset, APlainFileWinsOverAPackedOne) {
  write_bytes(mnist_ / "t10k-labels-idx1-ubyte.gz", gzip(idx_label_bytes("\x01\x01")));
  const absl::StatusOr<ImageDataset> data = load();
  ASSERT_TRUE(data.ok()) << data.status();
  EXPECT_THAT(data->labels, ElementsAre(7, 2));
}

TEST_F(LoadDataset, TheDigestTellsPixelsAndLabelsApart) {
  const auto digest_of = [&](const std::string& pixels, const std::string& labels) {
    write_dataset(mnist_, pixels, labels);
    const absl::StatusOr<ImageDataset> data = load();
    return data.ok() ? data->digest : data.status().ToString();
  };
  const std::string digest = digest_of(kPixels, kLabels);
  EXPECT_EQ(digest_of(kPixels, kLabels), digest);
  EXPECT_NE(digest_of(std::string(kPixels).replace(0, 1, "\x01"), kLabels), digest);
  EXPECT_NE(digest_of(kPixels, "\x07\x03"), digest);
}

TEST_F(LoadDataset, AnotherNumberOfLabelsThanOfImagesIsRefused) {
  write_bytes(mnist_ / "t10k-labels-idx1-ubyte", idx_label_bytes("\x01\x02\x03"));
  const absl::StatusOr<ImageDataset> data = load();
  EXPECT_EQ(data.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(message_of(data),
            absl::StrCat((mnist_ / "t10k-images-idx3-ubyte").string(), " has 2 images, but ",
                         (mnist_ / "t10k-labels-idx1-ubyte").string(),
                         " has 3 labels; the two files must come from one data set: run "
                         "tools/setup.sh"));
}

TEST_F(LoadDataset, ALabelThatIsNoClassIsRefused) {
  write_dataset(mnist_, kPixels, "\x07\x0a");
  const absl::StatusOr<ImageDataset> data = load();
  EXPECT_EQ(data.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(message_of(data), HasSubstr("label 1 is 10; expected 0 to 9"));
}

TEST_F(LoadDataset, ADamagedImageFileIsRefusedByName) {
  write_bytes(mnist_ / "t10k-images-idx3-ubyte", "IDX");
  const absl::StatusOr<ImageDataset> data = load();
  EXPECT_THAT(message_of(data), HasSubstr("t10k-images-idx3-ubyte"));
  EXPECT_THAT(message_of(data), HasSubstr("holds 3 bytes"));
}

}  // namespace
}  // namespace eif
