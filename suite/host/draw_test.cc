#include "suite/host/draw.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "domains/images/idx_files_for_test.h"
#include "suite/formats/test_files.h"

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int kClasses = 10;
constexpr int kImagesPerClass = 12;

// Image i is one pixel of i / 255, its label is the last digit of i.
class DrawTest : public testing::Test {
 protected:
  DrawTest() {
    std::string pixels, labels;
    for (int i = 0; i < kClasses * kImagesPerClass; ++i) {
      pixels += static_cast<char>(i);
      labels += static_cast<char>(i % kClasses);
    }
    write_dataset(folder_.path() / "mnist", pixels, labels);
  }

  SeededDraw draw(uint64_t seed, Modality modality = Modality::kImage) {
    return SeededDraw(seed, modality, source_, settings_);
  }

  // Which images of the file a draw gives.
  std::vector<int> indices(uint64_t seed, int per_class) {
    const absl::StatusOr<std::vector<LabelledImage>> images = draw(seed).digits(per_class);
    EXPECT_TRUE(images.ok()) << images.status();
    std::vector<int> indices;
    for (const LabelledImage& image : *images) {
      indices.push_back(static_cast<int>(image.image.pixels[0] * 255 + 0.5f));
      EXPECT_EQ(image.label, indices.back() % kClasses);
    }
    return indices;
  }

  const TemporaryFolder folder_;
  DigitSource source_{folder_.path()};
  DrawSettings settings_;
};

// ---- Digits ----------------------------------------------------------------------------------

TEST_F(DrawTest, DigitsAreOrderedByLabel) {
  const std::vector<int> drawn = indices(1, 3);
  ASSERT_EQ(drawn.size(), 30u);
  for (size_t i = 0; i < drawn.size(); ++i) EXPECT_EQ(drawn[i] % kClasses, i / 3);
}

TEST_F(DrawTest, NoDigitIsDrawnTwice) {
  const std::vector<int> drawn = indices(1, kImagesPerClass);
  EXPECT_EQ(std::set<int>(drawn.begin(), drawn.end()).size(), drawn.size());
}

TEST_F(DrawTest, EqualSeedsDrawEqualDigits) { EXPECT_EQ(indices(5, 4), indices(5, 4)); }

TEST_F(DrawTest, OtherSeedsDrawOtherDigits) { EXPECT_NE(indices(5, 4), indices(6, 4)); }

TEST_F(DrawTest, FewerDigitsAreTheFirstOfMore) {
  const std::vector<int> three = indices(1, 3), ten = indices(1, 10);
  for (int label = 0; label < kClasses; ++label) {
    for (int i = 0; i < 3; ++i) EXPECT_EQ(three[label * 3 + i], ten[label * 10 + i]);
  }
}

TEST_F(DrawTest, TwentySeedsReachEveryImage) {
  // A seed leaves an image out with probability 1/2; that twenty leave out one of 120 has a chance
  // of 1 in 10,000, and the seeds are fixed.
  std::set<int> reached;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const std::vector<int> drawn = indices(seed, kImagesPerClass / 2);
    reached.insert(drawn.begin(), drawn.end());
  }
  EXPECT_EQ(reached.size(), 120u);
}

TEST_F(DrawTest, MoreDigitsThanThereAreAreRefused) {
  EXPECT_EQ(draw(1).digits(13).status(),
            absl::InvalidArgumentError("MNIST has 12 images of one label; 13 are needed"));
}

TEST_F(DrawTest, ATextModelHasNoDigits) {
  const absl::StatusOr<std::vector<LabelledImage>> images = draw(1, Modality::kText).digits(1);
  EXPECT_EQ(images.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(message_of(images), HasSubstr("a model that takes text"));
  EXPECT_EQ(source_.digest(), "");  // nothing was read
}

TEST(DigitSource, MissingDataIsNamed) {
  const TemporaryFolder empty;
  DigitSource source(empty.path());
  EXPECT_THAT(message_of(source.digits()), HasSubstr("MNIST was not found"));
  EXPECT_EQ(source.digits().status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(source.digest(), "");
}

TEST_F(DrawTest, TheDataIsReadOnce) {
  const absl::StatusOr<const ImageDataset*> first = source_.digits();
  ASSERT_TRUE(first.ok()) << first.status();
  write_bytes(folder_.path() / "mnist" / "t10k-images-idx3-ubyte", "");
  const absl::StatusOr<const ImageDataset*> again = source_.digits();
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(*again, *first);
}

// ---- Words -----------------------------------------------------------------------------------

TEST_F(DrawTest, TheFirstWordsAreTheSameWhateverTheCount) {
  const auto three = draw(1, Modality::kText).words(3), ten = draw(1, Modality::kText).words(10);
  ASSERT_TRUE(three.ok()) << three.status();
  ASSERT_TRUE(ten.ok()) << ten.status();
  EXPECT_EQ(*three, std::vector<std::string>(ten->begin(), ten->begin() + 3));
}

TEST_F(DrawTest, OtherSeedsHaveOtherWords) { EXPECT_NE(*draw(1).words(3), *draw(2).words(3)); }

TEST_F(DrawTest, WordsThatAreExcludedAreNotDrawn) {
  const std::vector<std::string> before = *draw(1).words(3);
  settings_.words.excluded = {before[1]};
  const std::vector<std::string> after = *draw(1).words(3);
  EXPECT_EQ(after[0], before[0]);
  EXPECT_EQ(after[1], before[2]);  // the next one in its place
}

// ---- What the user has set -------------------------------------------------------------------

TEST_F(DrawTest, ClaimsAreTheUsersForEverySeed) {
  EXPECT_THAT(draw(1).claims(), IsEmpty());
  settings_.claims = {"Ice floats.", "Cats purr."};
  EXPECT_THAT(draw(1).claims(), ElementsAre("Ice floats.", "Cats purr."));
  EXPECT_THAT(draw(2).claims(), ElementsAre("Ice floats.", "Cats purr."));
}

TEST_F(DrawTest, IsLargeWhereTheUserWantsIt) {
  EXPECT_FALSE(draw(1).large());
  settings_.large = true;
  EXPECT_TRUE(draw(1).large());
}

// ---- Random streams --------------------------------------------------------------------------

TEST_F(DrawTest, AStreamStartsAnewAtEachCall) {
  const SeededDraw seeded = draw(1);
  const double first = seeded.random("noise")->normal();
  EXPECT_EQ(seeded.random("noise")->normal(), first);
  EXPECT_NE(seeded.random("other")->normal(), first);
  EXPECT_NE(draw(2).random("noise")->normal(), first);
}

TEST_F(DrawTest, DrawingDigitsLeavesStreamsAlone) {
  const SeededDraw seeded = draw(1);
  const double before = seeded.random("digits")->normal();
  ASSERT_TRUE(seeded.digits(3).ok());
  EXPECT_EQ(seeded.random("digits")->normal(), before);
}

}  // namespace
}  // namespace eif
