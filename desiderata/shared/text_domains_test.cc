#include "desiderata/shared/text_domains.h"

#include "absl/status/status.h"
#include "desiderata/shared/draw_for_test.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace eif {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(RequestsFor, IsOneRequestForEachDomainUnderItsName) {
  const absl::StatusOr<std::vector<Request>> requests =
      requests_for({"squares", "part_of"}, DrawForTest(Modality::kText));
  ASSERT_TRUE(requests.ok()) << requests.status();
  ASSERT_EQ(requests->size(), 2u);
  EXPECT_EQ((*requests)[0].name, "squares");
  EXPECT_EQ((*requests)[0].domain, "squares");
  EXPECT_EQ((*requests)[1].name, "part_of");
  EXPECT_EQ((*requests)[1].domain, "part_of");
}

TEST(RequestsFor, RowsAndColumnsAreThoseOfTheDomain) {
  const absl::StatusOr<std::vector<Request>> requests =
      requests_for({"squares"}, DrawForTest(Modality::kText));
  ASSERT_TRUE(requests.ok()) << requests.status();
  const Request& squares = requests->front();
  EXPECT_THAT(ids_of(squares.trained), Contains("broken_chain"));
  EXPECT_THAT(ids_of(squares.evaluated), Not(Contains("broken_chain")));
  EXPECT_THAT(ids_of(squares.trained), Not(Contains("in_square_rectangle")));
  EXPECT_THAT(ids_of(squares.evaluated), Contains("in_square_rectangle"));
}

TEST(RequestsFor, ErrorWhenThereIsNoSuchDomain) {
  const absl::Status status = requests_for({"circles"}, DrawForTest(Modality::kText)).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(status.message(), HasSubstr("there is no domain \"circles\""));
}

TEST(RequestsFor, ErrorOfTheDrawIsPassedOn) {
  class Wordless final : public Draw {
   public:
    uint64_t seed() const override { return 0; }
    Modality modality() const override { return Modality::kText; }
    std::unique_ptr<Random> random(const std::string&) const override { return nullptr; }
    absl::StatusOr<std::vector<std::string>> words(size_t) const override {
      return absl::ResourceExhaustedError("no more words");
    }
    absl::StatusOr<std::vector<LabelledImage>> digits(int) const override {
      return absl::FailedPreconditionError("no images");
    }
    const std::vector<std::string>& claims() const override { return no_claims; }
    bool large() const override { return false; }

    std::vector<std::string> no_claims;
  };
  EXPECT_EQ(requests_for({"squares"}, Wordless()).status(),
            absl::ResourceExhaustedError("no more words"));
}

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
  const absl::StatusOr<Matrix> part = paper_part("squares", matrix);
  ASSERT_TRUE(part.ok()) << part.status();
  EXPECT_EQ(part->trained_ids(), papers);
  EXPECT_EQ(part->evaluated_ids(), papers);
  EXPECT_EQ(part->at(0, 0), 61);
  EXPECT_EQ(part->at("in_b_rectangle", "in_b_both"), 56);
  EXPECT_EQ(part->at("in_rectangle_square", "chain"), 4);
}

TEST(PaperPart, ErrorWhenThereIsNoSuchDomain) {
  EXPECT_EQ(paper_part("circles", Matrix()).status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace eif
