#include "suite/cli/draw_options.h"

#include <string_view>
#include <utility>

#include "domains/claims.h"
#include "suite/core/words.h"
#include "suite/formats/text_file.h"

namespace eif {
namespace {

// What `parse` makes of the text of a file.
template <typename Parse>
auto parse_file(const std::string& path, Parse parse) -> decltype(parse("", path)) {
  const absl::StatusOr<std::string> text = read_text_file(path);
  if (!text.ok()) return text.status();
  return parse(*text, path);
}

}  // namespace

void add_claims_option(CLI::App& command, DrawOptions& options) {
  command
      .add_option("--claims", options.claims_file,
                  "Claims for random_claim and random_claim_100, one a line; left out: the "
                  "built-in hundred")
      ->type_name("FILE");
}

void add_dictionary_option(CLI::App& command, DrawOptions& options) {
  command
      .add_option("--reject-dictionary", options.dictionary_file,
                  "Make up no word of this list, one a line, such as /usr/share/dict/words")
      ->type_name("FILE");
}

void add_large_option(CLI::App& command, DrawOptions& options) {
  command.add_flag(
      "--large", options.large,
      "Large matrices where there is a choice: random_claim_100 for random_claim (give "
      "--claims more than a hundred, or all seeds have the same)");
}

absl::StatusOr<DrawSettings> draw_settings(const DrawOptions& options) {
  DrawSettings settings;
  settings.large = options.large;
  if (!options.claims_file.empty()) {
    auto claims = parse_file(options.claims_file, parse_claims);
    if (!claims.ok()) return claims.status();
    settings.claims = *std::move(claims);
  }
  if (!options.dictionary_file.empty()) {
    auto words = parse_file(options.dictionary_file, parse_dictionary);
    if (!words.ok()) return words.status();
    settings.words.excluded = *std::move(words);
  }
  return settings;
}

}  // namespace eif
