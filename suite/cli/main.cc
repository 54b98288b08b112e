// eif-suite: measures how fine-tuning on one sample changes the loss on others, and whether that
// influence is what one would want of a good learner.
#include <malloc.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <limits>
#include <map>
#include <string>
#include <system_error>
#include <vector>

#include "suite/cli/commands.h"
#include "suite/cli/exit_code.h"
#include "suite/cli/option_layers.h"
#include "suite/formats/suggest.h"

namespace eif {
namespace {

// `eif-suite --model cnn --all` is short for `eif-suite run --model cnn --all`.
std::vector<std::string> with_default_command(std::vector<std::string> arguments) {
  const auto is_about_program = [](const std::string& argument) {
    return argument == "-h" || argument == "--help" || argument == "--version";
  };
  if (!arguments.empty() && arguments.front().rfind('-', 0) == 0 &&
      !is_about_program(arguments.front())) {
    arguments.insert(arguments.begin(), "run");
  }
  return arguments;
}

// Names that could have been meant by an argument nobody knows.
std::vector<std::string> known_arguments(const CLI::App& app) {
  std::vector<std::string> names;
  const auto parsed = app.get_subcommands();
  const CLI::App& asked = parsed.empty() ? app : *parsed.front();
  for (const CLI::App* command : asked.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(command->get_name());
  }
  for (const CLI::Option* option : asked.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

// The plugins are found beside it. Without /proc, as in a bare root, its name is the best there is.
std::filesystem::path program_path(const char* name) {
  std::error_code error;
  const std::filesystem::path path = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? std::filesystem::path(name) : path;
}

int usage_error(const CLI::App& app, const CLI::ParseError& error) {
  std::string message = error.what();
  const std::vector<std::string> extras = app.remaining(/*recurse=*/true);
  // A command that nobody knows leaves the program without one.
  const bool is_unknown = dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr ||
                          dynamic_cast<const CLI::RequiredError*>(&error) != nullptr;
  if (is_unknown && !extras.empty()) {
    message = "unknown argument '" + extras.front() + "'." +
              did_you_mean(extras.front(), known_arguments(app));
  }
  print_error(message);
  std::cerr << "See eif-suite --help.\n";
  return kUsage;
}

// What a forward pass frees, the next one asks for again. By default malloc gives blocks as large
// as activations back to the system at once, which hands them out again page by page, all zeroed.
void keep_freed_memory() {
#ifdef __GLIBC__
  constexpr int kAnySize = std::numeric_limits<int>::max();
  mallopt(M_MMAP_THRESHOLD, kAnySize);
  mallopt(M_TRIM_THRESHOLD, kAnySize);
#endif
}

int main(int argc, char** argv) {
  keep_freed_memory();
  CLI::App app{
      "Measures how fine-tuning on one sample changes the loss on others (empirical influence),\n"
      "and whether that influence is what one would want of a good learner (desiderata).",
      "eif-suite"};
  app.set_version_flag("--version", EIF_VERSION);
  app.require_subcommand(1);
  app.footer(
      "Examples:\n"
      "  eif-suite --model cnn --all            every desideratum on the CNN, 10 seeds\n"
      "  eif-suite --model smollm2 --all        likewise on a small language model\n"
      "  eif-suite matrix --model smollm2 --samples mine.toml\n"
      "  eif-suite sweep --model smollm2        which learning rate, and why\n"
      "  eif-suite report RUN --format csv      a run that was measured, in another form\n"
      "  eif-suite compare BASELINE RUN         has anything got worse?\n"
      "  eif-suite reproduce --model cnn        the figures of the paper\n"
      "  eif-suite check mine.toml              whether a desideratum of your own asks something\n"
      "  eif-suite list                         what can be tested\n"
      "  eif-suite new desideratum my_question  a project for a question of your own\n"
      "  eif-suite run --help                   all options of a run\n\n"
      "Options may also come from the environment (EIF_SEEDS=20), from eif-suite.toml in the\n"
      "working directory (seeds = 20) and from ~/.config/eif-suite/config.toml, in this order.\n\n"
      "Exit status: 0 measured, whatever the verdicts; 1 compare: something got worse; check: a\n"
      "question that cannot be passed, or without logic; 2 usage;\n"
      "3 something could not be measured; 4 a model, its data or a plugin could not be loaded; 5 "
      "nothing selected; 130 interrupted.");
  // In the order of --help.
  const std::map<std::string, Command> commands = {{"run", add_run_command(app)},
                                                   {"report", add_report_command(app)},
                                                   {"reproduce", add_reproduce_command(app)},
                                                   {"compare", add_compare_command(app)},
                                                   {"matrix", add_matrix_command(app)},
                                                   {"sweep", add_sweep_command(app)},
                                                   {"check", add_check_command(app)},
                                                   {"list", add_list_command(app)},
                                                   {"words", add_words_command(app)},
                                                   {"domain", add_domain_command(app)},
                                                   {"tokenize", add_tokenize_command(app)},
                                                   {"doctor", add_doctor_command(app)},
                                                   {"new", add_new_command(app)}};
  std::vector<std::string> arguments = with_default_command({argv + 1, argv + argc});
  try {
    // CLI11 takes them last first.
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::CallForVersion& version) {
    return app.exit(version);
  } catch (const CLI::ParseError& error) {
    return usage_error(app, error);
  }
  CLI::App& chosen = *app.get_subcommands().front();
  if (absl::Status status = apply_option_layers(chosen, config_files()); !status.ok()) {
    print_error(std::string(status.message()));
    return kUsage;
  }
  try {
    return commands.at(chosen.get_name())({program_path(argv[0]), {argv, argv + argc}});
  } catch (const std::exception& error) {
    print_error(std::string("internal: ") + error.what());
    return kNotMeasured;
  }
}

}  // namespace
}  // namespace eif

// Called by suite/launcher, once libtorch is there.
extern "C" __attribute__((visibility("default"))) int eif_suite_main(int argc, char** argv) {
  return eif::main(argc, argv);
}
