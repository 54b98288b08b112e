#include "suite/engine/lora.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "suite/engine/encoded_samples.h"
#include "suite/engine/test_models.h"

namespace eif {
namespace {

using ::testing::ElementsAre;

// By name, or why there are none.
std::vector<std::string> targets_of(Model& model, const Sample& sample,
                                    std::vector<std::string> patterns) {
  const absl::StatusOr<std::vector<LoraTarget>> targets = lora_targets(
      model, {.rank = 2, .targets = std::move(patterns)}, *first_statement(model, {sample}));
  if (!targets.ok()) return {std::string(targets.status().message())};
  std::vector<std::string> names;
  for (const LoraTarget& target : *targets) {
    names.push_back(model.parameters()[target.parameter].name);
    EXPECT_EQ(target.a.size(0), 2);
    EXPECT_EQ(target.a.size(1), model.parameters()[target.parameter].value.size(1));
  }
  return names;
}

// Two matrices at the end: the last one is the head.
class TwoLayers final : public LinearClassifier {
 public:
  TwoLayers() : LinearClassifier(/*seed=*/1) {
    parameters().push_back({"hidden", at::eye(9, at::kDouble)});
  }
  absl::StatusOr<Losses> loss(Weights& weights, const Batch& batch) const override {
    const auto& images = std::get<ImageBatch>(batch);
    return label_losses(weights.linear(weights.linear(images.pixels.flatten(2), 3), 0), images);
  }
};

TEST(LoraTargets, AllLinearLeavesOutTheHead) {
  TwoLayers model;
  EXPECT_THAT(targets_of(model, random_images(1, 2)[0], {"all-linear"}), ElementsAre("hidden"));
  EXPECT_THAT(targets_of(model, random_images(1, 2)[0], {"weight", "hid*"}),
              ElementsAre("weight", "hidden"));
  LinearClassifier only_a_head(1);
  EXPECT_THAT(targets_of(only_a_head, random_images(1, 2)[0], {"all-linear"}),
              ElementsAre("--adapter lora: linear classifier has no matrix to adapt"));
}

TEST(LoraTargets, ATableThatIsAlsoTheHeadIsNone) {
  SmallReader model(1);
  EXPECT_THAT(targets_of(model, digit_texts()[0], {"all-linear"}),
              ElementsAre("first", "second", "out"));
  EXPECT_THAT(targets_of(model, digit_texts()[0], {"first", "table"}),
              ElementsAre("--lora-targets takes matrices that x is multiplied by, and table of "
                          "reader is used as a table or a convolution"));
  EXPECT_THAT(targets_of(model, digit_texts()[0], {"first", "scond"}),
              ElementsAre("--lora-targets \"scond\" fits nothing of reader. Did you mean 'second'? "
                          "Names are as first or the end of one behind a dot; * stands for any "
                          "characters"));
}

// By an implementation in Python (tests/parity/compare_lora.py) of what the header says.
TEST(LoraStart, IsWhatTheHeaderSaysOnEveryPlatform) {
  const at::Tensor start = lora_start("model.layers.0.self_attn.q_proj.weight", 2, 4, 7);
  EXPECT_EQ(start.sizes(), (std::vector<int64_t>{2, 4}));
  const double expected[] = {-0x1.058003427f09cp-3, -0x1.d45cc6e693330p-5, 0x1.9799a270a815ap-2,
                             -0x1.8e872419df3b6p-2, -0x1.bc79ba7d5bcb0p-3, -0x1.da2381be2e762p-2,
                             0x1.2072eb3bb0608p-3,  0x1.86d6c411c0c94p-3};
  for (int64_t n = 0; n < 8; ++n) EXPECT_EQ(start.flatten()[n].item<double>(), expected[n]) << n;
}

TEST(LoraStart, IsUniformAndAnotherForEachNameAndSeed) {
  const at::Tensor start = lora_start("a", 100, 400, 0);
  // 40,000 numbers, uniform in ±1/20: the mean is within 5 of its standard deviations of
  // 1/20/√3/200, and the mean square within 5 of its own.
  EXPECT_NEAR(start.mean().item<double>(), 0, 7.3e-4);
  EXPECT_NEAR(start.square().mean().item<double>(), 0.0025 / 3, 1.9e-5);
  EXPECT_LE(start.abs().max().item<double>(), 0.05);
  EXPECT_FALSE(at::equal(start, lora_start("b", 100, 400, 0)));
  EXPECT_FALSE(at::equal(start, lora_start("a", 100, 400, 1)));
}

}  // namespace
}  // namespace eif
