#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "desiderata/declared/declaration.h"
#include "desiderata/declared/sum_samples.h"
#include "domains/domain_file.h"
#include "domains/exchange.h"
#include "domains/toml_text.h"
#include "suite/formats/suggest.h"

namespace eif {
namespace {

using Keys = std::vector<std::string>;

const Keys& file_keys() {
  static const Keys& keys =
      *new Keys{"id",     "version", "claim",       "holds",       "violated",      "paper_section",
                "domain", "sample",  "expectation", "observation", "deciding_dose", "second_dose"};
  return keys;
}

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

// Reads one file. Methods fail with the file, the line and the key of what they were reading.
class DeclarationReader {
 public:
  explicit DeclarationReader(const std::string& file) : file_(file), keys_(file) {}

  absl::StatusOr<Declaration> read(std::string_view text) {
    if (text.size() > kMaxDeclarationBytes) {
      return absl::InvalidArgumentError(absl::StrCat(file_, ":1: it has ", text.size(),
                                                     " bytes; at most ", kMaxDeclarationBytes,
                                                     " are allowed"));
    }
    const absl::StatusOr<toml::table> table = parse_toml(text, file_);
    if (!table.ok()) return table.status();
    absl::Status status = keys_.check(*table, file_keys(), "");
    if (status.ok()) status = read_words(*table);
    if (status.ok()) status = read_doses(*table, "", default_doses_);
    if (status.ok()) status = read_samples(*table, text);
    if (status.ok()) status = read_entries(*table);
    if (status.ok()) status = check_whole(*table);
    if (!status.ok()) return status;
    return std::move(declaration_);
  }

 private:
  // What an expectation states, or the file for all of them.
  struct Doses {
    std::string deciding = Expectation().deciding_dose;
    std::string second = {};
  };

  // ---- Parts of the file -----------------------------------------------------------------------

  absl::Status read_words(const toml::table& table) {
    absl::StatusOr<std::string> id = keys_.identifier(table, "", "id");
    if (!id.ok()) return id.status();
    declaration_.id = *std::move(id);
    const std::tuple<const char*, std::string*, bool> lines[] = {
        {"version", &declaration_.version, true},
        {"claim", &declaration_.words.claim, true},
        {"holds", &declaration_.words.holds, true},
        {"violated", &declaration_.words.violated, true},
        {"paper_section", &declaration_.words.paper_section, false}};
    for (const auto& [key, value, required] : lines) {
      absl::StatusOr<std::string> line = keys_.line(table, "", key, required);
      if (!line.ok()) return line.status();
      *value = *std::move(line);
    }
    declaration_.words.modalities = {Modality::kText};
    return absl::OkStatus();
  }

  absl::Status read_samples(const toml::table& table, std::string_view text) {
    const toml::node* domain = table.get("domain");
    if (table.get("sample") == nullptr) {
      if (domain == nullptr) return absl::OkStatus();  // each expectation may have one of its own
      absl::StatusOr<std::string> name = domain_of(table, "");
      if (!name.ok()) return name.status();
      default_domain_ = *std::move(name);
      return absl::OkStatus();
    }
    if (domain != nullptr) {
      return keys_.error(*domain,
                         "domain and [[sample]] exclude each other: expectations are "
                         "about one or the other unless they say which; move domain "
                         "into the expectations that are about it");
    }
    absl::StatusOr<std::vector<SampleTemplate>> samples = parse_sample_templates(text, file_);
    if (!samples.ok()) return samples.status();
    if (samples->size() > kMaxDeclaredSamples) {
      return keys_.error(*table.get("sample"),
                         absl::StrCat("there are ", samples->size(), " samples; at most ",
                                      kMaxDeclaredSamples, " are allowed"));
    }
    default_domain_ = declaration_.id;
    declaration_.own = {.name = declaration_.id,
                        .description = declaration_.words.claim,
                        .source = "",
                        .samples = *std::move(samples)};
    return absl::OkStatus();
  }

