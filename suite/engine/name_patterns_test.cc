#include "suite/engine/name_patterns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace eif {
namespace {

constexpr char kQuery[] = "model.layers.12.self_attn.q_proj.weight";

TEST(NamePatterns, FitANameItsModuleAndTheirEnds) {
  for (const char* pattern : {kQuery, "model.layers.12.self_attn.q_proj", "q_proj", "q_proj.weight",
                              "self_attn.q_proj", "12.self_attn.q_proj", "weight"}) {
    EXPECT_TRUE(fits(pattern, kQuery)) << pattern;
  }
  for (const char* pattern :
       {"proj", "q_pro", "self_attn", "model", "_proj.weight", "", "2.self_attn"}) {
    EXPECT_FALSE(fits(pattern, kQuery)) << pattern;
  }
}

TEST(NamePatterns, StarsStandForAnyCharactersAndQuestionMarksForOne) {
  for (const char* pattern : {"*", "model.*", "*.self_attn.*", "layers.1?.*", "?_proj", "*q_proj*",
                              "model*layers*proj*", "**"}) {
    EXPECT_TRUE(fits(pattern, kQuery)) << pattern;
  }
  for (const char* pattern : {"layers.?.*", "*.mlp.*", "?q_proj", "*x", "model*mlp*proj"}) {
    EXPECT_FALSE(fits(pattern, kQuery)) << pattern;
  }
}

TEST(NamePatterns, ManyStarsTakeNoTime) {
  std::string pattern, name(2000, 'a');
  for (int i = 0; i < 200; ++i) pattern += "*a";
  EXPECT_FALSE(fits(pattern + "b", name));
}

TEST(NamePatterns, OneThatFitsNothingIsNamedWithWhatItMayHaveMeant) {
  const std::vector<std::string> names = {"embed.weight", kQuery};
  EXPECT_TRUE(check_each_fits("--freeze", {"q_proj", "embed"}, names, "tiny").ok());
  const absl::Status status = check_each_fits("--freeze", {"embed", "q_porj"}, names, "tiny");
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(),
            "--freeze \"q_porj\" fits nothing of tiny. Did you mean 'q_proj'? Names are as "
            "embed.weight or the end of one behind a dot; * stands for any characters");
}

}  // namespace
}  // namespace eif
