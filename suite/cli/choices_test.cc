#include "suite/cli/choices.h"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>  // App.hpp alone lacks what a CLI::App is made of
#include <string>

namespace eif {
namespace {

std::string refused(std::string text) { return one_of({"auto", "replay", "dense"})(text); }

TEST(OneOf, TakesItsWordsAndNoOthers) {
  for (const char* word : {"auto", "replay", "dense"}) EXPECT_EQ(refused(word), "");
  EXPECT_EQ(refused("reply"),
            "found \"reply\", expected one of auto, replay, dense. Did you mean 'replay'?");
  EXPECT_EQ(refused("auto\33x"),
            "found \"auto\\x1bx\", expected one of auto, replay, dense. Did you "
            "mean 'auto'?");
  EXPECT_EQ(refused(""), "found \"\", expected one of auto, replay, dense.");
}

}  // namespace
}  // namespace eif
