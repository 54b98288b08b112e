// words, domain and tokenize: what a text measurement is made of, for a person to look at.
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "domains/domain.h"
#include "suite/cli/commands.h"
#include "suite/cli/draw_options.h"
#include "suite/cli/exit_code.h"
#include "suite/cli/model_options.h"
#include "suite/cli/numbers.h"
#include "suite/cli/path_option.h"
#include "suite/formats/json_text.h"
#include "suite/formats/printable.h"
#include "suite/host/draw.h"
#include "suite/host/guard.h"

namespace eif {
namespace {

// More than any measurement takes, and few enough that they come at once.
constexpr uint64_t kMostWords = 100'000;

struct WordsOptions {
  uint64_t seed = 0;
  size_t count = 5;
  RunRequest draw;
};

struct DomainOptions {
  uint64_t seed = 0;
  std::string domain;
  RunRequest draw;
  bool json = false;
};

int print_words(WordsOptions& options) {
  const absl::StatusOr<DrawSettings> settings = draw_settings(options.draw);
  if (!settings.ok()) return fail(settings.status(), kUsage);
  DigitSource no_digits("");
  const SeededDraw draw(options.seed, Modality::kText, no_digits, *settings);
  const absl::StatusOr<std::vector<std::string>> words = draw.words(options.count);
  if (!words.ok()) return fail(words.status(), kUsage);
  return print_result(absl::StrJoin(*words, "\n") + "\n", kSuccess);
}

std::string domain_text(const Domain& domain) {
  std::string text;
  for (const DomainSample& entry : domain.samples) {
    const SampleRole& role = entry.role;
    absl::StrAppend(&text, entry.sample.id);
    std::vector<std::string> marks;
    if (role.extended) marks.push_back("extended");
    if (!role.train) marks.push_back("evaluated only");
    if (!role.evaluate) marks.push_back("trained only");
    if (!marks.empty()) absl::StrAppend(&text, "  (", absl::StrJoin(marks, ", "), ")");
    text += "\n";
    for (const Statement& statement : entry.sample.statements) {
      // A statement's own line breaks are shown escaped: a line here is a statement.
      absl::StrAppend(&text, "    ", printable(text_of(statement).value_or("")), "\n");
    }
  }
  return text;
}

std::string domain_json(const Domain& domain) {
  nlohmann::ordered_json samples = nlohmann::ordered_json::array();
  for (const DomainSample& entry : domain.samples) {
    nlohmann::ordered_json statements = nlohmann::ordered_json::array();
    for (const Statement& statement : entry.sample.statements) {
      statements.push_back(text_of(statement).value_or(""));
    }
    samples.push_back({{"id", entry.sample.id},
                       {"text", statements},
                       {"extended", entry.role.extended},
                       {"train", entry.role.train},
                       {"evaluate", entry.role.evaluate}});
  }
  return nlohmann::ordered_json{{"domain", domain.name}, {"samples", samples}}.dump(2) + "\n";
}

absl::Status check_domain(const DomainOptions& options) {
  if (absl::Status status = check_domain_name(options.domain); !status.ok()) return status;
  if (!options.draw.claims_file.empty() && options.domain.rfind("random_claim", 0) != 0) {
    return absl::InvalidArgumentError("--claims goes with random_claim and random_claim_100");
  }
  return absl::OkStatus();
}

int print_domain(DomainOptions& options) {
  if (absl::Status status = check_domain(options); !status.ok()) return fail(status, kUsage);
  const absl::StatusOr<DrawSettings> settings = draw_settings(options.draw);
  if (!settings.ok()) return fail(settings.status(), kUsage);
  DigitSource no_digits("");
  const absl::StatusOr<Domain> drawn =
      draw_domain(options.domain, SeededDraw(options.seed, Modality::kText, no_digits, *settings));
  if (!drawn.ok()) return fail(drawn.status(), kNotMeasured);
  if (options.json) return print_result(domain_json(*drawn), kSuccess, Content::kData);
  return print_result(domain_text(*drawn), kSuccess);
}

struct TokenizeOptions {
  std::string model;
  std::string text;
  std::string prompt;
  bool show = false;
  bool json_lines = false;
  RunRequest loading;
};

std::string ids_json(const std::vector<Token>& tokens) {
  nlohmann::json ids = nlohmann::json::array();
  for (const Token& token : tokens) ids.push_back(token.id);
  return ids.dump() + "\n";
}

// A line for each token, for a person.
std::string token_table(const std::vector<Token>& tokens) {
  std::string table = "      id  scored  token\n";
  for (const Token& token : tokens) {
    absl::StrAppendFormat(&table, "%8d  %-6s  %s\n", token.id, token.scored ? "yes" : "no",
                          printable(token.piece));
  }
  return table;
}

// One line of --jsonl: a JSON string → a JSON array.
absl::StatusOr<std::vector<Token>> tokens_of_line(const TextTokenizer& tokenizer,
                                                  const std::string& line) {
  const absl::StatusOr<nlohmann::json> text = parse_json(line, "the line");
  if (!text.ok()) return text.status();
  if (!text->is_string()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the line: found ", in_quotes(line), ", expected a JSON string"));
  }
  return tokenizer.tokens(text->get<std::string>());
}

int tokenize_lines(const TextTokenizer& tokenizer) {
  size_t number = 0;
  for (std::string line; std::getline(std::cin, line);) {
    ++number;
    const absl::StatusOr<std::vector<Token>> tokens = tokens_of_line(tokenizer, line);
    if (!tokens.ok()) {
      print_error(absl::StrCat("line ", number, ": ", std::string(tokens.status().message())));
      return kUsage;
    }
    const absl::Status printed = print(ids_json(*tokens), Content::kData);
    if (!printed.ok()) return fail(printed, kNotMeasured);
  }
  return kSuccess;
}

int tokenize(const TokenizeOptions& options, bool has_text, const Invocation& invocation) {
  if (options.model.empty() || has_text == options.json_lines) {
    return fail(absl::InvalidArgumentError("tokenize needs --model M, and a TEXT or --jsonl"),
                kUsage);
  }
  const PluginSet plugins = load_plugins_with_warnings(invocation, plugin_options(options.loading));
  const absl::StatusOr<ModelChoice> choice =
      choose_tokenizer(options.model, options.loading, plugins);
  if (!choice.ok()) return fail(choice.status(), kUsage);
  const absl::StatusOr<std::unique_ptr<TextTokenizer>> tokenizer =
      guarded(absl::StrCat("loading the tokenizer of ", options.model),
              [&] { return choice->backend->load_tokenizer(choice->request); });
  if (!tokenizer.ok()) return fail(tokenizer.status(), kUnavailable);
  if (options.json_lines) return tokenize_lines(**tokenizer);
  const Statement statement = options.prompt.empty()
                                  ? Statement(options.text)
                                  : Statement(PromptedText{options.prompt, options.text});
  const absl::StatusOr<std::vector<Token>> tokens = (*tokenizer)->tokens(statement);
  if (!tokens.ok()) return fail(tokens.status(), kUsage);
  if (options.show) return print_result(token_table(*tokens), kSuccess);
  return print_result(ids_json(*tokens), kSuccess, Content::kData);
}

}  // namespace

Command add_words_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand("words", "The made-up names that a seed draws");
  auto options = std::make_shared<WordsOptions>();
  command->add_option("--seed", options->seed, "Which draw")
      ->check(whole_number())
      ->capture_default_str();
  command->add_option("--count", options->count, "How many")
      ->check(whole_number(1, kMostWords))
      ->capture_default_str();
  add_dictionary_option(*command, options->draw);
  return [options](const Invocation&) { return print_words(*options); };
}

