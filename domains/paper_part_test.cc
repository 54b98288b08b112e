#include "domains/paper_part.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace eif {
namespace {

TEST(PaperPart, IsSquareAndInTheOrderOfTheDomain) {
  // Other orders of rows and columns than the domain's, and an added sample among each.
  const std::vector<std::string> papers = {"in_square_b", "in_b_rectangle", "combined",
                                           "chain",       "in_b_both",      "in_rectangle_square"};
  Matrix matrix({"in_rectangle_square", "in_b_both", "chain", "combined", "broken_chain",
                 "in_b_rectangle", "in_square_b"},
                {"in_square_rectangle", "in_square_b", "in_b_rectangle", "combined", "chain",
                 "in_rectangle_square", "in_b_both"});
  for (size_t i = 0; i < matrix.rows(); ++i) {
    for (size_t j = 0; j < matrix.columns(); ++j) {
      matrix.at(i, j) = static_cast<double>(10 * i + j);
    }
  }
  matrix.base()[1] = 1.5;
  const absl::StatusOr<Matrix> part = paper_part("squares", matrix);
  ASSERT_TRUE(part.ok()) << part.status();
  EXPECT_EQ(part->trained_ids(), papers);
  EXPECT_EQ(part->evaluated_ids(), papers);
  EXPECT_EQ(part->at(0, 0), 61);
  EXPECT_EQ(part->at("in_b_rectangle", "in_b_both"), 56);
  EXPECT_EQ(part->at("in_rectangle_square", "chain"), 4);
  EXPECT_EQ(part->base()[0], 1.5);
}

TEST(PaperPart, ErrorWhenThereIsNoSuchDomain) {
  EXPECT_EQ(paper_part("circles", Matrix()).status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace eif
