// What is loaded is what is tested: finds a plugin that brings nothing for the tests of all plugins
// of its kind, and what was brought for a plugin that is not there.
//
//   EXPECT_THAT(gaps({.loaded = {{"linear", ""}}, .brought = {}, .part = "tiny model", …}),
//               testing::IsEmpty());
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"

namespace eif {

struct Coverage {
  using Parts = std::set<std::pair<std::string, std::string>>;  // plugin id, and for what; or ""

  Parts loaded = {};
  Parts brought = {};
  std::string part;  // what a plugin brings: "planted learner"
  std::string file;  // where it stands; $0 is the id
  std::string see;   // where that is explained
};

// One sentence for each thing that is missing or too much.
inline std::vector<std::string> gaps(const Coverage& coverage) {
  const auto name = [&](const std::string& kind) {
    return kind.empty() ? coverage.part : absl::StrCat(coverage.part, " for ", kind);
  };
  std::vector<std::string> sentences;
  for (const auto& [id, kind] : coverage.loaded) {
    if (coverage.brought.contains({id, kind})) continue;
    sentences.push_back(absl::StrCat(id, " is loaded and has no ", name(kind),
                                     "; expected at least one. Write it in ",
                                     absl::Substitute(coverage.file, id), ": see ", coverage.see));
  }
  for (const auto& [id, kind] : coverage.brought) {
    if (coverage.loaded.contains({id, kind})) continue;
    sentences.push_back(absl::StrCat("There is a ", name(kind), " of ", id,
                                     ", and no such plugin is loaded",
                                     kind.empty() ? "" : absl::StrCat(" that takes ", kind),
                                     "; expected the id of its EIF_…_PLUGIN line"));
  }
  return sentences;
}

}  // namespace eif
