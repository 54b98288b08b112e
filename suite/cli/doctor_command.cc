#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "domains/images/dataset.h"
#include "eif/backend.h"
#include "suite/cli/commands.h"
#include "suite/cli/exit_code.h"
#include "suite/cli/option_layers.h"
#include "suite/cli/self_test.h"
#include "suite/formats/cache_folder.h"
#include "suite/formats/printable.h"
#include "suite/formats/text_layout.h"
#include "suite/host/compute.h"

namespace eif {
namespace {

class Diagnosis {
 public:
  void section(const char* title) {
    if (!text_.empty()) text_ += "\n";
    absl::StrAppend(&text_, title, "\n");
  }
  void fact(const std::string& name, const std::string& value) {
    constexpr size_t kNameWidth = 20;
    text_ += entry(printable(name), printable(value), kNameWidth, output_columns());
  }
  // What the program cannot do without.
  void problem(const std::string& name, const std::string& what) {
    fact(name, "MISSING: " + what);
    problems_.push_back(name);
  }
  // What somebody may do without.
  void absent(const std::string& name, const std::string& what) {
    fact(name, "not here: " + what);
    absent_.push_back(name);
  }

  // All of it, and what it comes to.
  std::string report() const {
    std::string conclusion;
    if (!problems_.empty()) {
      absl::StrAppend(&conclusion, "Missing: ", absl::StrJoin(problems_, ", "), ".");
    }
    if (!absent_.empty()) {
      absl::StrAppend(&conclusion, conclusion.empty() ? "" : " ",
                      "Not here, and needed only to measure it: ", absl::StrJoin(absent_, ", "),
                      ".");
    }
    if (conclusion.empty()) conclusion = "Everything is in place.";
    const std::string lines = wrapped(printable(conclusion), {.width = output_columns()});
    return absl::StrCat(text_, "\n", lines, "\n");
  }
  bool is_well() const { return problems_.empty(); }

 private:
  std::string text_;
  std::vector<std::string> problems_, absent_;
};

int doctor(const PluginOptions& options, const Invocation& invocation) {
  Diagnosis diagnosis;
  diagnosis.section("Program");
  diagnosis.fact("version", EIF_VERSION);
  diagnosis.fact("build", kBuildFingerprint);
  diagnosis.fact("libtorch", describe_libtorch());
  for (const std::string& device : describe_devices()) diagnosis.fact("device", device);

  diagnosis.section("Plugins");
  const PluginSearch search =
      default_plugin_search(invocation.program, std::getenv(kPluginPathVariable),
                            {options.files.begin(), options.files.end()});
  for (const auto& folder : search.folders) diagnosis.fact("searched", folder.string());
  const PluginSet plugins = load_plugins(search);
  for (const LoadedPlugin& plugin : plugins.loaded) {
    diagnosis.fact(plugin.record().id,
                   absl::StrCat(plugin.record().version, "  ", plugin.path().string()));
  }
  for (const SkippedPlugin& skipped : plugins.skipped) {
    diagnosis.problem(skipped.path.filename().string(), std::string(skipped.why.message()));
  }

  diagnosis.section("Models");
  for (const LoadedPlugin& plugin : plugins.loaded) {
    if (plugin.model_backend() == nullptr) continue;
    for (const ModelAlias& alias : plugin.model_backend()->aliases(options.data_folder)) {
      if (alias.missing.empty()) {
        diagnosis.fact(alias.name, "ready");
      } else {
        diagnosis.absent(alias.name, alias.missing);
      }
    }
  }

  diagnosis.section("Data");
  diagnosis.fact("cache", cache_folder().string());
  for (const DatasetName& dataset : {kMnist, kFashionMnist}) {
    const auto folder = find_dataset(dataset, options.data_folder);
    if (folder.ok()) {
      diagnosis.fact(dataset.title, folder->string());
    } else {
      diagnosis.problem(dataset.title, std::string(folder.status().message()));
    }
  }
  return print_result(diagnosis.report(), diagnosis.is_well() ? kSuccess : kUnavailable);
}

}  // namespace

Command add_doctor_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "doctor", "Show what the program runs on, what is missing and how to get it");
  auto options = std::make_shared<PluginOptions>();
  auto tests = std::make_shared<bool>(false);
  add_plugin_options(*command, *options);
  command->add_flag("--self-test", *tests,
                    "Measure a model whose verdicts are known instead, in less than a minute. Exit "
                    "status 3 where one comes out otherwise");
  return [options, tests](const Invocation& invocation) {
    return *tests ? self_test(*options, invocation) : doctor(*options, invocation);
  };
}

}  // namespace eif
