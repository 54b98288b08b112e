#include "desiderata/shared/doses.h"

#include "gtest/gtest.h"

namespace eif {
namespace {

DesideratumInfo of_texts_and_images() {
  return {.expectations = {{.id = "of both"},
                           {.id = "of texts", .only_for = Modality::kText},
                           {.id = "of images", .only_for = Modality::kImage}}};
}

TEST(DecidedOnceLearned, AllButImages) {
  DesideratumInfo info = of_texts_and_images();
  decided_once_learned(info);
  for (const Expectation& one : info.expectations) {
    EXPECT_EQ(one.deciding_dose, one.id == "of images" ? "plateau" : "0.9") << one.id;
    EXPECT_EQ(one.second_dose, "") << one.id;
  }
}

TEST(DecidedOnceLearned, ThePlateauStandsBesideWhatIsAskedOfTheKernel) {
  DesideratumInfo info = of_texts_and_images();
  decided_once_learned_beside_plateau(info);
  for (const Expectation& one : info.expectations) {
    EXPECT_EQ(one.deciding_dose, one.id == "of images" ? "plateau" : "0.9") << one.id;
    EXPECT_EQ(one.second_dose, one.id == "of images" ? "" : "plateau") << one.id;
  }
}

}  // namespace
}  // namespace eif
