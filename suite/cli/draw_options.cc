#include "suite/cli/draw_options.h"

#include <string>
#include <utility>

#include "domains/claims.h"
#include "suite/cli/path_option.h"
#include "suite/core/words.h"
#include "suite/formats/digest.h"
#include "suite/formats/text_file.h"

namespace eif {
namespace {

// What `parse` makes of the text of a file, whose digest goes to `digest`.
template <typename Parse>
auto parse_file(const std::string& path, Parse parse, std::string& digest)
    -> decltype(parse("", path)) {
  const absl::StatusOr<std::string> text = read_text_file(path);
  if (!text.ok()) return text.status();
  Digest content;
  content.add(*text);
  digest = content.hex();
  return parse(*text, path);
}

}  // namespace

void add_claims_option(CLI::App& command, RunRequest& request) {
  names_path(command.add_option("--claims", request.claims_file,
                                "Claims for random_claim and random_claim_100, one a line; left "
                                "out: the built-in hundred"),
             "FILE");
}

void add_dictionary_option(CLI::App& command, RunRequest& request) {
  names_path(
      command.add_option("--reject-dictionary", request.dictionary_file,
                         "Make up no word of this list, one a line, such as /usr/share/dict/words"),
      "FILE");
}

void add_large_option(CLI::App& command, RunRequest& request) {
  command.add_flag(
      "--large", request.large,
      "Large matrices where there is a choice: random_claim_100 for random_claim (give "
      "--claims more than a hundred, or all seeds have the same)");
}

absl::StatusOr<DrawSettings> draw_settings(RunRequest& request) {
  DrawSettings settings;
  settings.large = request.large;
  if (!request.claims_file.empty()) {
    auto claims = parse_file(request.claims_file, parse_claims, request.claims_digest);
    if (!claims.ok()) return claims.status();
    settings.claims = *std::move(claims);
  }
  if (!request.dictionary_file.empty()) {
    auto words = parse_file(request.dictionary_file, parse_dictionary, request.dictionary_digest);
    if (!words.ok()) return words.status();
    settings.words.excluded = *std::move(words);
  }
  return settings;
}

}  // namespace eif
