#include "suite/cli/option_layers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <CLI/CLI.hpp>  // App.hpp alone lacks what a CLI::App is made of
#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "suite/cli/options_in_force.h"
#include "suite/cli/path_option.h"
#include "suite/formats/test_files.h"

namespace eif {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

// Sets a variable for as long as it lives.
class Environment {
 public:
  Environment(std::string name, const std::string& value) : name_(std::move(name)) {
    if (const char* before = ::getenv(name_.c_str())) before_ = before;
    ::setenv(name_.c_str(), value.c_str(), 1);
  }
  ~Environment() {
    if (before_) {
      ::setenv(name_.c_str(), before_->c_str(), 1);
    } else {
      ::unsetenv(name_.c_str());
    }
  }

 private:
  std::string name_;
  std::optional<std::string> before_;
};

// A program with two commands, `run` with one option of each kind.
class OptionLayers : public testing::Test {
 protected:
  OptionLayers() {
    CLI::App* run = app_.add_subcommand("run");
    run->add_option("--seeds", seeds_)->check(CLI::Range(1, 1000));
    run->add_option("--model", models_)->delimiter(',');
    run->add_option("--lr", learning_rate_);
    run->add_option("--weight-decay", weight_decay_);
    CLI::Option* json = run->add_flag("--json", json_);
    CLI::Option* table = run->add_option("--table", table_)->excludes(json);
    CLI::Option* columns = run->add_option("--columns", columns_)->needs(table);
    run->add_flag("--short", short_)->excludes(columns);
    names_path(run->add_option("--plugin", plugins_), "FILE");
    may_name_path(run->get_option("--model"));
    CLI::App* list = app_.add_subcommand("list");
    names_path(list->add_option("--output", output_), "FILE");
    list->add_option("--shape", shape_);
  }

  // The command line, last argument first, as CLI11 takes it; then the layers.
  absl::Status parse(std::vector<std::string> reversed) {
    reversed.push_back("run");
    {
      const SuspendedNeeds until_the_layers_are_known(app_);
      app_.parse(reversed);
    }
    const absl::StatusOr<std::vector<std::string>> lines =
        apply_option_layers(*app_.get_subcommands().front(),
                            {{.path = project_}, {.path = user_, .is_users_own = true}});
    if (lines.ok()) lines_ = *lines;
    return lines.status();
  }