  absl::Status read_entries(const toml::table& table) {
    for (const char* const key : {"expectation", "observation"}) {
      const toml::node* node = table.get(key);
      if (node == nullptr) continue;
      if (!node->is_array_of_tables()) {
        return keys_.error(*node, absl::StrCat(key, " is not a list of tables (found: ",
                                               toml_type(*node), "); write [[", key, "]]"));
      }
      size_t number = 0;
      for (const toml::node& element : *node->as_array()) {
        const toml::table& entry = *element.as_table();
        const absl::StatusOr<std::string> id =
            keys_.identifier(entry, absl::StrCat(key, " number ", ++number, ": "), "id");
        if (!id.ok()) return id.status();
        const std::string subject = absl::StrCat(key, " \"", *id, "\": ");
        const absl::Status status = key == std::string("expectation")
                                        ? read_expectation(entry, *id, subject)
                                        : read_observation(entry, *id, subject);
        if (!status.ok()) return status;
        if (declaration_.expectations.size() + declaration_.observations.size() >
            kMaxDeclaredEntries) {
          return keys_.error(element, absl::StrCat("there are more than ", kMaxDeclaredEntries,
                                                   " expectations and observations; split the "
                                                   "file"));
        }
      }
    }
    return absl::OkStatus();
  }

  absl::Status read_expectation(const toml::table& table, const std::string& id,
                                const std::string& subject) {
    if (absl::Status status = keys_.check(table, expectation_keys(), subject); !status.ok()) {
      return status;
    }
    const absl::StatusOr<std::string> domain = domain_of(table, subject);
    if (!domain.ok()) return domain.status();
    absl::StatusOr<Sum> effect = sum_of(table, subject, "effect", *domain);
    if (!effect.ok()) return effect.status();
    const absl::StatusOr<ExpectationKind> kind = kind_of(table, subject, *effect);
    if (!kind.ok()) return kind.status();
    const absl::StatusOr<bool> primary = keys_.flag(table, subject, "primary", true);
    if (!primary.ok()) return primary.status();
    absl::StatusOr<std::string> self_scale = self_scale_of(table, subject, *domain, *effect);
    if (!self_scale.ok()) return self_scale.status();

    Expectation expectation{.id = id,
                            .kind = *kind,
                            .primary = *primary,
                            .self_scale = *std::move(self_scale),
                            .only_for = Modality::kText};
    Doses doses = default_doses_;
    if (absl::Status status = read_doses(table, subject, doses); !status.ok()) return status;
    expectation.deciding_dose = doses.deciding;
    expectation.second_dose = doses.second;
    if (absl::Status status = check_same_dose(table, subject, expectation); !status.ok()) {
      return status;
    }
    const absl::StatusOr<bool> has_plain = keys_.flag(table, subject, "plain", true);
    if (!has_plain.ok()) return has_plain.status();
    const absl::StatusOr<bool> exchanged = keys_.flag(table, subject, "exchanged", false);
    if (!exchanged.ok()) return exchanged.status();
    if (table.get("control") == nullptr) {
      if (const toml::node* plain = table.get("plain")) {
        return keys_.error(*plain, absl::StrCat(subject,
                                                "plain goes with control, which there "
                                                "is none of"));
      }
      return add(table, subject,
                 {.expectation = std::move(expectation),
                  .domain = *domain,
                  .effect = *std::move(effect),
                  .exchanged = *exchanged});
    }
    absl::StatusOr<Sum> control = sum_of(table, subject, "control", *domain);
    if (!control.ok()) return control.status();
    if (expectation.kind == ExpectationKind::kInvariance) {
      return keys_.error(*table.get("control"),
                         absl::StrCat(subject,
                                      "an invariance has no control: what is left of a "
                                      "magnitude would not be one; write "
                                      "abs((…) - (…)) as the effect"));
    }
    if (control->is_ratio() != effect->is_ratio()) {
      return keys_.error(*table.get("control"),
                         absl::StrCat(subject,
                                      "effect and control have different units: one "
                                      "divides cells by cells, the other does not"));
    }
    Expectation plain = expectation;
    expectation.id = absl::StrCat(id, "_controlled");
    plain.id = absl::StrCat(id, "_plain");
    plain.primary = false;
    const absl::Status status =
        add(table, subject,
            {.expectation = std::move(expectation),
             .domain = *domain,
             .effect = *effect,
             .control = *std::move(control),
             .exchanged = *exchanged});
    if (!status.ok() || !*has_plain) return status;
    return add(table, subject,
               {.expectation = std::move(plain), .domain = *domain, .effect = *std::move(effect)});
  }

