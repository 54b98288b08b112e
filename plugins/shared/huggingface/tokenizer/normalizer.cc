#include "plugins/shared/huggingface/tokenizer/normalizer.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "plugins/shared/huggingface/tokenizer/text_growth.h"

namespace eif::tokenizer {

std::optional<Regex> read_pattern(const JsonNode& node) {
  node.only_fields({"String", "Regex"});
  const bool is_literal = !node["String"].is_null();
  const JsonNode text = node[is_literal ? "String" : "Regex"];
  const std::string pattern = text.string();
  if (is_literal && (pattern.empty() || !node["Regex"].is_null())) {
    text.reject("a text to look for, and no Regex beside it");
    return std::nullopt;
  }
  absl::StatusOr<Regex> regex = is_literal ? Regex::literal(pattern) : Regex::oniguruma(pattern);
  if (regex.ok()) return *std::move(regex);
  text.fail(regex.status());
  return std::nullopt;
}

Normalizer Normalizer::read(const JsonNode& node) {
  Normalizer normalizer;
  if (!node.is_null()) normalizer.read_step(node);
  return normalizer;
}

void Normalizer::read_step(const JsonNode& node) {
  static const auto& kForms = *new std::map<std::string, NormalizationForm>{
      {"NFC", NormalizationForm::kNfc},
      {"NFD", NormalizationForm::kNfd},
      {"NFKC", NormalizationForm::kNfkc},
      {"NFKD", NormalizationForm::kNfkd}};
  const std::string type = node["type"].string();
  if (type == "Sequence") {
    node.only_fields({"type", "normalizers"});
    for (const JsonNode& step : node["normalizers"].elements()) {
      read_step(step);
      if (steps_.size() > kMostSteps) return;
    }
  } else if (type == "Prepend") {
    node.only_fields({"type", "prepend"});
    steps_.push_back(Prepend{node["prepend"].string()});
  } else if (type == "Replace") {
    node.only_fields({"type", "pattern", "content"});
    const std::string content = node["content"].string();
    std::optional<Regex> pattern = read_pattern(node["pattern"]);
    if (pattern) steps_.push_back(Replace{*std::move(pattern), content});
  } else if (const auto form = kForms.find(type); form != kForms.end()) {
    node.only_fields({"type"});
    steps_.push_back(form->second);
  } else if (type == "Lowercase") {
    node.only_fields({"type"});
    steps_.push_back(Lowercase{});
  } else {
    node["type"].unsupported("Sequence, Prepend, Replace, Lowercase, NFC, NFD, NFKC or NFKD");
  }
  if (steps_.size() > kMostSteps) {
    node.fail(absl::InvalidArgumentError(absl::StrCat("found more than ", kMostSteps,
                                                      " steps. No real tokenizer.json has.")));
  }
}

absl::StatusOr<std::string> Normalizer::apply(std::string text, MatchBudget& budget) const {
  const size_t most_bytes = most_bytes_of(text.size());
  for (const Step& step : steps_) {
    absl::StatusOr<std::string> next = apply(step, text, most_bytes, budget);
    if (!next.ok()) return next;
    if (absl::Status status = check_growth(next->size(), most_bytes); !status.ok()) return status;
    text = *std::move(next);
  }
  return text;
}

absl::StatusOr<std::string> Normalizer::apply(const Step& step, const std::string& text,
                                              size_t most_bytes, MatchBudget& budget) {
  if (const auto* prepend = std::get_if<Prepend>(&step)) {
    return text.empty() ? text : prepend->prefix + text;
  }
  if (const auto* substitution = std::get_if<Replace>(&step)) {
    return substitution->pattern.replace(text, substitution->content, most_bytes, budget);
  }
  if (std::holds_alternative<Lowercase>(step)) return lowercase(text);
  return normalized(text, std::get<NormalizationForm>(step));
}

}  // namespace eif::tokenizer
