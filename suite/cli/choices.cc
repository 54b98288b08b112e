#include "suite/cli/choices.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "suite/formats/printable.h"
#include "suite/formats/suggest.h"

namespace eif {

CLI::Validator one_of(std::vector<std::string> words) {
  const std::string description = absl::StrCat("{", absl::StrJoin(words, ","), "}");
  return CLI::Validator(
      [words = std::move(words)](const std::string& text) -> std::string {
        if (std::find(words.begin(), words.end(), text) != words.end()) return "";
        return absl::StrCat(not_expected(text, absl::StrCat("one of ", absl::StrJoin(words, ", "))),
                            ".", did_you_mean(text, words));
      },
      description);
}

std::string not_expected(std::string_view found, std::string_view expected) {
  return absl::StrCat("found ", in_quotes(found), ", expected ", std::string(expected));
}

}  // namespace eif
