#include "plugins/shared/huggingface/tokenizer/normalizer.h"

#include <utility>

#include "plugins/shared/huggingface/tokenizer/text_growth.h"
#include "plugins/shared/huggingface/tokenizer/unicode.h"

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
  const std::string type = node["type"].string();
  if (type == "Sequence") {
    node.only_fields({"type", "normalizers"});
    for (const JsonNode& step : node["normalizers"].elements()) read_step(step);
  } else if (type == "Prepend") {
    node.only_fields({"type", "prepend"});
    steps_.push_back(Prepend{node["prepend"].string()});
  } else if (type == "Replace") {
    node.only_fields({"type", "pattern", "content"});
    const std::string content = node["content"].string();
    std::optional<Regex> pattern = read_pattern(node["pattern"]);
    if (pattern) steps_.push_back(Replace{*std::move(pattern), content});
  } else if (type == "NFC") {
    node.only_fields({"type"});
    steps_.push_back(Nfc{});
  } else {
    node["type"].unsupported("Sequence, Prepend, Replace or NFC");
  }
}

absl::StatusOr<std::string> Normalizer::apply(std::string text) const {
  const size_t most_bytes = most_bytes_of(text.size());
  for (const Step& step : steps_) {
    absl::StatusOr<std::string> next = apply(step, text, most_bytes);
    if (!next.ok()) return next;
    if (absl::Status status = check_growth(next->size(), most_bytes); !status.ok()) return status;
    text = *std::move(next);
  }
  return text;
}

absl::StatusOr<std::string> Normalizer::apply(const Step& step, const std::string& text,
                                              size_t most_bytes) {
  if (const auto* prepend = std::get_if<Prepend>(&step)) {
    return text.empty() ? text : prepend->prefix + text;
  }
  if (const auto* substitution = std::get_if<Replace>(&step)) {
    return substitution->pattern.replace(text, substitution->content, most_bytes);
  }
  return nfc(text);
}

}  // namespace eif::tokenizer
