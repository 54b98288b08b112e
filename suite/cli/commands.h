// The commands of the program. Each adds itself to the command line; the chosen one then runs and
// returns the exit code.
#pragma once

#include <CLI/App.hpp>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eif/domain.h"
#include "suite/cli/output.h"
#include "suite/host/plugin_loader.h"

namespace eif {

// What every command may need to know about its caller.
struct Invocation {
  std::filesystem::path program;
  std::vector<std::string> command_line;
};

using Command = std::function<int(const Invocation&)>;

// Options that several commands share.
struct PluginOptions {
  std::vector<std::string> files;
  std::string data_folder;
};
void add_plugin_options(CLI::App& app, PluginOptions& options);
void add_plugin_options(CLI::App& app, std::vector<std::string>& files, std::string& data_folder);

// The usable plugins; what was skipped and why goes to stderr.
PluginSet load_plugins_with_warnings(const Invocation& invocation, const PluginOptions& options);

// Every name that --model takes.
std::vector<std::string> model_names(const PluginSet& plugins, const std::string& data_folder);

Command add_run_command(CLI::App& app);
Command add_report_command(CLI::App& app);
Command add_sweep_command(CLI::App& app);
Command add_baseline_command(CLI::App& app);
Command add_compare_command(CLI::App& app);
Command add_reproduce_command(CLI::App& app);
Command add_check_command(CLI::App& app);
Command add_list_command(CLI::App& app);
Command add_doctor_command(CLI::App& app);
Command add_new_command(CLI::App& app);
Command add_matrix_command(CLI::App& app);
Command add_words_command(CLI::App& app);
Command add_domain_command(CLI::App& app);
Command add_tokenize_command(CLI::App& app);
Command add_config_command(CLI::App& app);
// `app` outlives these: what they print is made from its commands.
Command add_completion_command(CLI::App& app);
Command add_man_command(CLI::App& app);

// Whether there is such a domain; if not, which one may be meant.
absl::Status check_domain_name(const std::string& name);

// Those of a built-in domain that have a row and a column, with a seed's names.
absl::StatusOr<std::vector<Sample>> domain_samples(const std::string& name, uint64_t seed);

// A command's result goes to the file at `path`, or to standard output where that is empty or "-".
// Returns how the program ends: with `code`, or with kNotMeasured where it could not be written.
int deliver(const std::string& document, const std::string& path, int code,
            Content kind = Content::kText);

}  // namespace eif
