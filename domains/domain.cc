#include "domains/domain.h"

#include <algorithm>
#include <map>
#include <memory>
#include <numeric>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "domains/claims.h"
#include "domains/domain_file.h"
#include "domains/embedded.h"
#include "domains/paper.h"
#include "domains/statement.h"

namespace eif {
namespace {

using WordOf = std::map<std::string, std::string>;  // by placeholder

constexpr size_t kFewClaims = 10;
constexpr size_t kManyClaims = 100;
constexpr size_t kFewEverydaySentences = 8;

absl::StatusOr<WordOf> draw_words(const DomainTemplate& domain, const Draw& draw) {
  absl::StatusOr<std::vector<std::string>> names = placeholders(domain);
  if (!names.ok()) return names.status();
  if (names->empty()) return WordOf();
  absl::StatusOr<std::vector<std::string>> words = draw.words(names->size());
  if (!words.ok()) return words.status();
  if (words->size() != names->size()) {
    return absl::InternalError(absl::StrCat("domain ", domain.name, ": the draw gave ",
                                            words->size(), " words instead of ", names->size()));
  }
  WordOf word_of;
  for (size_t i = 0; i < names->size(); ++i) word_of[(*names)[i]] = (*words)[i];
  return word_of;
}

absl::StatusOr<std::string> fill_statement(const std::string& statement, const WordOf& word_of) {
  absl::StatusOr<std::vector<StatementPart>> parts = split_statement(statement);
  if (!parts.ok()) return parts.status();
  std::string filled;
  for (const StatementPart& part : *parts) {
    filled += part.placeholder ? word_of.at(part.text) : part.text;
  }
  return filled;
}

// Indices of the samples a draw takes, ascending: the front of a Fisher–Yates shuffle, sorted.
std::vector<size_t> chosen_samples(const DomainTemplate& domain, const Draw& draw) {
  std::vector<size_t> indices(domain.samples.size());
  std::iota(indices.begin(), indices.end(), size_t{0});
  if (domain.chosen == 0 || domain.chosen >= indices.size()) return indices;
  const std::unique_ptr<Random> random = draw.random(absl::StrCat("domain/", domain.name));
  for (size_t i = 0; i < domain.chosen; ++i) {
    std::swap(indices[i], indices[i + random->below(indices.size() - i)]);
  }
  indices.resize(domain.chosen);
  std::sort(indices.begin(), indices.end());
  return indices;
}

std::vector<Sample> samples_where(const Domain& domain, bool SampleRole::* flag) {
  std::vector<Sample> samples;
  for (const DomainSample& sample : domain.samples) {
    if (sample.role.*flag) samples.push_back(sample.sample);
  }
  return samples;
}

// ---- The built-in domains --------------------------------------------------------------------

struct BuiltIn {
  std::string name;
  bool of_claims = false;  // its samples are claims, for which the user's own may stand in
  absl::StatusOr<DomainTemplate> domain;  // an error is a mistake in our own files
};

// `source`: section of the paper.
absl::StatusOr<DomainTemplate> chosen_sentences(const EmbeddedFile& file, const char* name,
                                                const char* description, const char* source,
                                                size_t chosen) {
  absl::StatusOr<std::vector<std::string>> sentences = parse_claims(file.text, file.file);
  if (!sentences.ok()) return sentences.status();
  DomainTemplate domain = claims_domain(name, *sentences, chosen);
  domain.description = description;
  domain.source = source;
  return domain;
}

// Parsed once, on first use, and never destroyed: plugins hold pointers into it.
const std::vector<BuiltIn>& library() {
  static const std::vector<BuiltIn>& built_ins = *[] {
    auto* const made = new std::vector<BuiltIn>();
    for (const EmbeddedFile& file : embedded_domains()) {
      made->push_back({file.name, false, parse_domain(file.text, file.file)});
    }
    const EmbeddedFile claims = embedded_claims();
    made->push_back(
        {paper::kClaims, true,
         chosen_sentences(claims, paper::kClaims, "Ten of the hundred claims, chosen by the seed",
                          "A.2.5", kFewClaims)});
    made->push_back({paper::kManyClaims, true,
                     chosen_sentences(claims, paper::kManyClaims,
                                      "Scientific claims that have nothing to do with each other",
                                      "A.2.5", kManyClaims)});
    made->push_back({"everyday", false,
                     chosen_sentences(embedded_everyday(), "everyday",
                                      "Eight of forty true everyday sentences, chosen by the seed",
                                      "1", kFewEverydaySentences)});
    return made;
  }();
  return built_ins;
}

absl::StatusOr<const BuiltIn*> find_built_in(std::string_view name) {
  for (const BuiltIn& built_in : library()) {
    if (built_in.name == name) return &built_in;
  }
  return absl::NotFoundError(absl::StrCat("there is no domain \"", std::string(name),
                                          "\"; the built-in ones are ",
                                          absl::StrJoin(domain_names(), ", ")));
}

}  // namespace

absl::StatusOr<Sample> Domain::find(std::string_view id) const {
  std::vector<std::string> ids;
  for (const DomainSample& sample : samples) {
    if (sample.sample.id == id) return sample.sample;
    ids.push_back(sample.sample.id);
  }
  return absl::NotFoundError(absl::StrCat("domain ", name, " has no sample \"", std::string(id),
                                          "\"; it has ", absl::StrJoin(ids, ", ")));
}

std::vector<Sample> Domain::trained() const { return samples_where(*this, &SampleRole::train); }

std::vector<Sample> Domain::evaluated() const {
  return samples_where(*this, &SampleRole::evaluate);
}

absl::StatusOr<std::vector<std::string>> placeholders(const DomainTemplate& domain) {
  std::vector<std::string> names;
  for (const SampleTemplate& sample : domain.samples) {
    std::vector<std::string> texts;  // in the order in which they are read
    for (size_t i = 0; i < sample.statements.size(); ++i) {
      if (!sample.prompts.empty()) texts.push_back(sample.prompts[i]);
      texts.push_back(sample.statements[i]);
    }
    for (const std::string& text : texts) {
      absl::StatusOr<std::vector<StatementPart>> parts = split_statement(text);
      if (!parts.ok()) {
        return absl::InvalidArgumentError(absl::StrCat("domain ", domain.name, ", sample ",
                                                       sample.id, ": ",
                                                       std::string(parts.status().message())));
      }
      for (StatementPart& part : *parts) {
        const bool is_new = std::find(names.begin(), names.end(), part.text) == names.end();
        if (part.placeholder && is_new) names.push_back(std::move(part.text));
      }
    }
  }
  return names;
}

absl::StatusOr<Domain> fill(const DomainTemplate& domain, const Draw& draw) {
  absl::StatusOr<WordOf> word_of = draw_words(domain, draw);
  if (!word_of.ok()) return word_of.status();
  Domain filled{domain.name, {}};
  for (const size_t index : chosen_samples(domain, draw)) {
    const SampleTemplate& from = domain.samples[index];
    DomainSample to{{from.id, {}}, from.role};
    for (size_t i = 0; i < from.statements.size(); ++i) {
      absl::StatusOr<std::string> text = fill_statement(from.statements[i], *word_of);
      if (!text.ok()) return text.status();
      if (from.prompts.empty()) {
        to.sample.statements.emplace_back(*std::move(text));
        continue;
      }
      absl::StatusOr<std::string> prompt = fill_statement(from.prompts[i], *word_of);
      if (!prompt.ok()) return prompt.status();
      to.sample.statements.emplace_back(PromptedText{*std::move(prompt), *std::move(text)});
    }
    filled.samples.push_back(std::move(to));
  }
  return filled;
}

absl::StatusOr<Domain> draw_domain(std::string_view name, const Draw& draw) {
  const absl::StatusOr<const BuiltIn*> found = find_built_in(name);
  if (!found.ok()) return found.status();
  const BuiltIn& built_in = **found;
  if (!built_in.domain.ok()) return built_in.domain.status();
  if (!built_in.of_claims || draw.claims().empty()) return fill(*built_in.domain, draw);
  return fill(claims_domain(built_in.name, draw.claims(), built_in.domain->chosen), draw);
}

std::vector<std::string> domain_names() {
  std::vector<std::string> names;
  for (const BuiltIn& built_in : library()) names.push_back(built_in.name);
  return names;
}

absl::StatusOr<const DomainTemplate*> find_domain(std::string_view name) {
  const absl::StatusOr<const BuiltIn*> found = find_built_in(name);
  if (!found.ok()) return found.status();
  if (!(*found)->domain.ok()) return (*found)->domain.status();
  return &*(*found)->domain;
}

}  // namespace eif