  const TemporaryFolder folder_;
  const fs::path project_ = folder_.path() / "eif-suite.toml";
  const fs::path user_ = folder_.path() / "config.toml";
  CLI::App app_;
  int seeds_ = 10;
  std::vector<std::string> models_;
  double learning_rate_ = -1;
  double weight_decay_ = 0;
  bool json_ = false;
  std::string table_;
  int columns_ = 0;
  bool short_ = false;
  std::string shape_;
  std::vector<std::string> plugins_;
  std::string output_;
  std::vector<std::string> lines_;  // to be told
};

// ---- Which layer wins ------------------------------------------------------------------------

TEST_F(OptionLayers, NoLayerLeavesTheDefaults) {
  ASSERT_EQ(parse({}), absl::OkStatus());
  EXPECT_EQ(seeds_, 10);
  EXPECT_THAT(models_, IsEmpty());
  EXPECT_FALSE(json_);
}

TEST_F(OptionLayers, TheUserFileWinsOverTheDefault) {
  folder_.file("config.toml", "seeds = 2");
  ASSERT_EQ(parse({}), absl::OkStatus());
  EXPECT_EQ(seeds_, 2);
}

TEST_F(OptionLayers, TheProjectFileWinsOverTheUserFile) {
  folder_.file("config.toml", "seeds = 2\nlr = 0.5");
  folder_.file("eif-suite.toml", "seeds = 3");
  ASSERT_EQ(parse({}), absl::OkStatus());
  EXPECT_EQ(seeds_, 3);
  EXPECT_EQ(learning_rate_, 0.5);  // what the nearer file leaves out comes from the other
}

TEST_F(OptionLayers, TheEnvironmentWinsOverFiles) {
  folder_.file("config.toml", "seeds = 2");
  folder_.file("eif-suite.toml", "seeds = 3");
  const Environment seeds("EIF_SEEDS", "4");
  ASSERT_EQ(parse({}), absl::OkStatus());
  EXPECT_EQ(seeds_, 4);
}

TEST_F(OptionLayers, TheCommandLineWinsOverAll) {
  folder_.file("config.toml", "seeds = 2");
  folder_.file("eif-suite.toml", "seeds = 3");
  const Environment seeds("EIF_SEEDS", "4");
  ASSERT_EQ(parse({"5", "--seeds"}), absl::OkStatus());
  EXPECT_EQ(seeds_, 5);
}

TEST_F(OptionLayers, AnEmptyVariableIsNoValue) {
  const Environment seeds("EIF_SEEDS", "");
  ASSERT_EQ(parse({}), absl::OkStatus());
  EXPECT_EQ(seeds_, 10);
}

TEST_F(OptionLayers, AHyphenIsAnUnderscoreInAVariable) {
  const Environment decay("EIF_WEIGHT_DECAY", "0.25");
  ASSERT_EQ(parse({}), absl::OkStatus());
  EXPECT_EQ(weight_decay_, 0.25);
}

// ---- Options that exclude each other ---------------------------------------------------------

TEST_F(OptionLayers, AChoiceOnTheCommandLineReplacesTheOtherOneOfAFile) {
  folder_.file("eif-suite.toml", "json = true");
  ASSERT_EQ(parse({"wide", "--table"}), absl::OkStatus());
  EXPECT_EQ(table_, "wide");
  EXPECT_FALSE(json_);
}

TEST_F(OptionLayers, AChoiceInTheEnvironmentReplacesTheOtherOneOfAFile) {
  folder_.file("eif-suite.toml", "table = 'wide'");
  const Environment json("EIF_JSON", "true");
  ASSERT_EQ(parse({}), absl::OkStatus());
  EXPECT_EQ(table_, "");
  EXPECT_TRUE(json_);
}

TEST_F(OptionLayers, AFlagSetToFalseExcludesNothing) {
  folder_.file("config.toml", "table = 'wide'");
  folder_.file("eif-suite.toml", "json = false");
  ASSERT_EQ(parse({}), absl::OkStatus());
  EXPECT_EQ(table_, "wide");
}

TEST_F(OptionLayers, TwoOfOneFileThatExcludeEachOtherAreRefused) {
  folder_.file("eif-suite.toml", "json = true\ntable = 'wide'");
  EXPECT_EQ(message_of(parse({})),
            absl::StrCat(project_.string(), ", line 1: json and ", project_.string(),
                         ", line 2: table exclude each other; leave one of them out, or say --json "
                         "or --table on the command line, which goes before both"));
}

TEST_F(OptionLayers, TwoVariablesThatExcludeEachOtherAreRefused) {
  const Environment json("EIF_JSON", "true"), table("EIF_TABLE", "wide");
  EXPECT_THAT(message_of(parse({})), StartsWith("EIF_JSON and EIF_TABLE exclude each other; "));
}

TEST_F(OptionLayers, TheCommandLineGoesBeforeTwoThatExcludeEachOther) {
  const Environment json("EIF_JSON", "true"), table("EIF_TABLE", "wide");
  ASSERT_EQ(parse({"narrow", "--table"}), absl::OkStatus());
  EXPECT_EQ(table_, "narrow");
  EXPECT_FALSE(json_);
}

// ---- Options that go with another ------------------------------------------------------------

TEST_F(OptionLayers, AVariableWithoutWhatItGoesWithIsRefused) {
  const Environment columns("EIF_COLUMNS", "3");
  EXPECT_EQ(message_of(parse({})), "EIF_COLUMNS: --columns goes with --table, which was not given");
}

TEST_F(OptionLayers, TheCommandLineWithoutWhatItGoesWithIsRefused) {
  EXPECT_EQ(message_of(parse({"3", "--columns"})),
            "--columns goes with --table, which was not given");
}

TEST_F(OptionLayers, WhatAnOptionGoesWithMayComeFromAnyLayer) {
  folder_.file("config.toml", "table = 'wide'");
  ASSERT_EQ(parse({"3", "--columns"}), absl::OkStatus());
  EXPECT_EQ(columns_, 3);
  EXPECT_EQ(table_, "wide");
}

TEST_F(OptionLayers, AKeyWaitsForACallThatHasWhatItGoesWith) {
  folder_.file("eif-suite.toml", "columns = 3\nseeds = 4");
  ASSERT_EQ(parse({}), absl::OkStatus());
  EXPECT_EQ(columns_, 0);
  EXPECT_EQ(seeds_, 4);
  EXPECT_THAT(lines_, ElementsAre(HasSubstr("which sets seeds")));
}

TEST_F(OptionLayers, AKeyIsInForceWhereTheCallHasWhatItGoesWith) {
  folder_.file("eif-suite.toml", "columns = 3");
  ASSERT_EQ(parse({"wide", "--table"}), absl::OkStatus());
  EXPECT_EQ(columns_, 3);
}

TEST_F(OptionLayers, WhatGoesWithAnOptionGivesWayWithIt) {
  const Environment columns("EIF_COLUMNS", "3"), table("EIF_TABLE", "wide");
  ASSERT_EQ(parse({"--json"}), absl::OkStatus());
  EXPECT_EQ(columns_, 0);
  EXPECT_EQ(table_, "");
  EXPECT_TRUE(json_);
}

TEST_F(OptionLayers, ANearerOptionDoesNotLoseWhatItGoesWithUnnoticed) {
  folder_.file("config.toml", "table = 'wide'");
  folder_.file("eif-suite.toml", "json = true");
  EXPECT_EQ(message_of(parse({"3", "--columns"})),
            absl::StrCat("--columns goes with --table, which gives way to ", project_.string(),
                         ", line 1: json; leave one of them out"));
}

TEST_F(OptionLayers, WhatWaitsExcludesNothing) {
  folder_.file("eif-suite.toml", "columns = 3\nshort = true");
  ASSERT_EQ(parse({}), absl::OkStatus());
  EXPECT_TRUE(short_);
}

// ---- Kinds of value --------------------------------------------------------------------------

TEST_F(OptionLayers, AListIsReplacedAndNotExtended) {
  folder_.file("config.toml", R"(model = ["a", "b"])");
  folder_.file("eif-suite.toml", R"(model = ["c", "d"])");
  ASSERT_EQ(parse({}), absl::OkStatus());
  EXPECT_THAT(models_, ElementsAre("c", "d"));
}

TEST_F(OptionLayers, AListOnTheCommandLineIsNotExtended) {
  folder_.file("eif-suite.toml", R"(model = ["c", "d"])");
  const Environment models("EIF_MODEL", "e");
  ASSERT_EQ(parse({"f", "--model"}), absl::OkStatus());
  EXPECT_THAT(models_, ElementsAre("f"));
}

TEST_F(OptionLayers, AListInAVariableHasCommas) {
  const Environment models("EIF_MODEL", "cnn,phi3");
  ASSERT_EQ(parse({}), absl::OkStatus());
  EXPECT_THAT(models_, ElementsAre("cnn", "phi3"));
}

TEST_F(OptionLayers, AFlagIsTrueOrFalseInAFile) {
  folder_.file("config.toml", "json = true");
  ASSERT_EQ(parse({}), absl::OkStatus());
  EXPECT_TRUE(json_);
}

TEST_F(OptionLayers, AFalseFlagInANearerFileWins) {
  folder_.file("config.toml", "json = true");
  folder_.file("eif-suite.toml", "json = false");
  ASSERT_EQ(parse({}), absl::OkStatus());
  EXPECT_FALSE(json_);
}

TEST_F(OptionLayers, AFlagMayBeANumberInAVariable) {
  const Environment json("EIF_JSON", "1");
  ASSERT_EQ(parse({}), absl::OkStatus());
  EXPECT_TRUE(json_);
}

TEST_F(OptionLayers, ANumberKeepsEveryDigit) {
  folder_.file("config.toml", "lr = 1.0000000000000002e-4");
  ASSERT_EQ(parse({}), absl::OkStatus());
  EXPECT_EQ(learning_rate_, 1.0000000000000002e-4);
}

// ---- Errors ----------------------------------------------------------------------------------

TEST_F(OptionLayers, ABadValueInAVariableNamesTheVariable) {
  const Environment seeds("EIF_SEEDS", "many");
  const absl::Status status = parse({});
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(message_of(status), StartsWith("EIF_SEEDS: "));
  EXPECT_THAT(message_of(status), HasSubstr("many"));
}

TEST_F(OptionLayers, AValueOutOfRangeNamesItsVariable) {
  const Environment seeds("EIF_SEEDS", "0");
  EXPECT_THAT(message_of(parse({})), StartsWith("EIF_SEEDS: "));
}

TEST_F(OptionLayers, ABadValueInAFileNamesFileLineAndKey) {
  folder_.file("eif-suite.toml", "lr = 0.5\nseeds = 'many'");
  const absl::Status status = parse({});
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(message_of(status), StartsWith(absl::StrCat(project_.string(), ", line 2: seeds: ")));
}

TEST_F(OptionLayers, AValueThatIsOverriddenIsNotChecked) {
  folder_.file("eif-suite.toml", "seeds = 'many'");
  ASSERT_EQ(parse({"5", "--seeds"}), absl::OkStatus());
  EXPECT_EQ(seeds_, 5);
}

TEST_F(OptionLayers, ATableIsNoValue) {
  folder_.file("eif-suite.toml", "[seeds]\ncount = 3");
  EXPECT_EQ(message_of(parse({})), absl::StrCat(project_.string(),
                                                ", line 1: seeds: expected a text, a number, true, "
                                                "false, or a list of them"));
}

TEST_F(OptionLayers, AnUnknownKeyIsRefusedWithWhatWasMeant) {
  folder_.file("config.toml", "\nseed = 3");
  EXPECT_EQ(message_of(parse({})),
            absl::StrCat(user_.string(), ", line 2: seed: no such option. Did you mean 'seeds'?"));
}

TEST_F(OptionLayers, AKeyOfAnotherCommandIsFine) {
  folder_.file("eif-suite.toml", "shape = 'table'\nseeds = 3");
  ASSERT_EQ(parse({}), absl::OkStatus());
  EXPECT_EQ(seeds_, 3);
}

TEST_F(OptionLayers, HelpIsNoOptionOfAFile) {
  folder_.file("eif-suite.toml", "help = true");
  EXPECT_THAT(message_of(parse({})), HasSubstr("help: no such option."));
}

TEST_F(OptionLayers, AFileThatIsNotTomlNamesTheLine) {
  folder_.file("eif-suite.toml", "lr = 0.5\nseeds = = 3");
  EXPECT_THAT(message_of(parse({})), StartsWith(absl::StrCat(project_.string(), ", line 2: ")));
}

TEST_F(OptionLayers, AFileThatCannotBeReadIsNamed) {
  std::filesystem::create_directory(project_);
  EXPECT_EQ(message_of(parse({})),
            absl::StrCat(project_.string(), " is a folder; expected a regular file"));
}

TEST_F(OptionLayers, DeepNestingIsRefusedBeforeItIsParsed) {
  std::string keys;
  for (int i = 0; i < 50'000; ++i) keys += "a.";
  folder_.file("eif-suite.toml", "lr = 0.5\n" + keys + "a = 1");
  EXPECT_EQ(message_of(parse({})),
            absl::StrCat(project_.string(),
                         ", line 2: tables and lists are nested deeper than 32 levels; write them "
                         "flatter, a dot in a key counts as a level"));
}

TEST_F(OptionLayers, ALongKeyIsNotSearchedForANeighbour) {
  folder_.file("eif-suite.toml", std::string(5 << 20, 'k') + " = 1");
  const auto start = std::chrono::steady_clock::now();
  const std::string message = message_of(parse({}));
  EXPECT_THAT(message, HasSubstr(": no such option."));
  EXPECT_LT(message.size(), 500u);
  // Comparing it with each option letter by letter took 13 s.
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

// ---- What the working directory's file may not say ---------------------------------------------

TEST_F(OptionLayers, ThatTheWorkingDirectorysFileWasReadIsTold) {
  folder_.file("eif-suite.toml", "seeds = 3\nlr = 0.5\nshape = 'table'");
  folder_.file("config.toml", "json = true");
  ASSERT_EQ(parse({}), absl::OkStatus());
  EXPECT_THAT(lines_, ElementsAre(absl::StrCat("note: read ", project_.string(),
                                               " of the working directory, which sets lr, seeds")));
}

TEST_F(OptionLayers, ThatItSetsNothingIsToldToo) {
  folder_.file("eif-suite.toml", "shape = 'table'");
  ASSERT_EQ(parse({}), absl::OkStatus());
  EXPECT_THAT(lines_, ElementsAre(HasSubstr("which sets nothing here")));
}

TEST_F(OptionLayers, APathInTheWorkingDirectorysFileIsRefused) {
  folder_.file("eif-suite.toml", "seeds = 3\nplugin = './evil.so'");
  EXPECT_EQ(message_of(parse({})),
            absl::StrCat(project_.string(),
                         ", line 2: plugin: a file or folder to load, read or write may not be "
                         "named by a file of the working directory; use --plugin on the command "
                         "line, EIF_PLUGIN, or your own config.toml"));
  EXPECT_THAT(plugins_, IsEmpty());
}

TEST_F(OptionLayers, APathOfAnotherCommandIsRefusedToo) {
  folder_.file("eif-suite.toml", "output = 'stolen'");
  EXPECT_THAT(message_of(parse({})), HasSubstr(", line 1: output: a file or folder to load"));
}

TEST_F(OptionLayers, APathThatIsOverriddenIsRefusedAsWell) {
  folder_.file("eif-suite.toml", "plugin = './evil.so'");
  EXPECT_THAT(message_of(parse({"mine.so", "--plugin"})), HasSubstr("line 1: plugin"));
}

TEST_F(OptionLayers, APathMayComeFromElsewhere) {
  folder_.file("config.toml", "plugin = ['/home/me/one.so']");
  ASSERT_EQ(parse({}), absl::OkStatus());
  EXPECT_THAT(plugins_, ElementsAre("/home/me/one.so"));
}

TEST_F(OptionLayers, APathMayComeFromTheEnvironment) {
  const Environment plugin("EIF_PLUGIN", "two.so");
  ASSERT_EQ(parse({}), absl::OkStatus());
  EXPECT_THAT(plugins_, ElementsAre("two.so"));
}

TEST_F(OptionLayers, ANameThatIsWrittenAsAPathIsRefused) {
  for (const char* path : {"./evil", "/evil", "evil/sub", ".", "..", "~/evil"}) {
    folder_.file("eif-suite.toml", absl::StrCat("model = ['cnn', '", path, "']"));
    EXPECT_THAT(message_of(parse({})),
                HasSubstr(absl::StrCat("line 1: model: \"", path, "\" is a file or folder")));
  }
  folder_.file("eif-suite.toml", "model = 'cnn'");
  ASSERT_EQ(parse({}), absl::OkStatus());
  EXPECT_THAT(models_, ElementsAre("cnn"));
}

TEST(ReadsAsPath, ACheckpointOrAFileOfTheWorkingDirectoryIsOne) {
  const TemporaryFolder folder;
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  std::filesystem::create_directory("checkpoint");
  std::filesystem::create_directory("smollm2");  // a run's folder, such as --out smollm2 makes
  folder.file("checkpoint/config.json", "{}");
  folder.file("mine.toml", "");
  EXPECT_TRUE(reads_as_path("checkpoint"));
  EXPECT_TRUE(reads_as_path("mine.toml"));
  EXPECT_FALSE(reads_as_path("smollm2"));
  EXPECT_FALSE(reads_as_path("cnn"));
  std::filesystem::current_path(before);
}

// ---- Variables ---------------------------------------------------------------------------------

TEST_F(OptionLayers, AMistypedVariableIsRefusedWithWhatWasMeant) {
  const Environment seeds("EIF_SEED", "20");
  EXPECT_EQ(message_of(parse({})),
            "EIF_SEED: no option has this variable. Did you mean 'EIF_SEEDS'?");
}

TEST_F(OptionLayers, AVariableOfAnotherProgramIsNoted) {
  const Environment other("EIF_LABORATORY_DATABASE", "x");
  ASSERT_EQ(parse({}), absl::OkStatus());
  EXPECT_THAT(lines_,
              ElementsAre("note: the variable EIF_LABORATORY_DATABASE is none of this program's"));
}

TEST_F(OptionLayers, VariablesOfOtherCommandsAndOfThePluginPathAreKnown) {
  const Environment shape("EIF_SHAPE", "x");
  const Environment plugins("EIF_PLUGIN_PATH", "/x");
  ASSERT_EQ(parse({}), absl::OkStatus());
  EXPECT_THAT(lines_, IsEmpty());
}

// ---- Where the files are ---------------------------------------------------------------------

TEST(ConfigFiles, TheWorkingDirectoryComesBeforeTheUser) {
  const Environment config("XDG_CONFIG_HOME", "/there");
  EXPECT_THAT(config_files(),
              ElementsAre(AllOf(Field(&ConfigFile::path, "eif-suite.toml"),
                                Field(&ConfigFile::is_users_own, false)),
                          AllOf(Field(&ConfigFile::path, "/there/eif-suite/config.toml"),
                                Field(&ConfigFile::is_users_own, true))));
}

TEST(ConfigFiles, ARelativeConfigHomeIsIgnored) {
  const Environment config("XDG_CONFIG_HOME", "there");
  const Environment home("HOME", "/home/somebody");
  EXPECT_THAT(config_files(), ElementsAre(Field(&ConfigFile::path, "eif-suite.toml"),
                                          Field(&ConfigFile::path,
                                                "/home/somebody/.config/eif-suite/config.toml")));
}

TEST(ConfigFiles, ARelativeHomeIsTheWorkingDirectorysAndIgnored) {
  const Environment config("XDG_CONFIG_HOME", "");
  const Environment home("HOME", ".");
  EXPECT_THAT(config_files(), ElementsAre(Field(&ConfigFile::path, "eif-suite.toml")));
}

// ---- What config show says -------------------------------------------------------------------

TEST_F(OptionLayers, EachOptionHasItsValueAndItsOrigin) {
  app_.get_subcommand("run")->get_option("--lr")->capture_default_str();
  folder_.file("eif-suite.toml", "seeds = 20\nmodel = [\"a\", \"b\"]\n");
  folder_.file("config.toml", "seeds = 30\njson = true\n");
  const absl::StatusOr<EffectiveOptions> options = effective_options(
      *app_.get_subcommand("run"), {{.path = project_}, {.path = user_, .is_users_own = true}});
  ASSERT_TRUE(options.ok()) << options.status();
  std::vector<std::string> texts;
  for (const EffectiveOption& option : options->options) {
    texts.push_back(option.name + " = " + absl::StrJoin(option.values, "|") + " # " +
                    option.origin);
  }
  EXPECT_THAT(texts,
              ElementsAre("json = true # " + user_.string() + ", line 2: json", "lr = -1 # default",
                          "model = a|b # " + project_.string() + ", line 2: model",
                          "seeds = 20 # " + project_.string() + ", line 1: seeds"));
}

TEST_F(OptionLayers, WhatWaitsForACommandLineIsShownWithWhatItWaitsFor) {
  folder_.file("eif-suite.toml", "seeds = 20");
  const Environment columns("EIF_COLUMNS", "3");
  const absl::StatusOr<EffectiveOptions> options =
      effective_options(*app_.get_subcommand("run"), {{.path = project_}});
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_THAT(options->options, ElementsAre(AllOf(Field(&EffectiveOption::name, "columns"),
                                                  Field(&EffectiveOption::values, ElementsAre("3")),
                                                  Field(&EffectiveOption::origin, "EIF_COLUMNS"),
                                                  Field(&EffectiveOption::only_with, "--table")),
                                            AllOf(Field(&EffectiveOption::name, "seeds"),
                                                  Field(&EffectiveOption::only_with, ""))));
  EXPECT_THAT(options->lines, ElementsAre(HasSubstr("which sets seeds")));
}

}  // namespace
}  // namespace eif
