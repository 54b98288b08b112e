#include "reports/matrix_picture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace eif {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Matrix two_by_two() {
  Matrix matrix({"fact", "negation"}, {"fact", "negation"});
  matrix.at(0, 0) = 0.0042;
  matrix.at(0, 1) = -0.001;
  matrix.at(1, 0) = 0.002;
  return matrix;
}

MatrixContext context() {
  return {.model = "tiny",
          .learning_rate = 0.001,
          .engine = "replay",
          .unit = "nats/token",
          .training = TrainingOptions{},
          .texts = {{"fact", {"a klarbu is a pimjon"}}}};
}

TEST(MatrixPicture, HasNamesTextsAndNumbersInAPowerOfTen) {
  const std::string svg = matrix_svg(context(), two_by_two());
  EXPECT_THAT(svg, HasSubstr(">Influence, tiny<"));
  EXPECT_THAT(svg, HasSubstr(">a klarbu is a pimjon<"));
  EXPECT_THAT(svg, HasSubstr(">4.20<"));
  EXPECT_THAT(svg, HasSubstr(">−1.00<"));
  EXPECT_THAT(svg, HasSubstr(">–<"));  // not measured
  EXPECT_THAT(svg, HasSubstr(">1e-3 nats/token<"));
  EXPECT_THAT(svg, HasSubstr(">trained on<"));
  EXPECT_THAT(svg, HasSubstr("learning rate 0.001, sgd"));
}

TEST(MatrixPicture, InContextARowWasRead) {
  MatrixContext read = context();
  read.training.reset();
  EXPECT_THAT(matrix_svg(read, two_by_two()), HasSubstr(">read before the column<"));
}

TEST(MatrixPicture, ALargeMatrixHasColoursOnly) {
  std::vector<std::string> ids;
  for (int i = 0; i < 25; ++i) ids.push_back("sample" + std::to_string(i));
  Matrix matrix(ids, ids);
  const std::string svg = matrix_svg(context(), matrix);
  EXPECT_THAT(svg, Not(HasSubstr("sample7")));
  EXPECT_THAT(svg, HasSubstr(">25 samples<"));
}

}  // namespace
}  // namespace eif
