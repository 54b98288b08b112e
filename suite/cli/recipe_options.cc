#include "suite/cli/recipe_options.h"

#include <algorithm>
#include <string>
#include <vector>

#include "suite/cli/choices.h"
#include "suite/cli/numbers.h"

namespace eif {
namespace {

// More passes than anybody makes over one sample; each of its steps is kept in memory by replay.
constexpr uint64_t kMostEpochs = 1000;
// More than any model is wide: a matrix of a higher rank than its sides is no use.
constexpr uint64_t kHighestRank = 65536;

CLI::Option* add_patterns(CLI::App& command, const char* name, std::vector<std::string>& patterns,
                          const char* what) {
  return command.add_option(name, patterns, what)
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("GLOB[,GLOB]");
}

void add_step_options(CLI::App& command, TrainingOptions& training) {
  command
      .add_option_function<std::string>(
          "--optimizer",
          [&training](const std::string& name) {
            training.optimizer =
                name == optimizer_name(Optimizer::kAdamW) ? Optimizer::kAdamW : Optimizer::kSgd;
          },
          "What makes the gradient step")
      ->check(one_of({"sgd", "adamw"}))
      ->default_str("sgd");
  command.add_option("--momentum", training.momentum, "Of SGD")->check(not_negative());
  command.add_option("--weight-decay", training.weight_decay, "Of the optimizer")
      ->check(not_negative());
  command
      .add_option("--max-grad-norm", training.max_gradient_norm,
                  "Shorten longer gradients to this norm; 0: never")
      ->check(not_negative());
}

void add_lora_options(CLI::App& command, LoraOptions& lora) {
  command.add_option("--lora-rank", lora.rank, "Of the matrices")
      ->check(whole_number(1, kHighestRank))
      ->capture_default_str();
  command.add_option("--lora-alpha", lora.alpha, "What they add is multiplied by alpha / rank")
      ->check(positive())
      ->capture_default_str();
  add_patterns(
      command, "--lora-targets", lora.targets,
      "Matrices that are adapted, as --train-only names them. all-linear: all but the head")
      ->default_str(lora.targets.front());
  command
      .add_option("--lora-seed", lora.seed, "Of the random numbers that the matrices begin with")
      ->check(whole_number())
      ->capture_default_str();
}

}  // namespace

void add_recipe_options(CLI::App& command, TrainingOptions& training) {
  add_step_options(command, training);
  command
      .add_option("--epochs", training.epochs,
                  "How often a sample's statements are trained on, in order")
      ->check(whole_number(1, kMostEpochs))
      ->capture_default_str();
  add_patterns(command, "--train-only", training.train_only,
               "Parameters that learn: names, or their ends behind a dot (q_proj, embed_tokens); * "
               "stands for any characters. Left out: all");
  add_patterns(command, "--freeze", training.freeze, "Of these, parameters that do not learn");
  command
      .add_option_function<std::string>(
          "--adapter",
          [&training](const std::string& name) {
            training.adapter =
                name == adapter_name(Adapter::kLora) ? Adapter::kLora : Adapter::kNone;
          },
          "Train small matrices beside the model's, which stay as they are. lora: as the package "
          "peft does it")
      ->check(one_of({adapter_name(Adapter::kNone), adapter_name(Adapter::kLora)}))
      ->default_str(adapter_name(training.adapter));
  add_lora_options(command, training.lora);
}

bool says_recipe(const CLI::App& command) {
  TrainingOptions unread;
  CLI::App recipe;
  recipe.set_help_flag();  // none
  add_recipe_options(recipe, unread);
  const std::vector<CLI::Option*> options = recipe.get_options();
  return std::any_of(options.begin(), options.end(), [&](const CLI::Option* option) {
    return command.get_option(option->get_name())->count() > 0;
  });
}

}  // namespace eif