  absl::Status add(const toml::table& table, const std::string& subject, DeclaredExpectation one) {
    if (absl::Status status = check_distinct(table, subject, one.expectation.id); !status.ok()) {
      return status;
    }
    if (one.exchanged) {
      for (const auto& [key, sum] : {std::pair<const char*, const Sum*>{"effect", &one.effect},
                                     {"control", one.control ? &*one.control : nullptr}}) {
        if (sum == nullptr) continue;
        const absl::Status status =
            check_exchanged_samples(*sum, one.domain, samples_of(one.domain));
        if (status.ok()) continue;
        return keys_.error(*table.get(key), absl::StrCat(subject, "exchanged: ", key, ", ",
                                                         std::string(status.message())));
      }
    }
    const std::string words =
        one.control ? absl::StrCat("[", one.effect.in_words(), "] − [", one.control->in_words(), "]")
                    : one.effect.in_words();
    const bool is_direction = one.expectation.kind == ExpectationKind::kDirection;
    one.expectation.claim =
        absl::StrCat(one.domain, ": ", words, one.exchanged ? kMeanOverExchange : "",
                     is_direction ? " > 0" : " is 0");
    declaration_.expectations.push_back(std::move(one));
    return absl::OkStatus();
  }

  absl::Status read_observation(const toml::table& table, const std::string& id,
                                const std::string& subject) {
    if (absl::Status status = keys_.check(table, observation_keys(), subject); !status.ok()) {
      return status;
    }
    const absl::StatusOr<std::string> domain = domain_of(table, subject);
    if (!domain.ok()) return domain.status();
    absl::StatusOr<Sum> value = sum_of(table, subject, "value", *domain);
    if (!value.ok()) return value.status();
    if (absl::Status status = check_distinct(table, subject, id); !status.ok()) return status;
    Observation observation{.id = id,
                            .unit = value->is_ratio() ? "1" : "nats per token",
                            .claim = absl::StrCat(*domain, ": ", value->in_words()),
                            .only_for = Modality::kText};
    declaration_.observations.push_back({std::move(observation), *domain, *std::move(value)});
    return absl::OkStatus();
  }

  // ---- Keys of an entry ------------------------------------------------------------------------

