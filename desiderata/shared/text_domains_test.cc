#include "desiderata/shared/text_domains.h"

#include "absl/status/status.h"
#include "desiderata/shared/draw_for_test.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace eif {
namespace {

using ::testing::Contains;
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

TEST(RequestsFor, AllCellsBetweenTheSamplesOfTheSourceAreAskedFor) {
  const absl::StatusOr<std::vector<Request>> requests =
      requests_for({"squares"}, DrawForTest(Modality::kText));
  ASSERT_TRUE(requests.ok()) << requests.status();
  const Request& squares = requests->front();
  const std::vector<std::string> ids = {"in_square_b", "in_b_rectangle", "combined",
                                        "chain",       "in_b_both",      "in_rectangle_square"};
  EXPECT_EQ(ids_of(squares.trained), ids);
  EXPECT_EQ(ids_of(squares.evaluated), ids);
  for (const std::string& trained : ids) {
    for (const std::string& evaluated : ids) EXPECT_TRUE(squares.asks_for({trained, evaluated}));
  }
}

TEST(RequestsFor, OfAnAddedSampleWhatIsComparedIsAskedFor) {
  const absl::StatusOr<std::vector<Request>> requests =
      requests_for({"squares", "part_of"}, DrawForTest(Modality::kText),
                   {{"squares", {{"broken_chain", "in_square_rectangle"}}}});
  ASSERT_TRUE(requests.ok()) << requests.status();
  const Request& squares = requests->front();
  EXPECT_THAT(ids_of(squares.trained), Contains("broken_chain"));
  EXPECT_THAT(ids_of(squares.evaluated), Contains("in_square_rectangle"));
  EXPECT_TRUE(squares.asks_for({"broken_chain", "in_square_rectangle"}));
  EXPECT_FALSE(squares.asks_for({"broken_chain", "in_rectangle_square"}));
  EXPECT_FALSE(squares.asks_for({"chain", "in_square_rectangle"}));
  EXPECT_THAT(ids_of((*requests)[1].trained), Not(Contains("broken_chain")));
}

TEST(RequestsComparing, AsksForEveryDomainOnceAndForWhatIsCompared) {
  const absl::StatusOr<std::vector<Request>> requests =
      requests_comparing({direct("squares", lowers("broken_chain", "in_square_rectangle")),
                          direct("part_of", lowers("chain", "part_c_a")),
                          direct("squares", lowers("chain", "in_square_rectangle"))},
                         DrawForTest(Modality::kText));
  ASSERT_TRUE(requests.ok()) << requests.status();
  ASSERT_EQ(requests->size(), 2u);
  EXPECT_EQ((*requests)[0].name, "squares");
  EXPECT_TRUE((*requests)[0].asks_for({"broken_chain", "in_square_rectangle"}));
  EXPECT_TRUE((*requests)[0].asks_for({"chain", "in_square_rectangle"}));
  EXPECT_TRUE((*requests)[0].asks_for({"chain", "chain"}));
  EXPECT_EQ((*requests)[1].name, "part_of");
  EXPECT_TRUE((*requests)[1].asks_for({"chain", "part_c_a"}));
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

}  // namespace
}  // namespace eif
