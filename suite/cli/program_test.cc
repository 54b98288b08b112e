// What holds of every option of every command, whoever adds it.
#include "suite/cli/program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>  // App.hpp alone lacks what a CLI::App is made of
#include <functional>
#include <set>
#include <sstream>
#include <string>

#include "suite/cli/json_errors.h"
#include "suite/cli/parse_errors.h"
#include "suite/cli/path_option.h"
#include "suite/formats/text_layout.h"

namespace eif {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class Program : public testing::Test {
 protected:
  // Each option of each command that has a name of its own.
  void for_each_option(const std::function<void(CLI::App&, CLI::Option&)>& check) {
    for (CLI::App* command : app_.get_subcommands({})) {
      for (CLI::Option* option : command->get_options()) {
        SCOPED_TRACE(command->get_name() + " " + option->get_name());
        if (option != command->get_help_ptr()) check(*command, *option);
      }
    }
  }

  // What the program says of a command line.
  std::string error_of(std::vector<std::string> arguments) {
    try {
      app_.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    } catch (const CLI::ParseError& error) {
      return usage_error(app_, error);
    }
    return "";
  }

  CLI::App app_{"", "eif-suite"};
  // They own what the options write to.
  const std::map<std::string, Command> commands_ = add_commands(app_);
};

// ---- Paths -------------------------------------------------------------------------------------

// A file of the working directory cannot set what is declared as a path (path_option.h). Whoever
// adds an option that takes one and forgets to say so is found by how its help speaks of it.
TEST_F(Program, OptionsThatSpeakOfFilesAreDeclaredAsPaths) {
  std::set<std::string> paths;
  for_each_option([&](CLI::App&, CLI::Option& option) {
    if (option.get_lnames().empty()) return;  // of the command line alone
    const std::string name = option.get_lnames().front();
    std::string help = option.get_type_name() + " " + option.get_description();
    for (char& c : help) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    const bool speaks_of_files = help.find("folder") != std::string::npos ||
                                 help.find("file") != std::string::npos || help.find("dir") == 0 ||
                                 help.find("librar") != std::string::npos;
    if (is_path(option) || may_be_path(option)) {
      paths.insert(name);
    } else if (name != "format") {  // whose help is about the extension of -o
      EXPECT_FALSE(speaks_of_files) << option.get_description();
    }
  });
  for (const char* name : {"plugin", "data", "weights", "output", "out", "samples", "claims",
                           "reject-dictionary", "model", "desideratum"}) {
    EXPECT_TRUE(paths.contains(name)) << name;
  }
}

TEST_F(Program, OptionsOfTypeFileOrFolderAreDeclaredAsPaths) {
  for_each_option([&](CLI::App&, CLI::Option& option) {
    const std::string type = option.get_type_name();
    if (type == "FILE" || type == "DIR") {
      EXPECT_TRUE(is_path(option));
    }
  });
}

// ---- Values ------------------------------------------------------------------------------------

// One value each time: what follows belongs to somebody else.
TEST_F(Program, NoOptionTakesTheNextArgumentToo) {
  for_each_option([&](CLI::App&, CLI::Option& option) {
    if (!option.get_lnames().empty()) {
      EXPECT_FALSE(option.get_allow_extra_args());
    }
  });
}

TEST_F(Program, NoOptionSpeaksInWordsOfALibrary) {
  for_each_option([&](CLI::App&, CLI::Option& option) {
    for (const char* value : {"no such value", "", "-1", "1e999", "\33[2J"}) {
      option.clear();
      try {
        option.add_result(value);
        option.run_callback();
      } catch (const CLI::ParseError& error) {
        EXPECT_THAT(why_not(option, error), StartsWith("found \"")) << value;
        EXPECT_THAT(why_not(option, error), HasSubstr("\", expected ")) << value;
        EXPECT_THAT(why_not(option, error), Not(HasSubstr("\33")));
      }
      option.clear();
    }
  });
}

TEST_F(Program, SaysWhatIsWrongWithACommandLine) {
  EXPECT_THAT(error_of({}), StartsWith("no command was given; expected one of "));
  EXPECT_EQ(error_of({"lst"}), "unknown argument \"lst\". Did you mean 'list'?");
  EXPECT_EQ(error_of({"run", "--sedes", "3"}),
            "unknown argument \"--sedes\". Did you mean '--seeds'?");
  EXPECT_EQ(error_of({"run", "--seeds", "few"}),
            "--seeds: found \"few\", expected a whole number from 1 to 10000");
  EXPECT_EQ(error_of({"run", "--engine", "reply"}),
            "--engine: found \"reply\", expected one of auto, replay, adapters, dense, linear. Did you mean "
            "'replay'?");
  EXPECT_EQ(error_of({"run", "--all=maybe"}), "--all: found \"maybe\", expected true or false");
  EXPECT_EQ(error_of({"run", "--seeds"}),
            "--seeds needs a value: How many draws of images or names");
  EXPECT_EQ(error_of({"run", "--all", "--desideratum", "x"}),
            "--all and --desideratum exclude each other; give one of them");
  EXPECT_EQ(error_of({"matrix", "--seed", "3"}), "--seed goes with --domain, which was not given");
  EXPECT_EQ(error_of({"compare"}), "compare needs runs: The baseline, and the run to judge; runs between them make it a trend");
  EXPECT_EQ(error_of({"list", "colours"}),
            "what: found \"colours\", expected one of models, desiderata, domains.");
}

TEST_F(Program, APluginIsOneFileAndWhatFollowsIsNot) {
  EXPECT_EQ(error_of({"list", "--plugin", "x.so", "desiderata"}), "");
  CLI::App& list = *app_.get_subcommand("list");
  EXPECT_EQ(list.get_option("--plugin")->as<std::vector<std::string>>(),
            std::vector<std::string>{"x.so"});
  EXPECT_EQ(list.get_option("what")->as<std::string>(), "desiderata");
}

TEST_F(Program, AnOptionThatRepeatsKeepsAllItsValues) {
  EXPECT_EQ(
      error_of({"run", "--plugin", "x.so", "--plugin", "y.so", "--model", "a,b", "--model", "c"}),
      "");
  CLI::App& run = *app_.get_subcommand("run");
  EXPECT_EQ(run.get_option("--plugin")->as<std::vector<std::string>>(),
            (std::vector<std::string>{"x.so", "y.so"}));
  // A path may have a comma: names are taken apart by whoever looks for them.
  EXPECT_EQ(run.get_option("--model")->as<std::vector<std::string>>(),
            (std::vector<std::string>{"a,b", "c"}));
}

// ---- Help --------------------------------------------------------------------------------------

void expect_narrow(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(width_of(line), kPageWidth) << line;
}

TEST_F(Program, HelpFitsEightyColumns) {
  expect_narrow(app_.help());
  for (const CLI::App* command : app_.get_subcommands({})) {
    SCOPED_TRACE(command->get_name());
    expect_narrow(command->help());
    EXPECT_THAT(command->help(), HasSubstr("Print this help and end"));
  }
}

TEST_F(Program, HelpSaysWhatTheWorkingDirectorysFileMayNotName) {
  EXPECT_THAT(app_.help(), HasSubstr("cannot be named in the working directory's file"));
}

TEST(AsksForJson, ByEitherOption) {
  EXPECT_TRUE(asks_for_json({"run", "--model", "cnn", "--json"}));
  EXPECT_TRUE(asks_for_json({"matrix", "--format", "json"}));
  EXPECT_TRUE(asks_for_json({"matrix", "--format=json"}));
  EXPECT_FALSE(asks_for_json({"matrix", "--format", "csv", "-o", "a.json"}));
  EXPECT_FALSE(asks_for_json({"json", "--format"}));
}

}  // namespace
}  // namespace eif
