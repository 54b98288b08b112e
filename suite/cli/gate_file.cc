#include "suite/cli/gate_file.h"

#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "domains/toml_text.h"
#include "suite/cli/choices.h"
#include "suite/formats/text_file.h"

namespace eif {
namespace {

constexpr size_t kMostBytes = 1 << 20;

class GateReader {
 public:
  explicit GateReader(std::string file) : file_(std::move(file)), keys_(file_) {}

  absl::StatusOr<GateFile> read(const toml::table& table) const {
    GateFile result;
    absl::Status status = keys_.check(
        table,
        {"baseline", "desiderata", "in_context", "margin", "worse", "better", "unclear", "verdict",
         "rule"},
        "");
    if (!status.ok()) return status;
    absl::StatusOr<std::string> baseline = keys_.line(table, "", "baseline", /*required=*/false);
    if (!baseline.ok()) return baseline.status();
    if (!baseline->empty()) {
      result.baseline = std::filesystem::path(file_).parent_path() / *baseline;
    }
    if (status = read_desiderata(table, result.gate); !status.ok()) return status;
    if (const toml::node* node = table.get("in_context")) {
      if (!node->is_boolean()) return keys_.error(*node, "in_context: expected true or false");
      result.gate.in_context = node->as_boolean()->get();
    }
    absl::StatusOr<GateRule> of_all = rule(table, "");
    if (!of_all.ok()) return of_all.status();
    result.gate.rules.push_back(*std::move(of_all));
    if (status = read_rules(table, result.gate); !status.ok()) return status;
    return result;
  }

 private:
  absl::Status read_desiderata(const toml::table& table, Gate& gate) const {
    const toml::node* node = table.get("desiderata");
    if (node == nullptr) return absl::OkStatus();
    const toml::array* list = node->as_array();
    if (list == nullptr || list->empty()) {
      return keys_.error(*node, "desiderata: expected an array of ids, as [\"ontology\"]");
    }
    for (const toml::node& one : *list) {
      if (!one.is_string()) {
        return keys_.error(one, absl::StrCat("desiderata: found a value of type ", toml_type(one),
                                             ", expected an id in quotes"));
      }
      gate.desiderata.push_back(one.as_string()->get());
    }
    return absl::OkStatus();
  }

  absl::Status read_rules(const toml::table& table, Gate& gate) const {
    const toml::node* node = table.get("rule");
    if (node == nullptr) return absl::OkStatus();
    const toml::array* list = node->as_array();
    if (list == nullptr || !list->is_homogeneous<toml::table>()) {
      return keys_.error(*node, "rule: expected tables, each begun with [[rule]]");
    }
    for (const toml::node& one : *list) {
      const toml::table& of_rule = *one.as_table();
      absl::Status status = keys_.check(
          of_rule, {"desideratum", "expectation", "margin", "worse", "better", "unclear", "verdict"},
          "rule: ");
      if (!status.ok()) return status;
      absl::StatusOr<std::string> desideratum = keys_.id(of_rule, "rule: ", "desideratum");
      if (!desideratum.ok()) return desideratum.status();
      absl::StatusOr<std::string> expectation =
          keys_.line(of_rule, "rule: ", "expectation", /*required=*/false);
      if (!expectation.ok()) return expectation.status();
      if (!expectation->empty() && of_rule.contains("verdict")) {
        return keys_.error(
            *of_rule.get("verdict"),
            "rule: verdict is asked of a desideratum as a whole; leave out expectation");
      }
      absl::StatusOr<GateRule> read = rule(of_rule, "rule: ");
      if (!read.ok()) return read.status();
      read->desideratum = *std::move(desideratum);
      read->expectation = *std::move(expectation);
      gate.rules.push_back(*std::move(read));
    }
    return absl::OkStatus();
  }

  // What is demanded; whose it is, the caller knows.
  absl::StatusOr<GateRule> rule(const toml::table& table, const std::string& subject) const {
    GateRule result;
    if (const toml::node* node = table.get("margin")) {
      const std::optional<double> margin = node->value<double>();
      if (!node->is_number() || !(*margin >= 0) || !std::isfinite(*margin)) {
        return keys_.error(*node, absl::StrCat(subject, "margin: expected a number, 0 or more"));
      }
      result.margin = margin;
    }
    absl::Status status = level(table, subject, "worse", result.worse);
    if (!status.ok()) return status;
    status = level(table, subject, "better", result.better);
    if (!status.ok()) return status;
    status = level(table, subject, "unclear", result.unclear);
    if (!status.ok()) return status;
    status = word(table, subject, "verdict",
                  {RequiredVerdict::kHolds, RequiredVerdict::kNotViolated, RequiredVerdict::kNone},
                  required_verdict_name, result.verdict);
    if (!status.ok()) return status;
    return result;
  }

  absl::Status level(const toml::table& table, const std::string& subject, const char* key,
                     std::optional<GateLevel>& into) const {
    return word(table, subject, key, {GateLevel::kPass, GateLevel::kWarn, GateLevel::kFail},
                gate_level_name, into);
  }

  // One of the values, by its name.
  template <typename Value>
  absl::Status word(const toml::table& table, const std::string& subject, const char* key,
                    std::vector<Value> values, const char* (*name)(Value),
                    std::optional<Value>& into) const {
    const absl::StatusOr<std::string> text = keys_.line(table, subject, key, /*required=*/false);
    if (!text.ok()) return text.status();
    if (!table.contains(key)) return absl::OkStatus();
    std::vector<std::string> names;
    for (const Value value : values) {
      names.emplace_back(name(value));
      if (names.back() == *text) into = value;
    }
    if (into.has_value()) return absl::OkStatus();
    return keys_.error(*table.get(key),
                       absl::StrCat(subject, key, ": ",
                                    not_expected(*text, "one of " + absl::StrJoin(names, ", "))));
  }

  std::string file_;
  TomlKeys keys_;
};

}  // namespace

absl::StatusOr<GateFile> parse_gate(std::string_view text, const std::string& file) {
  const absl::StatusOr<toml::table> table = parse_toml(text, file);
  if (!table.ok()) return table.status();
  return GateReader(file).read(*table);
}

absl::StatusOr<GateFile> read_gate_file(const std::filesystem::path& path) {
  const absl::StatusOr<std::string> text = read_text_file(path, kMostBytes);
  if (!text.ok()) return text.status();
  return parse_gate(*text, path.string());
}

}  // namespace eif
