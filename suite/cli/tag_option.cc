#include "suite/cli/tag_option.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "suite/cli/choices.h"
#include "suite/formats/utf8.h"

namespace eif {
namespace {

constexpr size_t kLongest = 200;  // of a key or a value, in bytes: it stands in the heads of reports

bool is_key(const std::string& text) {
  return !text.empty() && text.size() <= kLongest &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return absl::ascii_isalnum(c) || c == '_' || c == '-' || c == '.';
         });
}

bool is_value(const std::string& text) {
  return !text.empty() && text.size() <= kLongest && !first_invalid_utf8(text) &&
         std::none_of(text.begin(), text.end(), [](unsigned char c) { return absl::ascii_iscntrl(c); });
}

// Where the value begins; npos where the text is no tag.
size_t value_begin(const std::string& tag) {
  const size_t equals = tag.find('=');
  const bool is_tag = equals != std::string::npos && is_key(tag.substr(0, equals)) &&
                      is_value(tag.substr(equals + 1));
  return is_tag ? equals + 1 : std::string::npos;
}

}  // namespace

void add_tag_option(CLI::App& command, std::vector<std::string>& tags) {
  command
      .add_option("--tag", tags,
                  "Keep this with the run, and show it in reports: --tag commit=abc1234. May be given "
                  "several times")
      ->check(CLI::Validator(
          [](const std::string& text) -> std::string {
            return value_begin(text) != std::string::npos
                       ? ""
                       : not_expected(text, "KEY=VALUE on one line, the key of letters, digits, "
                                            "\"_\", \"-\" and \".\", each of 200 bytes at most");
          },
          ""))
      ->allow_extra_args(false)
      ->type_name("KEY=VALUE");
}

absl::StatusOr<std::map<std::string, std::string>> tags_in(const std::vector<std::string>& tags) {
  std::map<std::string, std::string> by_key;
  for (const std::string& tag : tags) {
    const size_t begin = value_begin(tag);
    const std::string key = tag.substr(0, begin - 1), value = tag.substr(begin);
    const auto [there, is_new] = by_key.emplace(key, value);
    if (!is_new && there->second != value) {
      return absl::InvalidArgumentError(absl::StrCat("--tag ", key, " is given as ", there->second,
                                                     " and as ", value, ": give it once"));
    }
  }
  return by_key;
}

}  // namespace eif
