#include "suite/cli/program.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "suite/cli/exit_code.h"
#include "suite/cli/help.h"
#include "suite/cli/json_errors.h"
#include "suite/cli/option_layers.h"
#include "suite/cli/options_in_force.h"
#include "suite/cli/output.h"
#include "suite/cli/output_options.h"
#include "suite/cli/parse_errors.h"
#include "suite/cli/sudden_end.h"

namespace eif {
namespace {

constexpr char kConfigCommand[] = "config";

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

// The plugins are found beside it. Without /proc, as in a bare root, its name is the best there is.
std::filesystem::path program_path(const char* name) {
  std::error_code error;
  const std::filesystem::path path = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? std::filesystem::path(name) : path;
}

int run(CLI::App& app, const std::map<std::string, Command>& commands,
        const Invocation& invocation) {
  std::vector<std::string> arguments =
      with_default_command({invocation.command_line.begin() + 1, invocation.command_line.end()});
  const bool is_json = asks_for_json(arguments);
  if (is_json) print_errors_as_json();
  try {
    const SuspendedNeeds until_the_layers_are_known(app);
    // CLI11 takes them last first.
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::CallForHelp&) {
    return print_result(app.help(), kSuccess);
  } catch (const CLI::CallForVersion&) {
    return print_result(EIF_VERSION "\n", kSuccess);
  } catch (const CLI::ParseError& error) {
    print_error(usage_error(app, error));
    if (!is_json) say("See eif-suite --help.");
    return kUsage;
  }
  CLI::App& chosen = *app.get_subcommands().front();
  const absl::StatusOr<std::vector<std::string>> lines =
      apply_option_layers(chosen, config_files());
  if (!lines.ok()) return fail(lines.status(), kUsage);
  set_output_style(output_style_of(chosen));
  // It says of the command that it shows what the files set there.
  if (chosen.get_name() != kConfigCommand) {
    for (const std::string& line : *lines) say(line);
  }
  try {
    return commands.at(chosen.get_name())(invocation);
  } catch (const std::exception& error) {
    print_error(absl::StrCat("internal: ", error.what()));
    return kNotMeasured;
  }
}

}  // namespace

bool asks_for_json(const std::vector<std::string>& arguments) {
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--json" || arguments[i] == "--format=json") return true;
    if (i > 0 && arguments[i - 1] == "--format" && arguments[i] == "json") return true;
  }
  return false;
}

std::map<std::string, Command> add_commands(CLI::App& app) {
  app.description(
      "Measures how fine-tuning on one sample changes the loss on others (empirical influence), "
      "and "
      "whether that influence is what one would want of a good learner (desiderata).");
  // The commands take it over from the program.
  app.formatter(std::make_shared<HelpFormatter>());
  app.set_version_flag("--version", EIF_VERSION, "Print the version and end");
  app.set_help_flag("-h,--help", "Print this help and end");
  app.require_subcommand(1);
  app.footer(
      "Examples:\n"
      "  eif-suite --model cnn --all        every desideratum on the CNN, 10 seeds\n"
      "  eif-suite --model smollm2 --all    likewise on a small language model\n"
      "  eif-suite matrix --model smollm2 --samples mine.toml\n"
      "  eif-suite sweep --model smollm2    which learning rate, and why\n"
      "  eif-suite report RUN --format csv  a run that was measured, in another form\n"
      "  eif-suite compare BASELINE RUN     has anything got worse?\n"
      "  eif-suite reproduce --model cnn    the figures of the paper\n"
      "  eif-suite check mine.toml          whether a question of your own is one\n"
      "  eif-suite list                     what can be tested\n"
      "  eif-suite new desideratum my_own   a project for a question of your own\n"
      "  eif-suite run --help               all options of a run\n"
      "  eif-suite config show --origin     which options are set, and where\n"
      "  eif-suite completion bash          completion for a shell: zsh, fish\n\n"
      "Options may also come from the environment (EIF_SEEDS=20), from eif-suite.toml in the "
      "working "
      "directory (seeds = 20) and from ~/.config/eif-suite/config.toml, in this order. Files and "
      "folders to load, read or write (--plugin, --out and the like) cannot be named in the "
      "working "
      "directory's file, which may be somebody else's.\n\n"
      "Exit status: 0 measured, whatever the verdicts; 1 compare: something got worse; check: a "
      "question that cannot be passed, or without logic; 2 usage; 3 "
      "something could not be measured or written; 4 a model, its data or a plugin could not be "
      "loaded; 5 nothing selected; 130 interrupted.");
  // In the order of --help.
  std::map<std::string, Command> commands = {{"run", add_run_command(app)},
                                             {"report", add_report_command(app)},
                                             {"reproduce", add_reproduce_command(app)},
                                             {"compare", add_compare_command(app)},
                                             {"baseline", add_baseline_command(app)},
                                             {"matrix", add_matrix_command(app)},
                                             {"sweep", add_sweep_command(app)},
                                             {"check", add_check_command(app)},
                                             {"list", add_list_command(app)},
                                             {"words", add_words_command(app)},
                                             {"domain", add_domain_command(app)},
                                             {"tokenize", add_tokenize_command(app)},
                                             {"doctor", add_doctor_command(app)},
                                             {"new", add_new_command(app)},
                                             {kConfigCommand, add_config_command(app)},
                                             {"completion", add_completion_command(app)},
                                             {"man", add_man_command(app)}};
  for (CLI::App* command : app.get_subcommands([](CLI::App*) { return true; })) {
    add_output_options(*command);
  }
  return commands;
}

int run_program(int argc, char** argv) {
  prepare_streams();
  watch_sudden_ends();
  CLI::App app("", "eif-suite");
  const std::map<std::string, Command> commands = add_commands(app);
  const Invocation invocation{program_path(argv[0]), {argv, argv + argc}};
  const int code = run(app, commands, invocation);
  if (code == kNotMeasured && !has_said_something()) {
    warn("something could not be measured; the result says what, and why");
  }
  expect_end();
  return close_output(code);
}

}  // namespace eif
