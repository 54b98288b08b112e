// new: a project for a desideratum or a model of one's own.
#include <cstdlib>
#include <memory>

#include "absl/strings/str_cat.h"
#include "suite/cli/choices.h"
#include "suite/cli/commands.h"
#include "suite/cli/exit_code.h"
#include "suite/cli/option_layers.h"
#include "suite/cli/plugin_project.h"

namespace eif {
namespace {

namespace fs = std::filesystem;

struct NewOptions {
  std::string kind;
  std::string name;
};

// Of two plugins with one id the program uses the first it finds, which is its own.
absl::Status check_not_taken(const std::string& name, const Invocation& invocation) {
  const PluginSet plugins =
      load_plugins(default_plugin_search(invocation.program, std::getenv(kPluginPathVariable), {}));
  for (const LoadedPlugin& plugin : plugins.loaded) {
    if (name != plugin.record().id) continue;
    return absl::AlreadyExistsError(absl::StrCat("the name ", name, " is taken by the plugin ",
                                                 plugin.path().string(), "; choose another"));
  }
  return absl::OkStatus();
}

// Where the CMake package of a program is, or the word that the user has to replace.
std::string installed_prefix(const fs::path& folder_of_program) {
  const bool is_installed = fs::exists(folder_of_program / "lib" / "cmake" / "eif-suite");
  return is_installed ? folder_of_program.string() : "PREFIX";
}

std::string next_steps(const std::string& name, const std::vector<ProjectFile>& files,
                       const fs::path& folder_of_program) {
  std::string text = absl::StrCat(name, "/\n");
  for (const ProjectFile& file : files) absl::StrAppend(&text, "  ", file.name, "\n");
  absl::StrAppend(&text, "\nBuild it, test it, and look for it:\n");
  const std::string prefix = installed_prefix(folder_of_program);
  if (prefix != folder_of_program) {
    absl::StrAppend(&text, "  cmake --install '", folder_of_program.string(), "' --prefix ", prefix,
                    "    # first: this program is not installed\n");
  }
  const std::string build = name + "/build";
  absl::StrAppend(&text, "  cmake -S ", name, " -B ", build, " -DCMAKE_PREFIX_PATH='", prefix,
                  "'\n  cmake --build ", build, "\n  ctest --test-dir ", build,
                  "\n  eif-suite list --plugin ", build, "/", name, ".so\n");
  return text;
}

int new_project(const NewOptions& options, const Invocation& invocation) {
  const PluginKind kind = options.kind == "model" ? PluginKind::kModel : PluginKind::kDesideratum;
  const fs::path folder_of_program =
      fs::weakly_canonical(invocation.program).parent_path().parent_path();
  const absl::StatusOr<std::vector<ProjectFile>> files =
      plugin_project(kind, options.name, installed_prefix(folder_of_program));
  if (!files.ok()) return fail(files.status(), kUsage);
  if (absl::Status free = check_not_taken(options.name, invocation); !free.ok()) {
    return fail(free, kUsage);
  }
  if (absl::Status written = write_project(options.name, *files); !written.ok()) {
    return fail(written, absl::IsAlreadyExists(written) ? kUsage : kNotMeasured);
  }
  return print_result(next_steps(options.name, *files, folder_of_program), kSuccess);
}

}  // namespace

Command add_new_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "new", "Write a project for a desideratum or a model of your own into a new folder");
  auto options = std::make_shared<NewOptions>();
  command->add_option("kind", options->kind, "desideratum or model")
      ->required()
      ->check(one_of({"desideratum", "model"}));
  command->add_option("name", options->name, "Its name, and that of the folder")->required();
  return [options](const Invocation& invocation) { return new_project(*options, invocation); };
}

}  // namespace eif
