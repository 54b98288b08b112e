#include "desiderata/declared/entry_reader.h"

#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "desiderata/declared/sum_samples.h"
#include "domains/domain_file.h"
#include "domains/exchange.h"
#include "suite/formats/suggest.h"

namespace eif {
namespace {

using Keys = std::vector<std::string>;

const Keys& expectation_keys() {
  static const Keys& keys =
      *new Keys{"id",      "effect",     "control", "plain",         "exchanged",  "kind",
                "primary", "self_scale", "domain",  "deciding_dose", "second_dose"};
  return keys;
}

const Keys& observation_keys() {
  static const Keys& keys = *new Keys{"id", "value", "domain"};
  return keys;
}

std::string claim_of(const DeclaredExpectation& one) {
  const std::string words =
      one.control ? absl::StrCat("[", one.effect.in_words(), "] − [", one.control->in_words(), "]")
                  : one.effect.in_words();
  const bool is_direction = one.expectation.kind == ExpectationKind::kDirection;
  return absl::StrCat(one.domain, ": ", words, one.exchanged ? kMeanOverExchange : "",
                      is_direction ? " > 0" : " is 0");
}

}  // namespace

// ---- Entries ----------------------------------------------------------------------------------

absl::StatusOr<std::vector<DeclaredExpectation>> EntryReader::expectation(
    const toml::table& table, const std::string& id, const std::string& subject) const {
  if (absl::Status status = keys_.check(table, expectation_keys(), subject); !status.ok()) {
    return status;
  }
  const absl::StatusOr<std::string> about = domain_of(table, subject);
  if (!about.ok()) return about.status();
  absl::StatusOr<Sum> effect = sum_of(table, subject, "effect", *about);
  if (!effect.ok()) return effect.status();
  const absl::StatusOr<ExpectationKind> kind = kind_of(table, subject, *effect);
  if (!kind.ok()) return kind.status();
  const absl::StatusOr<bool> primary = keys_.flag(table, subject, "primary", true);
  if (!primary.ok()) return primary.status();
  absl::StatusOr<std::string> scale = self_scale_of(table, subject, *about, *effect);
  if (!scale.ok()) return scale.status();
  absl::StatusOr<StatedDoses> stated = doses_of(table, subject);
  if (!stated.ok()) return stated.status();
  const absl::StatusOr<bool> exchanged = keys_.flag(table, subject, "exchanged", false);
  if (!exchanged.ok()) return exchanged.status();

  DeclaredExpectation one{.expectation = {.id = id,
                                          .kind = *kind,
                                          .primary = *primary,
                                          .self_scale = *std::move(scale),
                                          .only_for = Modality::kText,
                                          .deciding_dose = std::move(stated->deciding),
                                          .second_dose = std::move(stated->second)},
                          .domain = *about,
                          .effect = *std::move(effect),
                          .exchanged = *exchanged};
  if (table.get("control") != nullptr) return controlled(table, subject, std::move(one));
  if (const toml::node* plain = table.get("plain")) {
    return keys_.error(*plain,
                       absl::StrCat(subject, "plain goes with control, which there is none of"));
  }
  if (absl::Status status = check_exchanged(table, subject, one); !status.ok()) return status;
  one.expectation.claim = claim_of(one);
  return std::vector{std::move(one)};
}

absl::StatusOr<std::vector<DeclaredExpectation>> EntryReader::controlled(
    const toml::table& table, const std::string& subject, DeclaredExpectation one) const {
  const absl::StatusOr<bool> has_plain = keys_.flag(table, subject, "plain", true);
  if (!has_plain.ok()) return has_plain.status();
  const toml::node& control = *table.get("control");
  absl::StatusOr<Sum> subtracted = sum_of(table, subject, "control", one.domain);
  if (!subtracted.ok()) return subtracted.status();
  if (one.expectation.kind == ExpectationKind::kInvariance) {
    return keys_.error(control, absl::StrCat(subject,
                                             "an invariance has no control: what is left of a "
                                             "magnitude would not be one; write "
                                             "abs((…) - (…)) as the effect"));
  }
  if (subtracted->is_ratio() != one.effect.is_ratio()) {
    return keys_.error(control, absl::StrCat(subject,
                                             "effect and control have different units: one "
                                             "divides cells by cells, the other does not"));
  }
  DeclaredExpectation plain = one;
  plain.expectation.id = absl::StrCat(one.expectation.id, "_plain");
  plain.expectation.primary = false;
  plain.exchanged = false;
  plain.expectation.claim = claim_of(plain);

  one.expectation.id = absl::StrCat(one.expectation.id, "_controlled");
  one.control = *std::move(subtracted);
  if (absl::Status status = check_exchanged(table, subject, one); !status.ok()) return status;
  one.expectation.claim = claim_of(one);
  std::vector<DeclaredExpectation> both = {std::move(one)};
  if (*has_plain) both.push_back(std::move(plain));
  return both;
}

absl::Status EntryReader::check_exchanged(const toml::table& table, const std::string& subject,
                                          const DeclaredExpectation& one) const {
  if (!one.exchanged) return absl::OkStatus();
  for (const auto& [key, sum] : {std::pair<const char*, const Sum*>{"effect", &one.effect},
                                 {"control", one.control ? &*one.control : nullptr}}) {
    if (sum == nullptr) continue;
    const absl::Status status = check_exchanged_samples(*sum, one.domain, samples_of(one.domain));
    if (status.ok()) continue;
    return keys_.error(*table.get(key), absl::StrCat(subject, "exchanged: ", key, ", ",
                                                     std::string(status.message())));
  }
  return absl::OkStatus();
}

absl::StatusOr<DeclaredObservation> EntryReader::observation(const toml::table& table,
                                                             const std::string& id,
                                                             const std::string& subject) const {
  if (absl::Status status = keys_.check(table, observation_keys(), subject); !status.ok()) {
    return status;
  }
  absl::StatusOr<std::string> about = domain_of(table, subject);
  if (!about.ok()) return about.status();
  absl::StatusOr<Sum> value = sum_of(table, subject, "value", *about);
  if (!value.ok()) return value.status();
  Observation observation{.id = id,
                          .unit = value->is_ratio() ? "1" : "nats per token",
                          .claim = absl::StrCat(*about, ": ", value->in_words()),
                          .only_for = Modality::kText};
  return DeclaredObservation{std::move(observation), *std::move(about), *std::move(value)};
}

// ---- Keys of an entry -------------------------------------------------------------------------

absl::StatusOr<std::string> EntryReader::domain_of(const toml::table& table,
                                                   const std::string& subject) const {
  const toml::node* node = table.get("domain");
  if (node == nullptr) {
    if (!defaults_.domain.empty()) return defaults_.domain;
    return keys_.error(table, absl::StrCat(subject,
                                           "it is about no samples: the file has no "
                                           "[[sample]], and no domain is named; add "
                                           "one or the other"));
  }
  absl::StatusOr<std::string> name = keys_.line(table, subject, "domain");
  if (!name.ok()) return name;
  const absl::StatusOr<const DomainTemplate*> found = find_domain(*name);
  if (!found.ok()) {
    return keys_.error(*node,
                       absl::StrCat(subject, "domain: ", std::string(found.status().message()), ".",
                                    did_you_mean(*name, domain_names())));
  }
  if ((*found)->chosen > 0) {
    return keys_.error(*node, absl::StrCat(subject, "domain: the samples of ", *name,
                                           " are chosen by the seed, so that no sum can name "
                                           "them; write them as [[sample]]"));
  }
  if (declaration_.is_own(*name)) {
    return keys_.error(*node, absl::StrCat(subject, "domain: \"", *name,
                                           "\" is the id of this file, whose own samples have "
                                           "that name; give the file another id"));
  }
  return name;
}

const std::vector<SampleTemplate>& EntryReader::samples_of(const std::string& domain) const {
  if (declaration_.is_own(domain)) return declaration_.own.samples;
  return (*find_domain(domain))->samples;  // domain_of() found it
}

absl::StatusOr<Sum> EntryReader::sum_of(const toml::table& table, const std::string& subject,
                                        const char* key, const std::string& domain) const {
  const toml::node* node = table.get(key);
  if (node == nullptr) {
    return keys_.error(table, absl::StrCat(subject, "there is no ", key, "; add ", key,
                                           " = \"(trained > evaluated) - …\""));
  }
  if (!node->is_string()) {
    return keys_.error(
        *node, absl::StrCat(subject, key, " is of type ", toml_type(*node), "; expected a string"));
  }
  absl::StatusOr<Sum> sum = parse_sum(node->as_string()->get());
  if (!sum.ok()) {
    return keys_.error(*node,
                       absl::StrCat(subject, key, ", ", std::string(sum.status().message())));
  }
  const absl::Status cells = check_samples(*sum, domain, samples_of(domain));
  if (!cells.ok()) {
    return keys_.error(*node, absl::StrCat(subject, key, ", ", std::string(cells.message())));
  }
  return sum;
}

absl::StatusOr<ExpectationKind> EntryReader::kind_of(const toml::table& table,
                                                     const std::string& subject,
                                                     const Sum& effect) const {
  const toml::node* node = table.get("kind");
  if (node == nullptr) return ExpectationKind::kDirection;
  const absl::StatusOr<std::string> kind = keys_.line(table, subject, "kind");
  if (!kind.ok()) return kind.status();
  if (*kind == "direction") return ExpectationKind::kDirection;
  if (*kind != "invariance") {
    return keys_.error(
        *node, absl::StrCat(subject, "kind is \"", *kind, "\"; expected direction or invariance.",
                            did_you_mean(*kind, {"direction", "invariance"})));
  }
  if (!effect.is_magnitude()) {
    return keys_.error(*table.get("effect"),
                       absl::StrCat(subject,
                                    "effect of an invariance may be below 0, where "
                                    "opposite signs cancel over the seeds; write "
                                    "abs(…), or mean(abs(…), abs(…))"));
  }
  return ExpectationKind::kInvariance;
}

// Empty for a plain number. Whether a domain that it names is read at all, the whole file says.
absl::StatusOr<std::string> EntryReader::self_scale_of(const toml::table& table,
                                                       const std::string& subject,
                                                       const std::string& domain,
                                                       const Sum& effect) const {
  const toml::node* node = table.get("self_scale");
  if (node == nullptr) return effect.is_ratio() ? std::string() : domain;
  absl::StatusOr<std::string> scale = keys_.line(table, subject, "self_scale");
  if (!scale.ok() || !effect.is_ratio()) return scale;
  return keys_.error(*node, absl::StrCat(subject,
                                         "self_scale: the effect divides cells by "
                                         "cells and has no unit; leave out "
                                         "self_scale"));
}

absl::StatusOr<StatedDoses> EntryReader::doses_of(const toml::table& table,
                                                  const std::string& subject) const {
  StatedDoses doses = defaults_.doses;
  for (const auto& [key, value] :
       {std::pair<const char*, std::string*>{"deciding_dose", &doses.deciding},
        {"second_dose", &doses.second}}) {
    const toml::node* node = table.get(key);
    if (node == nullptr) continue;
    absl::StatusOr<std::string> stated = dose_of(*node, absl::StrCat(subject, key));
    if (!stated.ok()) return stated.status();
    *value = *std::move(stated);
  }
  if (doses.second != doses.deciding) return doses;
  const toml::node* second = table.get("second_dose");
  if (second != nullptr) {
    return keys_.error(*second, absl::StrCat(subject, "second_dose is ", doses.second,
                                             ", which is deciding_dose already; state another, or "
                                             "leave it out"));
  }
  doses.second.clear();  // that of the file, which decides here
  return doses;
}

// As reports call it: "plateau", or a share, which is a number in TOML.
absl::StatusOr<std::string> EntryReader::dose_of(const toml::node& node,
                                                 const std::string& key) const {
  const std::optional<std::string> text = node.value_exact<std::string>();
  if (text == kPlateauDose) return *text;
  const std::optional<double> share = node.value_exact<double>();
  if (share && *share > 0 && *share < 1) return absl::StrFormat("%g", *share);
  const std::string found = text    ? absl::StrCat("\"", *text, "\"")
                            : share ? absl::StrFormat("%g", *share)
                                    : absl::StrCat("of type ", toml_type(node));
  return keys_.error(node, absl::StrCat(key, " is ", found,
                                        "; expected \"plateau\", or a share above 0 and below 1, "
                                        "such as 0.9"));
}

}  // namespace eif
