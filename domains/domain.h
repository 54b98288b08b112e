// A domain: a small body of knowledge, told in samples about entities that nobody has heard of.
//
// A template has placeholders where the entities go; a draw fills them with its words. The built-in
// templates are the paper's (A.2) and a few of this project's. They are part of the library, so
// that a desideratum plugin opens no file:
//
//   absl::StatusOr<Domain> domain = draw_domain("belongs_to", draw);
//   if (!domain.ok()) return domain.status();
//   return {{{"belongs_to", "belongs_to", domain->trained(), domain->evaluated()}}};
//
// README.md lists the samples of each domain; domain_file.h has the format they are written in.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/desideratum.h"
#include "eif/domain.h"

namespace eif {

// What a sample is for.
struct SampleRole {
  // A control, or a conclusion to ask for, added for the expectations. The samples without the mark
  // are the domain as its source has it.
  bool extended = false;
  bool train = true;     // has a row
  bool evaluate = true;  // has a column
  std::string note;      // one line for a reader; may be empty
};

// A sample before its placeholders are filled.
struct SampleTemplate {
  std::string id;
  // "{A} is bigger than {B}." A placeholder is a name in braces: [A-Za-z][A-Za-z0-9_]*. {{ and }}
  // stand for a brace itself.
  std::vector<std::string> statements;
  SampleRole role;
  // What is read before each statement and not scored (PromptedText), with the same syntax; empty
  // where all of every statement is scored.
  std::vector<std::string> prompts = {};
};

struct DomainTemplate {
  std::string name;
  std::string description;  // one line
  std::string source;       // section of the paper
  std::vector<SampleTemplate> samples;
  // How many of the samples a draw chooses by chance; 0: all of them.
  size_t chosen = 0;
  // Entities that a model knows, and that stand in the texts as they are: no placeholders, but names
  // all the same, which the control that shuffles names has to move.
  std::vector<std::string> known_entities = {};
};

struct DomainSample {
  Sample sample;
  SampleRole role;
};

// A domain about the entities of one draw. Samples keep the order of the template.
struct Domain {
  std::string name;
  std::vector<DomainSample> samples;

  // kNotFound: no sample has this id; the message lists those that are there.
  absl::StatusOr<Sample> find(std::string_view id) const;
  std::vector<Sample> trained() const;    // those with a row
  std::vector<Sample> evaluated() const;  // those with a column
};

// Distinct names in order of first appearance, without their braces. kInvalidArgument: a
// statement's braces are wrong.
absl::StatusOr<std::vector<std::string>> placeholders(const DomainTemplate& domain);

// Fills the first placeholder with the draw's first word, the second with the second, and so on, so
// that equal words stand for the equal roles of domains that begin alike. Where the template says
// `chosen`, that many samples are drawn without replacement from the draw's random stream
// "domain/<name>". Errors: those of placeholders() and of Draw::words().
absl::StatusOr<Domain> fill(const DomainTemplate& domain, const Draw& draw);

// A built-in domain, filled. random_claim and random_claim_100 are about the draw's claims where it
// has some of the user's own. Errors: those of find_domain() and fill().
absl::StatusOr<Domain> draw_domain(std::string_view name, const Draw& draw);

// Names of the built-in domains, the paper's first.
std::vector<std::string> domain_names();

// The template lives as long as the program. kNotFound: the message lists the names.
absl::StatusOr<const DomainTemplate*> find_domain(std::string_view name);

}  // namespace eif
