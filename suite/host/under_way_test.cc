#include "suite/host/under_way.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>

namespace eif {
namespace {

TEST(UnderWay, NamesAllThatIs) {
  EXPECT_STREQ(what_is_under_way(), "");
  {
    const UnderWay outer("loading mine");
    EXPECT_STREQ(what_is_under_way(), "loading mine");
    {
      const UnderWay inner("plugin mamba, load()");
      EXPECT_STREQ(what_is_under_way(), "loading mine: plugin mamba, load()");
    }
    EXPECT_STREQ(what_is_under_way(), "loading mine");
  }
  EXPECT_STREQ(what_is_under_way(), "");
}

TEST(UnderWay, ALongDescriptionIsShortened) {
  const UnderWay outer(std::string(400, 'a'));
  const UnderWay inner(std::string(400, 'b'));
  EXPECT_EQ(std::string(what_is_under_way()).size(), 511u);
  const UnderWay innermost("c");
  EXPECT_EQ(std::string(what_is_under_way()).size(), 511u);
}

// As where several threads ask a model for losses.
TEST(UnderWay, IsWhatTheMainThreadDoesWhateverOthersDo) {
  const UnderWay outer("measuring");
  std::thread([] {
    const UnderWay of_thread("plugin mamba, loss()");
    EXPECT_STREQ(what_is_under_way(), "measuring");
  }).join();
  EXPECT_STREQ(what_is_under_way(), "measuring");
}

}  // namespace
}  // namespace eif
