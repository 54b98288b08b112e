#include "reports/paper/captions.h"

#include <gtest/gtest.h>

namespace eif {
namespace {

ModelContext cnn() { return {.name = "cnn", .learning_rate = 3.2e-5}; }

TEST(SeedsTextTest, SeedsThatFollowEachOtherAreARange) {
  EXPECT_EQ(seeds_text({0, 1, 2}), "seeds 0–2");
  EXPECT_EQ(seeds_text({4}), "seed 4");
  EXPECT_EQ(seeds_text({1, 5, 6}), "seeds 1, 5, 6");
  EXPECT_EQ(seeds_text({}), "no seed");
}

TEST(CaptionsTest, SayUnderWhatCircumstancesAndWhatTheSeedsHaveToDoWithIt) {
  const Captions captions(cnn(), {.engine = "dense", .device = "cuda"}, {0, 1, 2});
  EXPECT_EQ(captions.plain(),
            "cnn, learning rate 3.2e-05, engine dense, sgd, float32 on cuda, seeds 0–2.");
  EXPECT_EQ(captions.of_means(), captions.plain() + " Means over 3 seeds.");
  EXPECT_EQ(captions.of_whiskers(),
            captions.plain() + " Whiskers: the smallest and the largest of 3 seeds.");
  EXPECT_EQ(captions.of_first_seed(), captions.plain() + " Shown: seed 0.");
}

TEST(CaptionsTest, OneSeedHasNoMeanNoWhiskersAndNoChoice) {
  const Captions captions(cnn(), {}, {7});
  EXPECT_EQ(captions.plain(),
            "cnn, learning rate 3.2e-05, engine replay, sgd, float32 on cpu, seed 7.");
  EXPECT_EQ(captions.of_means(), captions.plain());
  EXPECT_EQ(captions.of_whiskers(), captions.plain());
  EXPECT_EQ(captions.of_first_seed(), captions.plain());
}

TEST(CaptionsTest, AControlIsNamed) {
  EXPECT_EQ(Captions(cnn(), {.control = "random-weights"}, {0}).plain(),
            "cnn, random-weights, learning rate 3.2e-05, engine replay, sgd, float32 on cpu, "
            "seed 0.");
}

}  // namespace
}  // namespace eif