Command add_domain_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand("domain", "The samples of a domain, with a seed's names");
  command->footer("Example:\n  eif-suite domain belongs_to --seed 3");
  auto options = std::make_shared<DomainOptions>();
  command->add_option("name", options->domain, "One of: " + absl::StrJoin(domain_names(), ", "))
      ->required();
  command->add_option("--seed", options->seed, "Which draw")
      ->check(whole_number())
      ->capture_default_str();
  add_claims_option(*command, options->draw);
  add_dictionary_option(*command, options->draw);
  command->add_flag("--json", options->json, "As JSON");
  return [options](const Invocation&) { return print_domain(*options); };
}

Command add_tokenize_command(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("tokenize", "The token ids of a text, as a model reads it");
  command->footer(
      "Examples:\n"
      "  eif-suite tokenize --model smollm2 \"a klarbu is a pimjon\"\n"
      "  eif-suite tokenize --model smollm2 --show --prompt \"Corvan lives in\" \" Paris.\"\n"
      "  printf '\"one\"\\n\"two\"\\n' | eif-suite tokenize --model smollm2 --jsonl");
  auto options = std::make_shared<TokenizeOptions>();
  may_name_path(
      command->add_option("--model", options->model, "Alias, or a folder with a checkpoint"))
      ->type_name("M");
  CLI::Option* text = command->add_option("text", options->text, "Prints a JSON array of its ids");
  CLI::Option* prompt =
      command
          ->add_option("--prompt", options->prompt, "What is read before the text, and not scored")
          ->needs(text);
  CLI::Option* show =
      command->add_flag("--show", options->show,
                        "A line for each token: how it is spelled, and whether it is scored");
  command->add_flag("--jsonl", options->json_lines,
                    "Read one JSON string a line from stdin, print one JSON array a line")
      ->excludes(prompt)
      ->excludes(show);
  add_tokenizer_options(*command, options->loading);
  return [options, text](const Invocation& invocation) {
    return tokenize(*options, text->count() > 0, invocation);
  };
}

}  // namespace eif
