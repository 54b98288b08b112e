#include "suite/host/checked_answers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "suite/engine/batching.h"

namespace eif {
namespace {

const ModelInfo kText{.name = "m", .modality = Modality::kText};
const ModelInfo kImage{.name = "m", .modality = Modality::kImage};

absl::Status wrong(const std::string& what) { return absl::InternalError(what); }

Example image(int64_t label) { return ImageExample{at::zeros({1, 2, 2}), label}; }

TEST(CheckExample, TakesWhatTheHeaderPromises) {
  EXPECT_TRUE(check_example(TextExample{.ids = {1, 2}}, kText).ok());
  EXPECT_TRUE(check_example(TextExample{.ids = {1}, .first_scored = 1}, kText).ok());
  EXPECT_TRUE(check_example(TextExample{}, kText).ok());
  EXPECT_TRUE(check_example(image(0), kImage).ok());
}

TEST(CheckExample, RefusesWhatItDoesNot) {
  EXPECT_EQ(check_example(TextExample{.ids = {1}}, kImage),
            wrong("gave a text; expected an image, which the model takes"));
  EXPECT_EQ(check_example(image(0), kText),
            wrong("gave an image; expected a text, which the model takes"));
  EXPECT_EQ(check_example(TextExample{.ids = {1, -2}}, kText),
            wrong("gave the id -2; expected ids from 0 on"));
  EXPECT_EQ(check_example(TextExample{.ids = {1}, .first_scored = 0}, kText),
            wrong("gave first_scored 0; expected 1 at least"));
  EXPECT_EQ(check_example(TextExample{.ids = {1}, .first_of_statement = -1}, kText),
            wrong("gave first_of_statement -1; expected 0 at least"));
  EXPECT_EQ(check_example(ImageExample{}, kImage),
            wrong("gave no pixels; expected pixels of shape (channels, height, width)"));
  EXPECT_EQ(
      check_example(ImageExample{at::zeros({2, 2}), 0}, kImage),
      wrong("gave pixels of shape (2, 2); expected pixels of shape (channels, height, width)"));
  EXPECT_EQ(check_example(image(-1), kImage),
            wrong("gave the label -1; expected labels from 0 on"));
}

// Two texts that begin alike: three and one predictions.
class CheckLosses : public testing::Test {
 protected:
  const Example long_ = TextExample{.ids = {1, 2, 3, 4}};
  const Example short_ = TextExample{.ids = {1, 5}};
  const Batch batch_ = make_batch({&long_, &short_}, at::kCPU);
  const at::Tensor scored_ = at::tensor({3, 1}, at::kLong).view({1, 2});
};

TEST_F(CheckLosses, TakesWhatTheHeaderPromises) {
  EXPECT_TRUE(check_losses({at::zeros({1, 2}), scored_}, batch_).ok());
  // Weights of four rows, whose losses share the numbers or have them each.
  EXPECT_TRUE(check_losses({at::zeros({4, 2}, at::kDouble), scored_}, batch_).ok());
  EXPECT_TRUE(check_losses({at::zeros({4, 2}), scored_.expand({4, 2})}, batch_).ok());
  const Example digit = image(3);
  EXPECT_TRUE(check_losses({at::zeros({1, 2}), at::ones({1, 2}, at::kLong)},
                           make_batch({&digit, &digit}, at::kCPU))
                  .ok());
}

TEST_F(CheckLosses, RefusesOtherShapes) {
  EXPECT_EQ(check_losses({{}, scored_}, batch_),
            wrong("gave no losses; expected the shape (rows, 2)"));
  EXPECT_EQ(check_losses({at::zeros({2}), scored_}, batch_),
            wrong("gave losses of shape (2); expected the shape (rows, 2)"));
  EXPECT_EQ(check_losses({at::zeros({1, 1}), scored_}, batch_),
            wrong("gave losses of shape (1, 1); expected the shape (rows, 2)"));
  EXPECT_EQ(check_losses({at::zeros({1, 2}), {}}, batch_),
            wrong("gave no numbers of scored tokens; expected the shape (rows, 2) and type Long"));
  EXPECT_EQ(check_losses({at::zeros({1, 2}), scored_.to(at::kDouble)}, batch_),
            wrong("gave numbers of scored tokens of shape (1, 2) and type Double; expected the "
                  "shape (rows, 2) and type Long"));
  const Batch rows = make_forest_batch({{&long_}, {&long_}}, at::kCPU);
  EXPECT_EQ(check_losses({at::zeros({1, 1}), at::full({1, 1}, 3, at::kLong)}, rows),
            wrong("gave losses of shape (1, 1); expected the shape (2, 1)"));
}

TEST_F(CheckLosses, RefusesLossesOfFewDigits) {
  EXPECT_EQ(check_losses({at::zeros({1, 2}, at::kBFloat16), scored_}, batch_),
            wrong("gave losses of type BFloat16; expected Float or Double"));
}

TEST_F(CheckLosses, RefusesOtherNumbersOfScoredTokens) {
  for (const at::Tensor& scored : {-scored_, scored_ + 1, scored_ * 0, scored_.flip(1)}) {
    EXPECT_EQ(check_losses({at::zeros({1, 2}), scored}, batch_),
              wrong("gave other numbers of scored tokens than the batch has predictions; expected "
                    "those of TokenBatch::statements, or 1 for an image"));
  }
}

TEST_F(CheckLosses, FeaturesHaveAThirdDimension) {
  EXPECT_TRUE(check_features(at::zeros({1, 2, 8}), batch_).ok());
  EXPECT_EQ(check_features(at::zeros({1, 2}), batch_),
            wrong("gave features of shape (1, 2); expected the shape (rows, 2, features)"));
  EXPECT_EQ(check_features({}, batch_),
            wrong("gave no features; expected the shape (rows, 2, features)"));
}

}  // namespace
}  // namespace eif
