// Names in texts: the made-up words of a draw at the beginning of a word ("pimjons" is about
// "pimjon"). What was made of them otherwise, such as scrambled syllables, is no name.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "eif/desideratum.h"

namespace eif {

using NewNames = std::map<std::string, std::string>;  // by the old name

// The text with other names. `names`: all there are; no name is the beginning of another.
std::string renamed(absl::string_view text, const std::vector<std::string>& names,
                    const NewNames& new_names);

// Calls visit(text) for each text of the samples.
template <typename Samples, typename Visit>
void for_each_text(Samples& samples, Visit&& visit) {
  for (auto& sample : samples) {
    for (auto& statement : sample.statements) {
      if (auto* text = std::get_if<std::string>(&statement)) visit(*text);
      if (auto* prompted = std::get_if<PromptedText>(&statement)) {
        visit(prompted->prompt);
        visit(prompted->completion);
      }
    }
  }
}

// The names of the draw that occur in the request, in the order of the draw. Errors: those of
// Draw::words().
absl::StatusOr<std::vector<std::string>> names_of(const Draw& draw, const Request& request);

}  // namespace eif
