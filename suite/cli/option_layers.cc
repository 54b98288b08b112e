#include "suite/cli/option_layers.h"

#include <toml++/toml.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "domains/toml_depth.h"
#include "suite/cli/options_in_force.h"
#include "suite/cli/parse_errors.h"
#include "suite/cli/path_option.h"
#include "suite/formats/printable.h"
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
  } catch (const CLI::ParseError& error) {
    return absl::InvalidArgumentError(absl::StrCat(value.origin, ": ", why_not(option, error)));
  }
  return absl::OkStatus();
}

// A flag that is written as false says nothing of itself.
bool is_on(const CLI::Option& option, const std::vector<std::string>& values) {
  const bool is_flag = option.get_expected_max() == 0;
  if (!is_flag || values.empty()) return true;
  try {
    return CLI::detail::to_flag_value(values.back()) > 0;
  } catch (const std::exception&) {
    return true;  // set_option() refuses it
  }
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

// The options of all commands by name, for a configuration file serves them all.
using AllOptions = std::multimap<std::string, CLI::Option*>;

AllOptions options_of_all_commands(CLI::App& command) {
  AllOptions all;
  for (CLI::App* sibling : command.get_parent()->get_subcommands({})) {
    const std::map<std::string, CLI::Option*> options = layered_options(*sibling);
    all.insert(options.begin(), options.end());
  }
  return all;
}

std::vector<std::string> names_of(const AllOptions& all) {
  std::vector<std::string> names;
  for (const auto& [name, option] : all) names.push_back(name);
  return names;
}

// Why the file of a folder that may be somebody else's may not give this option these values; empty
// where it may. An option that is a path in one command is none for another to set.
std::string not_for_a_folder(const AllOptions& all, const std::string& name,
                             const std::vector<std::string>& values) {
  const auto [begin, end] = all.equal_range(name);
  const auto elsewhere =
      absl::StrCat(" may not be named by a file of the working directory; use --", name,
                   " on the command line, ", environment_name(name), ", or your own config.toml");
  if (std::any_of(begin, end, [](const auto& entry) { return is_path(*entry.second); })) {
    return absl::StrCat("a file or folder to load, read or write", elsewhere);
  }
  if (!std::any_of(begin, end, [](const auto& entry) { return may_be_path(*entry.second); })) {
    return "";
  }
  const auto path = std::find_if(values.begin(), values.end(), reads_as_path);
  if (path == values.end()) return "";
  return absl::StrCat(in_quotes(*path), " is a file or folder, which", elsewhere);
}

absl::StatusOr<Layer> read_layer(const ConfigFile& file,
                                 const std::map<std::string, CLI::Option*>& known,
                                 const AllOptions& all) {
  const std::string path = file.path.string();
  const absl::StatusOr<std::string> text = read_text_file(file.path);
  if (!text.ok()) return text.status();
  if (const std::optional<int> line = line_nested_too_deep(*text)) {
    return absl::InvalidArgumentError(absl::StrCat(path, ", line ", *line, ": ", kNestedTooDeep));
  }
  Layer layer;
  try {
    const toml::table table = toml::parse(*text, path);
    for (const auto& [key, node] : table) {
      const std::string name(key.str());
      const std::string origin = absl::StrCat(path, ", line ", node.source().begin.line, ": ",
                                              printable(name, kLongestName));
      const auto error = [&](const std::string& what) {
        return absl::InvalidArgumentError(absl::StrCat(origin, ": ", what));
      };
      if (!all.contains(name)) {
        return error(absl::StrCat("no such option.", did_you_mean(name, names_of(all))));
      }
      absl::StatusOr<std::vector<std::string>> texts = texts_of(node);
      if (!texts.ok()) return error(std::string(texts.status().message()));
      if (!file.is_users_own) {
        const std::string refusal = not_for_a_folder(all, name, *texts);
        if (!refusal.empty()) return error(refusal);
      }
      if (known.contains(name)) layer[name] = {*std::move(texts), origin};
    }
  } catch (const toml::parse_error& error) {
    return absl::InvalidArgumentError(absl::StrCat(path, ", line ", error.source().begin.line, ": ",
                                                   std::string(error.description())));
  }
  return layer;
}

// ---- Environment -------------------------------------------------------------------------------

Layer environment_layer(const std::map<std::string, CLI::Option*>& options) {
  Layer layer;
  for (const auto& [name, option] : options) {
    const std::string variable = environment_name(name);
    const char* value = std::getenv(variable.c_str());
    if (value != nullptr && value[0] != '\0') layer[name] = {{value}, variable};
  }
  return layer;
}

// Variables whose name begins like ours. One that is nearly an option is a slip that would change
// what is measured: kInvalidArgument. The others may be another program's and are returned as
// lines.
absl::StatusOr<std::vector<std::string>> unknown_variables(const AllOptions& all) {
  // The last is of suite/launcher, which runs before.
  std::vector<std::string> known = {kPluginPathVariable, "EIF_LIBTORCH"};
  for (const std::string& name : names_of(all)) known.push_back(environment_name(name));
  std::vector<std::string> lines;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text(*variable);
    const std::string name(text.substr(0, text.find('=')));
    if (!name.starts_with("EIF_")) continue;
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const std::string meant = did_you_mean(name, known);
    if (!meant.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat(name, ": no option has this variable.", meant));
    }
    lines.push_back(absl::StrCat("note: the variable ", name, " is none of this program's"));
  }
  return lines;
}

}  // namespace

