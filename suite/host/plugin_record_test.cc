#include <torch/version.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "eif/build.h"
#include "suite/host/plugin_loader_for_test.h"

namespace eif {
namespace {

// ---- Libraries that cannot be opened ---------------------------------------------------------

TEST_F(PluginLoader, AMissingDependencyIsNamed) {
  EXPECT_THAT(refusal_of_file(library("missing_dependency")),
              RefusesWith(absl::StatusCode::kFailedPrecondition,
                          "missing_dependency.so: the library cannot be loaded: libeif_absent.so: "
                          "cannot open shared object file: No such file or directory. Install what "
                          "is missing, or rebuild the plugin."));
}

TEST_F(PluginLoader, AnUndefinedSymbolIsNamed) {
  EXPECT_THAT(refusal_of_file(library("undefined_symbol")),
              RefusesWith(absl::StatusCode::kFailedPrecondition,
                          "undefined symbol: eif_function_of_another_version"));
}

// ---- Libraries that are no plugin, or another program's --------------------------------------

// A library of tests/bad_plugins, and what is said about it after "plugin PATH: ".
struct BadLibrary {
  const char* kind;
  absl::StatusCode code;
  std::string problem;
};

// The values of this program, as a message names them.
const std::string kCompiler = EIF_BUILD_COMPILER;
const std::string kAbseil = EIF_BUILD_ABSEIL;
const std::string kOldAbseil = "20200923-" EIF_STRINGIZE(ABSL_OPTION_INLINE_NAMESPACE_NAME);
const bool kIsSanitized = std::string(EIF_BUILD_SANITIZER) != "none";

std::string found_and_expected(const std::string& what, const std::string& found,
                               const std::string& expected) {
  return absl::StrCat("found ", what, " ", found, ", expected ", expected);
}

class BadLibraryTest : public testing::TestWithParam<BadLibrary> {};

TEST_P(BadLibraryTest, IsRefused) {
  const fs::path file = fs::canonical(library(GetParam().kind));
  EXPECT_THAT(
      refusal_of_file(file),
      Refuses(GetParam().code, absl::StrCat("plugin ", file.string(), ": ", GetParam().problem)));
}

constexpr char kRepair[] = ". Correct the plugin's source, or ask its author.";

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;
constexpr absl::StatusCode kMismatch = absl::StatusCode::kFailedPrecondition;
constexpr absl::StatusCode kFailed = absl::StatusCode::kInternal;

std::string kind_name(const testing::TestParamInfo<BadLibrary>& test) { return test.param.kind; }

INSTANTIATE_TEST_SUITE_P(
    Build, BadLibraryTest,
    testing::Values(
        BadLibrary{"no_note", kInvalid,
                   "the library has no note of eif-suite, which every plugin has: it is no plugin, "
                   "or was built with an SDK before version 2. End the plugin's source with "
                   "EIF_DESIDERATUM_PLUGIN or EIF_MODEL_PLUGIN, and build it again."},
        BadLibrary{"incomplete_note", kMismatch,
                   absl::StrCat(found_and_expected("Abseil", "nothing", kAbseil),
                                ". Rebuild the plugin against Abseil ", kAbseil, ".")},
        BadLibrary{
            "wrong_sdk", kMismatch,
            absl::StrCat(found_and_expected("SDK version", "99", EIF_STRINGIZE(EIF_SDK_VERSION)),
                         ". Rebuild the plugin against the SDK of this eif-suite.")},
        BadLibrary{"wrong_compiler", kMismatch,
                   absl::StrCat(found_and_expected("compiler", "gcc-4", kCompiler),
                                ". Rebuild the plugin with ", kCompiler, ".")},
        BadLibrary{"wrong_language", kMismatch,
                   absl::StrCat(found_and_expected("language level", "c++23", "c++20"),
                                ". Rebuild the plugin as c++20.")},
        BadLibrary{"wrong_library", kMismatch,
                   absl::StrCat(found_and_expected("standard library", "libstdc++-cxx98",
                                                   "libstdc++-cxx11"),
                                ". Rebuild the plugin with the standard library libstdc++-cxx11.")},
        BadLibrary{"wrong_debug", kMismatch,
                   absl::StrCat(found_and_expected("_GLIBCXX_DEBUG", "yes", "no"),
                                ". Rebuild the plugin without -D_GLIBCXX_DEBUG.")},
        BadLibrary{"wrong_abseil", kMismatch,
                   absl::StrCat(found_and_expected("Abseil", kOldAbseil, kAbseil),
                                ". Rebuild the plugin against Abseil ", kAbseil, ".")},
        BadLibrary{"wrong_sanitizer", kMismatch,
                   absl::StrCat(found_and_expected("sanitizer", kIsSanitized ? "none" : "address",
                                                   EIF_BUILD_SANITIZER),
                                ". Rebuild the plugin ",
                                kIsSanitized ? "with -fsanitize=" EIF_BUILD_SANITIZER
                                             : "without -fsanitize",
                                ".")},
        BadLibrary{"wrong_torch", kMismatch,
                   absl::StrCat(found_and_expected("libtorch", "1.0.0", TORCH_VERSION),
                                ". Rebuild the plugin against libtorch ", TORCH_VERSION, ".")},
        BadLibrary{"several_wrong", kMismatch,
                   absl::StrCat(found_and_expected("compiler", "gcc-4", kCompiler), "; ",
                                found_and_expected("Abseil", kOldAbseil, kAbseil),
                                ". Rebuild the plugin with ", kCompiler, ", against Abseil ",
                                kAbseil, ".")}),
    kind_name);

INSTANTIATE_TEST_SUITE_P(
    Record, BadLibraryTest,
    testing::Values(
        BadLibrary{"no_entry_symbol", kInvalid,
                   "the library has no symbol eif_plugin, which every eif-suite plugin exports. "
                   "End the plugin's source with EIF_DESIDERATUM_PLUGIN or EIF_MODEL_PLUGIN."},
        BadLibrary{"entry_throws", kFailed,
                   absl::StrCat("eif_plugin() failed: no record today", kRepair)},
        BadLibrary{"null_record", kInvalid,
                   absl::StrCat("eif_plugin() gave no record; expected a static one", kRepair)},
        BadLibrary{"backend_without_torch", kMismatch,
                   absl::StrCat("found a model backend whose note names no libtorch, expected ",
                                TORCH_VERSION, ". End the plugin's source with EIF_MODEL_PLUGIN.")},
        BadLibrary{"null_id", kInvalid,
                   absl::StrCat("found the id nothing, expected lower-case letters, digits and _, "
                                "with a letter first",
                                kRepair)},
        BadLibrary{"empty_id", kInvalid,
                   absl::StrCat("found the id \"\", expected lower-case letters, digits and _, "
                                "with a letter first",
                                kRepair)},
        BadLibrary{"ill_formed_id", kInvalid,
                   absl::StrCat("found the id \"Bad-Id\\n\", expected lower-case letters, digits "
                                "and _, with a letter first",
                                kRepair)},
        BadLibrary{"null_version", kInvalid,
                   absl::StrCat("found version nothing and description \"breaks one rule of "
                                "eif/plugin.h\", expected text for both",
                                kRepair)},
        BadLibrary{"no_factory", kInvalid,
                   absl::StrCat("found no factory, expected either make_desideratum or "
                                "make_model_backend",
                                kRepair)},
        BadLibrary{"both_factories", kInvalid,
                   absl::StrCat("found both factories, expected either make_desideratum or "
                                "make_model_backend",
                                kRepair)}),
    kind_name);

INSTANTIATE_TEST_SUITE_P(
    Object, BadLibraryTest,
    testing::Values(
        BadLibrary{"factory_gives_null", kFailed,
                   absl::StrCat("make_desideratum() made nothing; expected an object", kRepair)},
        BadLibrary{"factory_throws", kFailed,
                   absl::StrCat("make_desideratum() failed: no licence", kRepair)},
        BadLibrary{
            "factory_throws_unknown", kFailed,
            absl::StrCat("make_desideratum() failed: an exception of unknown type", kRepair)},
        BadLibrary{"aliases_throws", kFailed,
                   absl::StrCat("aliases() failed: no disk today", kRepair)},
        BadLibrary{"modality_throws", kFailed,
                   absl::StrCat("modality() failed: no disk today", kRepair)},
        BadLibrary{"info_throws", kFailed, absl::StrCat("info() failed: nothing to say", kRepair)},
        BadLibrary{"info_without_claim", kInvalid,
                   absl::StrCat("info() has no claim, expected one sentence", kRepair)},
        BadLibrary{
            "info_without_modalities", kInvalid,
            absl::StrCat("info() has no modalities, expected text, images or both", kRepair)},
        BadLibrary{"info_repeats_expectation", kInvalid,
                   absl::StrCat("info() has two expectations with the id \"loads\", expected "
                                "distinct ids",
                                kRepair)},
        BadLibrary{"info_has_unnamed_observation", kInvalid,
                   absl::StrCat("info() has an observation without an id, expected distinct ids",
                                kRepair)},
        BadLibrary{"info_states_no_dose", kInvalid,
                   absl::StrCat("info(): the deciding dose of loads is \"much\", expected plateau or "
                                "a share above 0 and below 1, such as 0.9",
                                kRepair)},
        BadLibrary{"info_without_primary_expectation", kInvalid,
                   absl::StrCat("info() has no primary expectation for images, expected at least "
                                "one",
                                kRepair)}),
    kind_name);

}  // namespace
}  // namespace eif
