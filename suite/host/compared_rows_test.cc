#include "suite/host/compared_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "suite/host/chains_for_test.h"

namespace eif {
namespace {

using ::testing::UnorderedElementsAre;

TEST(ComparedRows, AreThoseThatANumberChangesWith) {
  const DrawnChains drawn;
  const std::vector<HashedRequest> requests = drawn.hashed_requests();
  const absl::StatusOr<ComparedRows> compared =
      compared_rows(drawn.chains, drawn.draw, requests);
  ASSERT_TRUE(compared.ok()) << compared.status();
  std::map<std::string, std::string> ids;  // by content
  for (size_t i = 0; i < requests[0].trained.size(); ++i) {
    ids[requests[0].trained[i]] = requests[0].request.trained[i].id;
  }
  const auto rows = [&](const char* effect) {
    std::vector<std::string> names;
    for (const std::string& content : compared->at(effect)) names.push_back(ids.at(content));
    return names;
  };
  EXPECT_THAT(rows("plain"), UnorderedElementsAre("chain"));
  EXPECT_THAT(rows("controlled"), UnorderedElementsAre("chain", "broken"));
  EXPECT_THAT(rows("exchanged"),
              UnorderedElementsAre("chain", "broken", "other_chain", "other_broken"));
  EXPECT_THAT(rows("mutual"), UnorderedElementsAre("there", "back"));
  EXPECT_THAT(rows("far"), UnorderedElementsAre("there", "back"));
  EXPECT_THAT(rows("fixed"), UnorderedElementsAre());
}

TEST(ComparedRows, AnErrorOfTheDesideratumIsReturned) {
  class Refusing final : public Desideratum {
   public:
    DesideratumInfo info() const override { return {}; }
    absl::StatusOr<std::vector<Request>> plan(const Draw&) const override {
      return std::vector<Request>();
    }
    absl::StatusOr<Scores> score(const Draw&, const Answers&) const override {
      return absl::InternalError("no");
    }
  };
  const DrawnChains drawn;
  EXPECT_EQ(compared_rows(Refusing(), drawn.draw, drawn.hashed_requests()).status(),
            absl::InternalError("no"));
}

}  // namespace
}  // namespace eif
