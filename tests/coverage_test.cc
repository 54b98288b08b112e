#include "tests/coverage.h"

#include <gmock/gmock.h>

namespace eif {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Coverage coverage(Coverage::Parts loaded, Coverage::Parts brought) {
  return {.loaded = std::move(loaded),
          .brought = std::move(brought),
          .part = "planted learner",
          .file = "desiderata/$0/planted_learners_for_test.cc",
          .see = "docs"};
}

TEST(Coverage, HasNoGapWhereEachPluginBringsWhatItNeeds) {
  EXPECT_THAT(gaps(coverage({{"a", "text"}, {"b", ""}}, {{"a", "text"}, {"b", ""}})), IsEmpty());
}

TEST(Coverage, NamesThePluginThatBringsNothingAndTheFileToWrite) {
  EXPECT_THAT(gaps(coverage({{"same_digit", "images"}, {"b", ""}}, {{"same_digit", "text"}})),
              ElementsAre("b is loaded and has no planted learner; expected at least one. Write it "
                          "in desiderata/b/planted_learners_for_test.cc: see docs",
                          "same_digit is loaded and has no planted learner for images; expected at "
                          "least one. Write it in "
                          "desiderata/same_digit/planted_learners_for_test.cc: see docs",
                          "There is a planted learner for text of same_digit, and no such plugin "
                          "is loaded that takes text; expected the id of its EIF_…_PLUGIN line"));
}

}  // namespace
}  // namespace eif
