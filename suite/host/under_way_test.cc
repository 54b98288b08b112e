#include "suite/host/under_way.h"

#include <gtest/gtest.h>

#include <string>

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

}  // namespace
}  // namespace eif