  // The domain that an entry is about: its own key, or what the file says for all.
  absl::StatusOr<std::string> domain_of(const toml::table& table,
                                        const std::string& subject) const {
    const toml::node* node = table.get("domain");
    if (node == nullptr) {
      if (!default_domain_.empty()) return default_domain_;
      return keys_.error(table, absl::StrCat(subject,
                                             "it is about no samples: the file has no "
                                             "[[sample]], and no domain is named; add "
                                             "one or the other"));
    }
    absl::StatusOr<std::string> name = keys_.line(table, subject, "domain");
    if (!name.ok()) return name;
    const absl::StatusOr<const DomainTemplate*> found = find_domain(*name);
    if (!found.ok()) {
      return keys_.error(
          *node, absl::StrCat(subject, "domain: ", std::string(found.status().message()), ".",
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

  const std::vector<SampleTemplate>& samples_of(const std::string& domain) const {
    if (declaration_.is_own(domain)) return declaration_.own.samples;
    return (*find_domain(domain))->samples;  // domain_of() found it
  }

  absl::StatusOr<Sum> sum_of(const toml::table& table, const std::string& subject, const char* key,
                             const std::string& domain) const {
    const toml::node* node = table.get(key);
    if (node == nullptr) {
      return keys_.error(table, absl::StrCat(subject, "there is no ", key, "; add ", key,
                                             " = \"(trained > evaluated) - …\""));
    }
    if (!node->is_string()) {
      return keys_.error(*node, absl::StrCat(subject, key, " is of type ", toml_type(*node),
                                             "; expected a string"));
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

  absl::StatusOr<ExpectationKind> kind_of(const toml::table& table, const std::string& subject,
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

  // Empty for a plain number. Whether other domains are read at all is known at the end.
  absl::StatusOr<std::string> self_scale_of(const toml::table& table, const std::string& subject,
                                            const std::string& domain, const Sum& effect) {
    const toml::node* node = table.get("self_scale");
    if (node == nullptr) return effect.is_ratio() ? std::string() : domain;
    absl::StatusOr<std::string> scale = keys_.line(table, subject, "self_scale");
    if (!scale.ok()) return scale;
    if (effect.is_ratio()) {
      return keys_.error(*node, absl::StrCat(subject,
                                             "self_scale: the effect divides cells by "
                                             "cells and has no unit; leave out "
                                             "self_scale"));
    }
    scales_.push_back({*scale, node, subject});
    return scale;
  }

  // Takes what the table states.
  absl::Status read_doses(const toml::table& table, const std::string& subject,
                          Doses& doses) const {
    for (const auto& [key, dose] :
         {std::pair<const char*, std::string*>{"deciding_dose", &doses.deciding},
          {"second_dose", &doses.second}}) {
      const toml::node* node = table.get(key);
      if (node == nullptr) continue;
      absl::StatusOr<std::string> stated = dose_of(*node, absl::StrCat(subject, key));
      if (!stated.ok()) return stated.status();
      *dose = *std::move(stated);
    }
    return absl::OkStatus();
  }

  // As reports call it: "plateau", or a share, which is a number in TOML.
  absl::StatusOr<std::string> dose_of(const toml::node& node, const std::string& key) const {
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

  // The verdict is one of all primary expectations, at one dose.
  absl::Status check_same_dose(const toml::table& table, const std::string& subject,
                               const Expectation& expectation) {
    if (!expectation.primary) return absl::OkStatus();
    if (primary_dose_.empty()) primary_dose_ = expectation.deciding_dose;
    if (expectation.deciding_dose == primary_dose_) return absl::OkStatus();
    const toml::node* node = table.get("deciding_dose");
    return keys_.error(node == nullptr ? table : *node,
                       absl::StrCat(subject, "deciding_dose is ", expectation.deciding_dose,
                                    ", and that of a primary expectation above is ", primary_dose_,
                                    "; state one for all, or primary = false"));
  }

  absl::Status check_distinct(const toml::table& table, const std::string& subject,
                              const std::string& id) {
    const toml::source_index line = table.source().begin.line;
    const auto [first, is_new] = lines_.emplace(id, line);
    if (is_new) return absl::OkStatus();
    return keys_.error(table, absl::StrCat(subject, "\"", id, "\" is already that of line ",
                                           first->second, "; ids are distinct"));
  }

  // ---- The whole -------------------------------------------------------------------------------

  absl::Status check_whole(const toml::table& table) const {
    const std::vector<DeclaredExpectation>& expectations = declaration_.expectations;
    if (std::none_of(expectations.begin(), expectations.end(),
                     [](const DeclaredExpectation& one) { return one.expectation.primary; })) {
      return keys_.error(table,
                         "there is no primary expectation, which a verdict needs; add "
                         "[[expectation]] with id and effect");
    }
    const Keys domains = declaration_.domains();
    for (const Scale& scale : scales_) {
      if (std::find(domains.begin(), domains.end(), scale.domain) != domains.end()) continue;
      return keys_.error(*scale.node,
                         absl::StrCat(scale.subject,
                                      "self_scale: no expectation is "
                                      "about a domain \"",
                                      scale.domain, "\"; there are ", absl::StrJoin(domains, ", "),
                                      ".", did_you_mean(scale.domain, domains)));
    }
    return check_own_scale(table);
  }

  // Of samples of one's own, those that are trained on are asked themselves, too: that is the unit.
  absl::Status check_own_scale(const toml::table& table) const {
    const bool is_needed =
        std::any_of(declaration_.expectations.begin(), declaration_.expectations.end(),
                    [&](const DeclaredExpectation& one) {
                      return declaration_.is_own(one.expectation.self_scale);
                    });
    if (!is_needed || !self_cells(declaration_).empty()) return absl::OkStatus();
    return keys_.error(*table.get("sample"),
                       "no sample that is trained on is asked itself, so that effects have no "
                       "unit; leave out evaluate = false and extended = true of one of them");
  }

  struct Scale {
    std::string domain;
    const toml::node* node;
    std::string subject;
  };

  const std::string& file_;
  TomlKeys keys_;
  Declaration declaration_;
  std::string default_domain_;
  Doses default_doses_;
  std::string primary_dose_;
  std::map<std::string, toml::source_index> lines_;  // of ids
  std::vector<Scale> scales_;                        // those that the file names
};

}  // namespace

absl::StatusOr<Declaration> parse_declaration(std::string_view toml, const std::string& file) {
  return DeclarationReader(file).read(toml);
}

}  // namespace eif