std::vector<ConfigFile> config_files() {
  std::vector<ConfigFile> files = {{.path = "eif-suite.toml"}};
  const auto add = [&](const std::filesystem::path& folder) {
    files.push_back({.path = folder / "eif-suite" / "config.toml", .is_users_own = true});
  };
  const char* config = std::getenv("XDG_CONFIG_HOME");
  const char* home = std::getenv("HOME");
  // A relative one would be in the working directory.
  if (config != nullptr && config[0] == '/') {
    add(config);
  } else if (home != nullptr && home[0] == '/') {
    add(std::filesystem::path(home) / ".config");
  }
  return files;
}

namespace {

// What the layers did to a command.
struct AppliedLayers {
  std::vector<std::string> lines;                     // for the user
  std::vector<SetOption> set;                         // also by the command line
  std::map<const CLI::Option*, LayeredValue> values;  // of options that a layer sets
};

// Whether an option of the environment may wait for what it goes with, as those of files do.
enum class MayWait { kFilesOnly, kAll };

std::vector<SetOption> on_command_line(const std::map<std::string, CLI::Option*>& options) {
  std::vector<SetOption> set;
  for (const auto& [name, option] : options) {
    if (option->count() == 0) continue;
    set.push_back({.option = option,
                   .origin = option->get_name(),
                   .is_on = is_on(*option, option->reduced_results())});
  }
  return set;
}

// Adds what no nearer layer sets.
void add_layer(const Layer& layer, size_t number, bool may_wait,
               const std::map<std::string, CLI::Option*>& options, AppliedLayers& applied) {
  for (const auto& [name, value] : layer) {
    CLI::Option* const option = options.at(name);
    if (option->count() > 0 || !applied.values.emplace(option, value).second) continue;
    applied.set.push_back({.option = option,
                           .layer = number,
                           .origin = value.origin,
                           .is_on = is_on(*option, value.values),
                           .may_wait = may_wait});
  }
}

std::string note_about(const ConfigFile& file, size_t layer, const std::vector<SetOption>& set) {
  std::vector<std::string> names;
  for (const SetOption& one : set) {
    if (one.layer == layer && one.is_in_force) names.push_back(long_name(*one.option));
  }
  return absl::StrCat("note: read ", file.path.string(), " of the working directory, which sets ",
                      names.empty() ? "nothing here" : absl::StrJoin(names, ", "));
}

absl::StatusOr<AppliedLayers> apply_layers(CLI::App& command, const std::vector<ConfigFile>& files,
                                           MayWait may_wait) {
  const std::map<std::string, CLI::Option*> options = layered_options(command);
  const AllOptions all = options_of_all_commands(command);
  absl::StatusOr<std::vector<std::string>> lines = unknown_variables(all);
  if (!lines.ok()) return lines.status();
  AppliedLayers applied{.lines = *std::move(lines), .set = on_command_line(options)};
  add_layer(environment_layer(options), 1, may_wait == MayWait::kAll, options, applied);
  std::vector<std::pair<size_t, const ConfigFile*>> told;  // by their layers
  for (size_t i = 0; i < files.size(); ++i) {
    std::error_code ignored;
    if (!std::filesystem::exists(files[i].path, ignored)) continue;
    const absl::StatusOr<Layer> layer = read_layer(files[i], options, all);
    if (!layer.ok()) return layer.status();
    add_layer(*layer, i + 2, /*may_wait=*/true, options, applied);
    if (!files[i].is_users_own) told.emplace_back(i + 2, &files[i]);
  }
  if (absl::Status status = choose_options_in_force(applied.set); !status.ok()) return status;
  for (const SetOption& one : applied.set) {
    if (one.layer == 0 || !one.is_in_force) continue;
    const absl::Status status = set_option(*one.option, applied.values.at(one.option));
    if (!status.ok()) return status;
  }
  for (const auto& [layer, file] : told) {
    applied.lines.push_back(note_about(*file, layer, applied.set));
  }
  return applied;
}

}  // namespace

absl::StatusOr<std::vector<std::string>> apply_option_layers(CLI::App& command,
                                                             const std::vector<ConfigFile>& files) {
  absl::StatusOr<AppliedLayers> applied = apply_layers(command, files, MayWait::kFilesOnly);
  if (!applied.ok()) return applied.status();
  return std::move(applied->lines);
}

absl::StatusOr<EffectiveOptions> effective_options(CLI::App& command,
                                                   const std::vector<ConfigFile>& files) {
  absl::StatusOr<AppliedLayers> applied = apply_layers(command, files, MayWait::kAll);
  if (!applied.ok()) return applied.status();
  EffectiveOptions effective{.lines = std::move(applied->lines)};
  for (const auto& [name, option] : layered_options(command)) {
    const auto set = std::find_if(applied->set.begin(), applied->set.end(),
                                  [&](const SetOption& one) { return one.option == option; });
    const bool is_shown =
        set != applied->set.end() && (set->is_in_force || set->waits_for != nullptr);
    if (is_shown) {
      const auto value = applied->values.find(option);
      const CLI::Option* const other = set->waits_for;
      effective.options.push_back({.name = name,
                                   .values = value == applied->values.end() || set->is_in_force
                                                 ? option->results()
                                                 : value->second.values,
                                   .origin = set->origin,
                                   .only_with = other == nullptr ? "" : other->get_name()});
    } else if (!option->get_default_str().empty()) {
      effective.options.push_back(
          {.name = name, .values = {option->get_default_str()}, .origin = "default"});
    }
  }
  return effective;
}

}  // namespace eif
