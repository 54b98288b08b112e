#include "domains/images/digit_samples.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace eif {
namespace {

using ::testing::ElementsAre;

LabelledImage digit(int label) { return {{1, 1, {0.5f}}, label}; }

TEST(AsSamples, IdsCountWithinALabel) {
  const std::vector<LabelledImage> images = {digit(0), digit(0), digit(1), digit(7), digit(7)};
  EXPECT_THAT(ids_of(as_samples(images)), ElementsAre("0_0", "0_1", "1_0", "7_0", "7_1"));
  EXPECT_THAT(ids_of(as_samples(images, "noisy_")),
              ElementsAre("noisy_0_0", "noisy_0_1", "noisy_1_0", "noisy_7_0", "noisy_7_1"));
}

TEST(AsSamples, EachIsOneStatementWithItsImage) {
  const std::vector<Sample> samples = as_samples({{{1, 2, {0.25f, 1.0f}}, 3}});
  ASSERT_EQ(samples.size(), 1u);
  ASSERT_EQ(samples[0].statements.size(), 1u);
  const auto& image = std::get<LabelledImage>(samples[0].statements[0]);
  EXPECT_EQ(image.label, 3);
  EXPECT_THAT(image.image.pixels, ElementsAre(0.25f, 1.0f));
}

}  // namespace
}  // namespace eif
