#include "suite/cli/tag_option.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/status/status.h"

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

// What the command line has against a tag; empty where it takes it.
std::string refused(const std::string& tag) {
  CLI::App app;
  std::vector<std::string> tags;
  add_tag_option(app, tags);
  try {
    app.parse(std::vector<std::string>{tag, "--tag"});  // CLI11 takes them from the back
  } catch (const CLI::ParseError& error) {
    return error.what();
  }
  return "";
}

TEST(TagOption, TakesAKeyAndWhateverStandsBehindTheFirstEqualsSign) {
  for (const char* tag : {"commit=abc1234", "a.b-c_d=x y, z", "url=x?a=b", "name=σ"}) {
    EXPECT_EQ(refused(tag), "") << tag;
  }
}

TEST(TagOption, SaysWhatATagIs) {
  for (const char* tag : {"commit", "=x", "a=", "a b=c", "a=b\nc", "a=\xff", "σ=x"}) {
    EXPECT_THAT(refused(tag), HasSubstr("expected KEY=VALUE on one line")) << tag;
  }
  EXPECT_THAT(refused("a=" + std::string(201, 'x')), HasSubstr("200 bytes at most"));
}

TEST(TagsIn, AreByKey) {
  EXPECT_THAT(tags_in({"b=2", "a=1=1", "b=2"}).value(), ElementsAre(Pair("a", "1=1"), Pair("b", "2")));
}

TEST(TagsIn, AKeyHasOneValue) {
  const auto tags = tags_in({"a=1", "a=2"});
  EXPECT_EQ(tags.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(tags.status().message(), "--tag a is given as 1 and as 2: give it once");
}

}  // namespace
}  // namespace eif
