#include "domains/exchange.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "domains/statement.h"

namespace eif {
namespace {

// Exchanges the names in place; counts how often they stood there.
absl::StatusOr<size_t> exchange_in(std::string& text, const ExchangedNames& names) {
  const absl::StatusOr<std::vector<StatementPart>> parts = split_statement(text);
  if (!parts.ok()) return parts.status();
  size_t found = 0;
  std::string result;
  for (const StatementPart& part : *parts) {
    if (!part.placeholder) {
      result += escape_braces(part.text);
      continue;
    }
    const bool is_one = part.text == names.one, is_other = part.text == names.other;
    found += is_one || is_other ? 1 : 0;
    absl::StrAppend(&result, "{", is_one ? names.other : is_other ? names.one : part.text, "}");
  }
  text = std::move(result);
  return found;
}

}  // namespace

absl::StatusOr<SampleTemplate> exchanged(const SampleTemplate& sample,
                                         const ExchangedNames& names) {
  SampleTemplate result = sample;
  result.id = absl::StrCat(kExchanged, sample.id);
  result.role = {.extended = true,
                 .train = true,
                 .evaluate = false,
                 .note = absl::StrCat(sample.id, " with {", names.one, "} and {", names.other,
                                      "} in each other's places")};
  size_t found = 0;
  for (std::vector<std::string>* const texts : {&result.statements, &result.prompts}) {
    for (std::string& text : *texts) {
      const absl::StatusOr<size_t> in_text = exchange_in(text, names);
      if (!in_text.ok()) return in_text.status();
      found += *in_text;
    }
  }
  if (found > 0) return result;
  return absl::InvalidArgumentError(absl::StrCat("neither {", names.one, "} nor {", names.other,
                                                 "} stands in it, so that nothing is exchanged"));
}

}  // namespace eif
