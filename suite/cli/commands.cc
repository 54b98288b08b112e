#include "suite/cli/commands.h"

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "domains/domain.h"
#include "eif/backend.h"
#include "suite/cli/exit_code.h"
#include "suite/cli/option_layers.h"
#include "suite/cli/path_option.h"
#include "suite/formats/atomic_file.h"
#include "suite/formats/suggest.h"
#include "suite/host/draw.h"

namespace eif {

void add_plugin_options(CLI::App& app, PluginOptions& options) {
  add_plugin_options(app, options.files, options.data_folder);
}

void add_plugin_options(CLI::App& app, std::vector<std::string>& files, std::string& data_folder) {
  // One each time, so that what follows is not taken for another.
  names_path(app.add_option("--plugin", files, "Also load this plugin library (repeatable)"),
             "FILE")
      ->allow_extra_args(false);
  names_path(app.add_option("--data", data_folder,
                            "Folder with mnist/ and fashion-mnist/, instead of the usual places"),
             "DIR");
}

PluginSet load_plugins_with_warnings(const Invocation& invocation, const PluginOptions& options) {
  PluginSearch search = default_plugin_search(invocation.program, std::getenv(kPluginPathVariable),
                                              {options.files.begin(), options.files.end()});
  search.tell = [](const absl::Status& why) { warn(std::string(why.message())); };
  PluginSet plugins = load_plugins(search);
  for (const SkippedPlugin& skipped : plugins.skipped) {
    warn(absl::StrCat("skipped plugin: ", std::string(skipped.why.message())));
  }
  for (const LoadedPlugin& plugin : plugins.loaded) {
    tell_more(absl::StrCat("loaded plugin ", plugin.record().id, " ", plugin.record().version, ": ",
                           plugin.path().string()));
  }
  return plugins;
}

std::vector<std::string> model_names(const PluginSet& plugins, const std::string& data_folder) {
  std::vector<std::string> names;
  for (const LoadedPlugin& plugin : plugins.loaded) {
    if (plugin.model_backend() == nullptr) continue;
    for (const ModelAlias& alias : plugin.model_backend()->aliases(data_folder)) {
      names.push_back(alias.name);
    }
  }
  return names;
}

absl::Status check_domain_name(const std::string& name) {
  const absl::Status found = find_domain(name).status();
  if (found.ok()) return found;
  return absl::NotFoundError(
      absl::StrCat(std::string(found.message()), did_you_mean(name, domain_names())));
}

absl::StatusOr<std::vector<Sample>> domain_samples(const std::string& name, uint64_t seed) {
  if (absl::Status status = check_domain_name(name); !status.ok()) return status;
  DigitSource no_digits("");
  const DrawSettings settings;
  const absl::StatusOr<Domain> domain =
      draw_domain(name, SeededDraw(seed, Modality::kText, no_digits, settings));
  if (!domain.ok()) return domain.status();
  std::vector<Sample> samples;
  for (const DomainSample& entry : domain->samples) {
    if (entry.role.train && entry.role.evaluate) samples.push_back(entry.sample);
  }
  return samples;
}

int deliver(const std::string& document, const std::string& path, int code, Content kind) {
  if (is_standard_output(path)) return print_result(document, code, kind);
  const absl::Status written = write_file_atomically(path, document);
  return written.ok() ? code : fail(written, kNotMeasured);
}

}  // namespace eif
