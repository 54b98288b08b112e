// Reads one [[expectation]] or [[observation]] of a file: what it says by itself. What the entries
// of a file have to do with each other is up to declaration_reader.cc. To be included by .cc files
// alone: toml++ is large.
//
//   const EntryReader reader(keys, declaration, {.domain = "belongs_to"});
//   absl::StatusOr<std::vector<DeclaredExpectation>> read =
//       reader.expectation(entry, "chain", "expectation \"chain\": ");
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "desiderata/declared/declaration.h"
#include "domains/toml_text.h"

namespace eif {

struct StatedDoses {
  std::string deciding = Expectation().deciding_dose;
  std::string second = Expectation().second_dose;
};

// What a file says for all entries that do not say it themselves.
struct EntryDefaults {
  std::string domain = {};  // empty: each entry has to name one
  StatedDoses doses = {};
};

// Errors are kInvalidArgument; they name the file, the line and, after `subject`, the key.
class EntryReader {
 public:
  // `declaration` has the file's id and samples. Both references outlive this object.
  EntryReader(const TomlKeys& keys, const Declaration& declaration, EntryDefaults defaults)
      : keys_(keys), declaration_(declaration), defaults_(std::move(defaults)) {}

  // With a control two, ID_controlled and, unless it says plain = false, ID_plain.
  absl::StatusOr<std::vector<DeclaredExpectation>> expectation(const toml::table& table,
                                                               const std::string& id,
                                                               const std::string& subject) const;
  absl::StatusOr<DeclaredObservation> observation(const toml::table& table, const std::string& id,
                                                  const std::string& subject) const;

  // The domain that a table is about, and its doses: its own keys, or the defaults.
  absl::StatusOr<std::string> domain_of(const toml::table& table, const std::string& subject) const;
  absl::StatusOr<StatedDoses> doses_of(const toml::table& table, const std::string& subject) const;

 private:
  absl::StatusOr<std::vector<DeclaredExpectation>> controlled(const toml::table& table,
                                                              const std::string& subject,
                                                              DeclaredExpectation one) const;
  absl::StatusOr<Sum> sum_of(const toml::table& table, const std::string& subject, const char* key,
                             const std::string& domain) const;
  absl::StatusOr<ExpectationKind> kind_of(const toml::table& table, const std::string& subject,
                                          const Sum& effect) const;
  absl::StatusOr<std::string> self_scale_of(const toml::table& table, const std::string& subject,
                                            const std::string& domain, const Sum& effect) const;
  absl::StatusOr<std::string> dose_of(const toml::node& node, const std::string& key) const;
  absl::Status check_exchanged(const toml::table& table, const std::string& subject,
                               const DeclaredExpectation& one) const;
  const std::vector<SampleTemplate>& samples_of(const std::string& domain) const;

  const TomlKeys& keys_;
  const Declaration& declaration_;
  const EntryDefaults defaults_;
};

}  // namespace eif
