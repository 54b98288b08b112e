#include "suite/cli/path_option.h"

#include <filesystem>
#include <system_error>

namespace eif {
namespace {

namespace fs = std::filesystem;

// The name of a validator that takes everything: the one place where an option of CLI11 can keep
// what else is known about it.
constexpr char kNameOrPath[] = "name or path";

}  // namespace

CLI::Option* names_path(CLI::Option* option, const char* type) {
  // CLI11's own word for an option that a configuration file may not set.
  return option->type_name(type)->configurable(false);
}

CLI::Option* may_name_path(CLI::Option* option) {
  return option->check([](const std::string&) { return std::string(); }, "", kNameOrPath);
}

bool is_path(const CLI::Option& option) { return !option.get_configurable(); }

bool may_be_path(CLI::Option& option) {
  try {
    return option.get_validator(kNameOrPath) != nullptr;
  } catch (const CLI::OptionNotFound&) {
    return false;
  }
}

bool reads_as_path(const std::string& value) {
  const bool is_written_as_one = value.find_first_of("/*?[") != std::string::npos ||
                                 value == "." || value == ".." || value.starts_with("~");
  std::error_code ignored;
  if (is_written_as_one || fs::is_regular_file(value, ignored) ||
      fs::exists(fs::path(value) / "config.json", ignored) ||
      fs::exists(fs::path(value) / "adapter_config.json", ignored)) {
    return true;
  }
  const size_t comma = value.find(',');
  return comma != std::string::npos &&
         (reads_as_path(value.substr(0, comma)) || reads_as_path(value.substr(comma + 1)));
}

}  // namespace eif
