#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "desiderata/declared/declaration.h"
#include "desiderata/declared/entry_reader.h"
#include "domains/domain_file.h"
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
    if (status.ok()) status = read_doses(*table);
    if (status.ok()) status = read_samples(*table, text);
    if (status.ok()) status = read_entries(*table);
    if (status.ok()) status = check_whole(*table);
    if (!status.ok()) return status;
    return std::move(declaration_);
  }

 private:
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

  absl::Status read_doses(const toml::table& table) {
    absl::StatusOr<StatedDoses> doses = EntryReader(keys_, declaration_, {}).doses_of(table, "");
    if (!doses.ok()) return doses.status();
    defaults_.doses = *std::move(doses);
    return absl::OkStatus();
  }

  absl::Status read_samples(const toml::table& table, std::string_view text) {
    const toml::node* domain = table.get("domain");
    if (table.get("sample") == nullptr) {
      if (domain == nullptr) return absl::OkStatus();  // each expectation may have one of its own
      absl::StatusOr<std::string> name = EntryReader(keys_, declaration_, {}).domain_of(table, "");
      if (!name.ok()) return name.status();
      defaults_.domain = *std::move(name);
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
    defaults_.domain = declaration_.id;
    declaration_.own = {.name = declaration_.id,
                        .description = declaration_.words.claim,
                        .source = "",
                        .samples = *std::move(samples)};
    return absl::OkStatus();
  }

  absl::Status read_entries(const toml::table& table) {
    const EntryReader reader(keys_, declaration_, defaults_);
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
                                        ? add_expectation(reader, entry, *id, subject)
                                        : add_observation(reader, entry, *id, subject);
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

  absl::Status add_expectation(const EntryReader& reader, const toml::table& table,
                               const std::string& id, const std::string& subject) {
    absl::StatusOr<std::vector<DeclaredExpectation>> read = reader.expectation(table, id, subject);
    if (!read.ok()) return read.status();
    if (const toml::node* scale = table.get("self_scale")) {
      scales_.push_back({read->front().expectation.self_scale, scale, subject});
    }
    // With a control those that are made of it have other ids, and its own is taken, too.
    if (table.get("control") != nullptr) {
      if (absl::Status status = check_distinct(table, subject, id); !status.ok()) return status;
    }
    for (DeclaredExpectation& one : *read) {
      absl::Status status = check_same_dose(table, subject, one.expectation);
      if (status.ok()) status = check_distinct(table, subject, one.expectation.id);
      if (!status.ok()) return status;
      declaration_.expectations.push_back(std::move(one));
    }
    return absl::OkStatus();
  }

  absl::Status add_observation(const EntryReader& reader, const toml::table& table,
                               const std::string& id, const std::string& subject) {
    absl::StatusOr<DeclaredObservation> read = reader.observation(table, id, subject);
    if (!read.ok()) return read.status();
    if (absl::Status status = check_distinct(table, subject, id); !status.ok()) return status;
    declaration_.observations.push_back(*std::move(read));
    return absl::OkStatus();
  }

  // ---- What entries have to do with each other ------------------------------------------------

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
  EntryDefaults defaults_;
  std::string primary_dose_;
  std::map<std::string, toml::source_index> lines_;  // of ids
  std::vector<Scale> scales_;                        // those that the file names
};

}  // namespace

absl::StatusOr<Declaration> parse_declaration(std::string_view toml, const std::string& file) {
  return DeclarationReader(file).read(toml);
}

}  // namespace eif
