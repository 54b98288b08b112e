#include "reports/command_text.h"

#include <gtest/gtest.h>

namespace eif {
namespace {

TEST(CommandText, PlainArgumentsStayAsTheyAre) {
  EXPECT_EQ(command_text({"./bin/eif-suite", "--model", "org/name@step1", "--lr", "1e-4"}),
            "./bin/eif-suite --model org/name@step1 --lr 1e-4");
}

TEST(CommandText, WhatAShellWouldReadIsQuoted) {
  EXPECT_EQ(shell_argument("runs/checkpoint-*"), "'runs/checkpoint-*'");
  EXPECT_EQ(shell_argument("it's $HOME"), "'it'\\''s $HOME'");
  EXPECT_EQ(shell_argument(""), "''");
  EXPECT_EQ(shell_argument("σ"), "'σ'");
}

// bash -c "printf %s $'a\x0ab…'" gives these bytes again.
TEST(CommandText, WhatShowsNothingIsEscapedOnOneLine) {
  EXPECT_EQ(shell_argument("a\nb"), "$'a\\x0ab'");
  EXPECT_EQ(shell_argument("'\\\x1b"), "$'\\'\\\\\\x1b'");
  EXPECT_EQ(shell_argument("\xff"), "$'\\xff'");
  EXPECT_EQ(shell_argument("\u202e"), "$'\\xe2\\x80\\xae'");
}

}  // namespace
}  // namespace eif
