#include "suite/cli/option_layers.h"

#include <toml++/toml.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "domains/toml_depth.h"
#include "suite/formats/suggest.h"
#include "suite/formats/text_file.h"

namespace eif {
namespace {

struct LayeredValue {
  std::vector<std::string> values;
  std::string origin;  // for messages: "EIF_SEEDS", "eif-suite.toml: seeds"
};

std::string long_name(const CLI::Option& option) {
  return option.get_lnames().empty() ? "" : option.get_lnames().front();
}

// Options that may come from elsewhere: --help and the like may not.
std::map<std::string, CLI::Option*> layered_options(CLI::App& command) {
  std::map<std::string, CLI::Option*> options;
  for (CLI::Option* option : command.get_options()) {
    const std::string name = long_name(*option);
    if (!name.empty() && option != command.get_help_ptr()) options[name] = option;
  }
  return options;
}

std::string environment_name(const std::string& option) {
  return "EIF_" + absl::AsciiStrToUpper(absl::StrReplaceAll(option, {{"-", "_"}}));
}

absl::Status set_option(CLI::Option& option, const LayeredValue& value) {
  try {
    for (const std::string& text : value.values) option.add_result(text);
    option.run_callback();
  } catch (const CLI::Error& error) {
    return absl::InvalidArgumentError(absl::StrCat(value.origin, ": ", error.what()));
  }
  return absl::OkStatus();
}

// Whether a nearer layer has set what contradicts the option. A flag that is set to false does not.
bool is_excluded(const CLI::Option& option) {
  const auto& contradictions = option.get_excludes();
  return std::any_of(contradictions.begin(), contradictions.end(), [](const CLI::Option* other) {
    if (other->count() == 0) return false;
    const bool is_flag = other->get_expected_max() == 0;
    return !is_flag || other->as<bool>();
  });
}

// A TOML value as an option would be written on the command line.
absl::StatusOr<std::vector<std::string>> texts_of(const toml::node& node) {
  if (const auto* list = node.as_array()) {
    std::vector<std::string> texts;
    for (const toml::node& element : *list) {
      absl::StatusOr<std::vector<std::string>> text = texts_of(element);
      if (!text.ok()) return text;
      texts.insert(texts.end(), text->begin(), text->end());
    }
    return texts;
  }
  if (const auto text = node.value<std::string>()) return std::vector<std::string>{*text};
  if (const auto flag = node.value_exact<bool>()) {
    return std::vector<std::string>{*flag ? "true" : "false"};
  }
  if (const auto whole = node.value_exact<int64_t>()) {
    return std::vector<std::string>{absl::StrCat(*whole)};
  }
  if (const auto real = node.value_exact<double>()) {
    // Shortest text that gives the same number again.
    std::string text(32, '\0');
    const auto end = std::to_chars(text.data(), text.data() + text.size(), *real).ptr;
    text.resize(static_cast<size_t>(end - text.data()));
    return std::vector<std::string>{text};
  }
  return absl::InvalidArgumentError("expected a text, a number, true, false, or a list of them");
}

using Layer = std::map<std::string, LayeredValue>;  // by option

absl::StatusOr<Layer> read_layer(const std::filesystem::path& file,
                                 const std::map<std::string, CLI::Option*>& known,
                                 const std::vector<std::string>& all_names) {
  const absl::StatusOr<std::string> text = read_text_file(file);
  if (!text.ok()) return text.status();
  if (const std::optional<int> line = line_nested_too_deep(*text)) {
    return absl::InvalidArgumentError(
        absl::StrCat(file.string(), ", line ", *line, ": ", kNestedTooDeep));
  }
  Layer layer;
  try {
    const toml::table table = toml::parse(*text, file.string());
    for (const auto& [key, node] : table) {
      const std::string name(key.str());
      const std::string origin =
          absl::StrCat(file.string(), ", line ", node.source().begin.line, ": ", name);
      if (known.count(name) == 0) {
        if (std::find(all_names.begin(), all_names.end(), name) != all_names.end()) continue;
        return absl::InvalidArgumentError(
            absl::StrCat(origin, ": no such option.", did_you_mean(name, all_names)));
      }
      absl::StatusOr<std::vector<std::string>> texts = texts_of(node);
      if (!texts.ok()) {
        return absl::InvalidArgumentError(
            absl::StrCat(origin, ": ", std::string(texts.status().message())));
      }
      layer[name] = {*std::move(texts), origin};
    }
  } catch (const toml::parse_error& error) {
    return absl::InvalidArgumentError(absl::StrCat(file.string(), ", line ",
                                                   error.source().begin.line, ": ",
                                                   std::string(error.description())));
  }
  return layer;
}

// The options of all commands: a configuration file serves them all.
std::vector<std::string> names_of_all_commands(CLI::App& command) {
  std::vector<std::string> names;
  for (CLI::App* sibling : command.get_parent()->get_subcommands({})) {
    for (const auto& [name, option] : layered_options(*sibling)) names.push_back(name);
  }
  return names;
}

}  // namespace

std::vector<std::filesystem::path> config_files() {
  std::vector<std::filesystem::path> files = {"eif-suite.toml"};
  const char* config = std::getenv("XDG_CONFIG_HOME");
  const char* home = std::getenv("HOME");
  if (config != nullptr && config[0] == '/') {
    files.push_back(std::filesystem::path(config) / "eif-suite" / "config.toml");
  } else if (home != nullptr) {
    files.push_back(std::filesystem::path(home) / ".config" / "eif-suite" / "config.toml");
  }
  return files;
}

absl::Status apply_option_layers(CLI::App& command,
                                 const std::vector<std::filesystem::path>& files) {
  const std::map<std::string, CLI::Option*> options = layered_options(command);
  const std::vector<std::string> all_names = names_of_all_commands(command);
  std::vector<Layer> layers(1);
  for (const auto& [name, option] : options) {
    const std::string variable = environment_name(name);
    const char* value = std::getenv(variable.c_str());
    if (value != nullptr && value[0] != '\0') layers[0][name] = {{value}, variable};
  }
  for (const std::filesystem::path& file : files) {
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored)) continue;
    absl::StatusOr<Layer> layer = read_layer(file, options, all_names);
    if (!layer.ok()) return layer.status();
    layers.push_back(*std::move(layer));
  }
  for (const Layer& layer : layers) {
    std::vector<std::pair<CLI::Option*, const LayeredValue*>> open;
    for (const auto& [name, value] : layer) {
      CLI::Option* option = options.at(name);
      if (option->count() == 0 && !is_excluded(*option)) open.emplace_back(option, &value);
    }
    for (const auto& [option, value] : open) {
      if (absl::Status status = set_option(*option, *value); !status.ok()) return status;
    }
  }
  return absl::OkStatus();
}

}  // namespace eif
