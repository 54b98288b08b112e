#include "suite/cli/matrix_options.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "reports/matrix_report.h"
#include "suite/cli/choices.h"
#include "suite/cli/model_options.h"
#include "suite/cli/numbers.h"
#include "suite/cli/path_option.h"
#include "suite/engine/engines.h"

namespace eif {
namespace {

// Which samples are the rows, and which the columns.
void add_sample_options(CLI::App& command, MatrixOptions& options) {
  CLI::Option* samples = names_path(
      command.add_option("--samples", options.samples_file, "What to train on and to evaluate"),
      "FILE");
  CLI::Option* domain =
      command
          .add_option("--domain", options.domain,
                      "The samples of this domain instead (eif-suite list domains)")
          ->type_name("D")
          ->excludes(samples);
  command.add_option("--seed", options.seed, "Whose names the domain has")
      ->check(whole_number())
      ->needs(domain)
      ->capture_default_str();
  CLI::Option* train =
      names_path(command.add_option("--train", options.train_file,
                                    "What to train on, where it is not what is evaluated"),
                 "FILE")
          ->excludes(samples)
          ->excludes(domain);
  CLI::Option* query =
      names_path(command.add_option("--query", options.query_file, "What to evaluate then"), "FILE")
          ->needs(train);
  train->needs(query);
  command
      .add_option("--top", options.top,
                  "Of the samples of --train, find the K that moved each query most by engine "
                  "linear, and measure these by --engine")
      ->check(whole_number(1))
      ->type_name("K")
      ->needs(train);
}

void add_check_options(CLI::App& command, MatrixOptions& options) {
  CLI::Option* against =
      command
          .add_option("--check-against", options.check_engine,
                      "Measure with this engine, too, and say how far the matrix is from it")
          ->check(one_of(engine_names()))
          ->type_name("ENGINE");
  command
      .add_option("--check-samples", options.check_samples,
                  "How many of the samples that are trained on to check, spread evenly; 0: all")
      ->check(whole_number())
      ->needs(against)
      ->capture_default_str();
}

// Adds how to train, which is nothing for a model that reads; memory and determinism are of both.
void exclude_training(CLI::App& command, MatrixOptions& options, CLI::Option& in_context) {
  const std::vector<CLI::Option*> before = command.get_options();
  add_fine_tuning_options(command, options.request);
  for (CLI::Option* option : command.get_options()) {
    const bool is_added = std::find(before.begin(), before.end(), option) == before.end();
    const bool is_of_both =
        option == command.get_option("--memory") || option == command.get_option("--deterministic");
    if (is_added && !is_of_both) option->excludes(&in_context);
  }
}

absl::Status check_explain(const MatrixOptions& options) {
  if (options.in_context) {
    return absl::InvalidArgumentError(
        "--explain is about parameters that learn, and --in-context changes none; leave one of "
        "them out");
  }
  if (options.top > 0) {
    return absl::InvalidArgumentError(
        "--explain is about a whole matrix, and --top measures some cells; leave --top out, with "
        "the samples that it found in the file of --train");
  }
  return check_linear_option("--explain", options.request.training);
}

absl::Status check_top(const MatrixOptions& options) {
  if (options.in_context) {
    return absl::InvalidArgumentError(
        "--top measures fine-tuning, and --in-context reads; leave one of them out");
  }
  if (!options.check_engine.empty()) {
    return absl::InvalidArgumentError(
        "--top measures again by --engine what it found, which --check-against does of a whole "
        "matrix; leave one of them out");
  }
  if (options.request.engine == kTopEngine) {
    return absl::InvalidArgumentError(
        absl::StrCat("--top finds the samples by engine ", kTopEngine,
                     ", and --engine says what measures them again; use --engine replay or dense"));
  }
  return check_linear_option("--top", options.request.training);
}

}  // namespace

absl::Status check_combination(const MatrixOptions& options) {
  const int sources =
      !options.samples_file.empty() + !options.domain.empty() + options.has_queries();
  if (options.model.empty() || sources != 1) {
    return absl::InvalidArgumentError(
        "matrix needs --model M, and --samples FILE, --domain D, or --train FILE with --query "
        "FILE");
  }
  if (options.explain) {
    if (absl::Status status = check_explain(options); !status.ok()) return status;
  }
  if (options.top > 0) return check_top(options);
  if (options.check_engine.empty()) return absl::OkStatus();
  if (options.in_context) {
    return absl::InvalidArgumentError(
        "--check-against compares engines of fine-tuning, and --in-context has none");
  }
  return choose_engine(options.check_engine, options.request.training).status();
}

void add_matrix_options(CLI::App& command, MatrixOptions& options) {
  may_name_path(
      command.add_option("--model", options.model, "Alias, or a folder with a checkpoint"))
      ->type_name("M");
  add_sample_options(command, options);
  CLI::Option* in_context =
      command.add_flag("--in-context", options.in_context,
                       "Read each sample in front of the others instead of training on it, so that "
                       "nothing is to be said of how to train");
  command.add_flag("--explain", options.explain,
                   "Also say which layers and kinds of parameters carry each influence, and which "
                   "tokens it is on; in --format json");
  add_format_options(command, options.output, format_names(matrix_formats()));
  add_check_options(command, options);
  add_mask_option(command, options.request);
  add_context_base_option(command, options.request);
  command.get_option("--context-base")->needs(in_context);
  exclude_training(command, options, *in_context);
  add_model_options(command, options.request);
}

}  // namespace eif
