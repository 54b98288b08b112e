#include "plugins/shared/huggingface/adapter_config.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "plugins/shared/huggingface/config_reader.h"
#include "plugins/shared/huggingface/tokenizer/regex.h"

namespace eif {
namespace {

constexpr int64_t kLargestRank = int64_t{1} << 16;
constexpr const char* kMergeIt =
    "merge it into its base with peft (merge_and_unload()), and save the model whole";

// Keys that are read, and keys that say how the adapter was trained, or how peft runs it, and
// nothing of what it is. target_modules and its kin chose what the tensors show; fan_in_fan_out
// follows from the base, as peft has it.
constexpr std::array kKnownKeys = {
    "alpha_pattern", "auto_mapping", "base_model_name_or_path", "bias", "corda_config",
    "ensure_weight_tying", "eva_config", "exclude_modules", "fan_in_fan_out", "inference_mode",
    "init_lora_weights", "layers_pattern", "layers_to_transform", "loftq_config", "lora_alpha",
    "lora_dropout", "lora_ga_config", "megatron_core", "modules_to_save", "peft_type",
    "peft_version", "qalora_group_size", "r", "rank_pattern", "revision", "runtime_config",
    "target_modules", "task_type", "use_rslora"};

void refuse_other_adapters(const ConfigReader& config) {
  const std::string type = config.text("peft_type");
  if (!config.failed() && type != "LORA") {
    config.fail("peft_type", absl::StrCat("\"LORA\": of another kind of adapter, ", kMergeIt));
  }
  if (config.text("task_type", "CAUSAL_LM") != "CAUSAL_LM") {
    config.fail("task_type", "\"CAUSAL_LM\": only causal language models are supported");
  }
  for (const std::string& name : config.names()) {
    const bool is_known =
        std::find(kKnownKeys.begin(), kKnownKeys.end(), name) != kKnownKeys.end();
    if (!is_known && config.says_something(name)) {
      config.fail(name, absl::StrCat("a plain LoRA adapter, without it: ", kMergeIt));
    }
  }
}

// Some ways to begin change the weights of the base as well, which the adapter does not have.
void refuse_changed_base(const ConfigReader& config) {
  if (!config.is_text("init_lora_weights")) return;
  const std::string start = config.text("init_lora_weights");
  if (start == "gaussian" || start == "eva" || start == "orthogonal") return;
  config.fail("init_lora_weights",
              "true, false, \"gaussian\", \"eva\" or \"orthogonal\": others change the weights of "
              "the base, too. Save the adapter with path_initial_model_for_weight_conversion, "
              "or merge it with peft");
}

// As peft matches a name: all of it, or what follows one of its dots.
absl::StatusOr<bool> fits(const std::string& pattern, const std::string& module) {
  const absl::StatusOr<tokenizer::Regex> regex =
      tokenizer::Regex::oniguruma(absl::StrCat("\\A(?:.*\\.)?(?:", pattern, ")\\z"));
  if (!regex.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the pattern \"", pattern, "\" of rank_pattern or alpha_pattern is not understood: ",
        std::string(regex.status().message()), "; ", kMergeIt));
  }
  tokenizer::MatchBudget budget(module.size());
  const absl::StatusOr<std::vector<tokenizer::Span>> spans = regex->spans(module, budget);
  if (!spans.ok()) return spans.status();
  return std::any_of(spans->begin(), spans->end(),
                     [](const tokenizer::Span& span) { return span.is_match; });
}

template <typename Value>
absl::StatusOr<Value> value_of(const std::vector<std::pair<std::string, Value>>& patterns,
                               Value otherwise, const std::string& module) {
  for (const auto& [pattern, value] : patterns) {
    const absl::StatusOr<bool> found = fits(pattern, module);
    if (!found.ok()) return found.status();
    if (*found) return value;
  }
  return otherwise;
}

}  // namespace

absl::StatusOr<int64_t> AdapterConfig::rank_of(const std::string& module) const {
  return value_of(ranks, rank, module);
}

absl::StatusOr<double> AdapterConfig::scale_of(const std::string& module) const {
  const absl::StatusOr<int64_t> of_module = rank_of(module);
  if (!of_module.ok()) return of_module.status();
  const absl::StatusOr<double> numerator = value_of(alphas, alpha, module);
  if (!numerator.ok()) return numerator.status();
  const auto width = static_cast<double>(*of_module);
  return *numerator / (divides_by_root ? std::sqrt(width) : width);
}

absl::StatusOr<AdapterConfig> parse_adapter_config(const std::string& json_text,
                                                   const std::string& subject) {
  const absl::StatusOr<ConfigDocument> document = ConfigDocument::parse(json_text, subject);
  if (!document.ok()) return document.status();
  const ConfigReader config = document->root();
  refuse_other_adapters(config);
  refuse_changed_base(config);
  AdapterConfig result;
  result.base = config.text("base_model_name_or_path", "");
  result.revision = config.text("revision", "");
  // peft's own defaults.
  result.rank = config.integer("r", 8, 1, kLargestRank);
  result.alpha = config.number("lora_alpha", 8);
  result.divides_by_root = config.flag("use_rslora", false);
  const ConfigReader ranks = config.object("rank_pattern"), alphas = config.object("alpha_pattern");
  for (const std::string& pattern : ranks.names()) {
    result.ranks.emplace_back(pattern, ranks.integer(pattern, {}, 1, kLargestRank));
  }
  for (const std::string& pattern : alphas.names()) {
    result.alphas.emplace_back(pattern, alphas.number(pattern, 0));
  }
  if (!document->status().ok()) return document->status();
  return result;
}

}  // namespace eif
