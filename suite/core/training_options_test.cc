#include "suite/core/training_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace eif {
namespace {

using ::testing::HasSubstr;

std::string refusal(const TrainingOptions& training) {
  const absl::Status status = check_training(training);
  EXPECT_TRUE(status.ok() || absl::IsInvalidArgument(status)) << status;
  return std::string(status.message());
}

TEST(CheckTraining, OptionsThatDoNotGoTogetherAreNamed) {
  EXPECT_EQ(refusal({}), "");
  EXPECT_EQ(refusal({.optimizer = Optimizer::kAdamW, .momentum = 0.9}),
            "--momentum goes with --optimizer sgd");
  EXPECT_EQ(refusal({.lora = {.rank = 4}}), "--lora-… options go with --adapter lora");
  EXPECT_EQ(refusal({.adapter = Adapter::kLora, .lora = {.rank = 4}}), "");
  EXPECT_THAT(refusal({.train_only = {"a"}, .adapter = Adapter::kLora}),
              HasSubstr("--lora-targets says what is adapted"));
  EXPECT_THAT(refusal({.freeze = {"a"}, .adapter = Adapter::kLora}),
              HasSubstr("--lora-targets says what is adapted"));
}

TEST(TrainingText, SaysWhatIsTrainedAndHowOften) {
  EXPECT_EQ(training_text({}), "sgd");
  EXPECT_EQ(training_text({.epochs = 3, .train_only = {"a", "b"}, .freeze = {"c"}}),
            "sgd, 3 epochs, training only a, b, without c");
  EXPECT_EQ(training_text({.optimizer = Optimizer::kAdamW,
                           .epochs = 5,
                           .adapter = Adapter::kLora,
                           .lora = {.rank = 4, .alpha = 8, .targets = {"q_proj"}, .seed = 7}}),
            "adamw, 5 epochs, LoRA of rank 4 (alpha 8, q_proj, seed 7)");
}

}  // namespace
}  // namespace eif
