#include "domains/domain_file.h"

// The one place that includes this large header.
#include <toml++/toml.h>

#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <sstream>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "domains/statement.h"
#include "domains/toml_depth.h"

namespace eif {
namespace {

constexpr size_t kMaxIdBytes = 100;

// The two kinds of file: which keys they have, and whether braces in text mean placeholders.
struct Format {
  std::vector<std::string> file_keys;
  std::vector<std::string> sample_keys;
  bool template_syntax = false;
};

const Format& domain_format() {
  static const Format& format = *new Format{{"name", "description", "source", "sample"},
                                            {"id", "text", "extended", "train", "evaluate", "note"},
                                            true};
  return format;
}

const Format& samples_format() {
  static const Format& format = *new Format{{"sample"}, {"id", "text"}, false};
  return format;
}

std::string type_name(const toml::node& node) {
  std::ostringstream name;
  name << node.type();
  return std::move(name).str();
}

bool is_identifier(std::string_view text) {
  return !text.empty() && absl::ascii_islower(static_cast<unsigned char>(text.front())) &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_';
         });
}

// Reads one file. Methods fail with the file and the line of what they were reading.
class FileReader {
 public:
  FileReader(const std::string& file, const Format& format) : file_(file), format_(format) {}

  absl::StatusOr<toml::table> parse(std::string_view text) const {
    if (const std::optional<int> line = line_nested_too_deep(text)) {
      return absl::InvalidArgumentError(absl::StrCat(file_, ":", *line, ": ", kNestedTooDeep));
    }
    try {
      return toml::parse(text, file_);
    } catch (const toml::parse_error& error) {
      return absl::InvalidArgumentError(
          absl::StrCat(file_, ":", error.source().begin.line, ":", error.source().begin.column,
                       ": no TOML: ", std::string(error.description())));
    }
  }

  absl::Status check_keys(const toml::table& table) const {
    return check_keys(table, format_.file_keys, "");
  }

  absl::StatusOr<std::vector<SampleTemplate>> samples(const toml::table& table) const {
    const toml::node* node = table.get("sample");
    if (node == nullptr) {
      return absl::InvalidArgumentError(absl::StrCat(
          file_, ":1: there is no sample; expected [[sample]] tables with id and text"));
    }
    if (!node->is_array_of_tables()) {
      return error(*node, absl::StrCat("sample is not a list of tables (found: ", type_name(*node),
                                       "); write [[sample]]"));
    }
    std::vector<SampleTemplate> samples;
    std::map<std::string, toml::source_index> lines;
    for (const toml::node& element : *node->as_array()) {
      absl::StatusOr<SampleTemplate> read = sample(*element.as_table(), samples.size() + 1);
      if (!read.ok()) return read.status();
      const toml::source_index line = element.source().begin.line;
      const auto [first, is_new] = lines.emplace(read->id, line);
      if (!is_new) {
        return error(element, absl::StrCat("sample id \"", read->id, "\" is already that of line ",
                                           first->second, "; ids are distinct"));
      }
      samples.push_back(*std::move(read));
    }
    return samples;
  }

  // A string that must be there if `required`; otherwise empty where it is not.
  absl::StatusOr<std::string> text_of(const toml::table& table, const std::string& subject,
                                      const char* key, bool required) const {
    const toml::node* node = table.get(key);
    if (node == nullptr) {
      if (!required) return std::string();
      return error(table, absl::StrCat(subject, "there is no ", key, "; add ", key, " = \"…\""));
    }
    if (!node->is_string()) {
      return error(*node, absl::StrCat(subject, key, " is of type ", type_name(*node),
                                       "; expected a string"));
    }
    std::string text = node->as_string()->get();
    if (absl::Status status = check_statement(text); !status.ok()) {
      return error(*node, absl::StrCat(subject, key, " ", std::string(status.message())));
    }
    return text;
  }

  absl::StatusOr<std::string> identifier_of(const toml::table& table, const std::string& subject,
                                            const char* key) const {
    absl::StatusOr<std::string> text = text_of(table, subject, key, /*required=*/true);
    if (!text.ok()) return text;
    if (text->size() > kMaxIdBytes) {
      return error(*table.get(key), absl::StrCat(subject, key, " has ", text->size(),
                                                 " bytes; at most ", kMaxIdBytes, " are allowed"));
    }
    if (format_.template_syntax && !is_identifier(*text)) {
      return error(*table.get(key),
                   absl::StrCat(subject, key, " is \"", *text,
                                "\"; expected a lower-case letter and then a–z, 0–9 or _"));
    }
    return text;
  }

 private:
  absl::Status error(const toml::node& at, const std::string& what) const {
    // A document's own table has no place in it when it is empty.
    const toml::source_index line = std::max<toml::source_index>(at.source().begin.line, 1);
    return absl::InvalidArgumentError(absl::StrCat(file_, ":", line, ": ", what));
  }

  absl::Status check_keys(const toml::table& table, std::span<const std::string> allowed,
                          const std::string& subject) const {
    for (const auto& [key, value] : table) {
      if (std::find(allowed.begin(), allowed.end(), key.str()) == allowed.end()) {
        return error(value, absl::StrCat(subject, "unknown key \"", std::string(key.str()),
                                         "\"; expected ", absl::StrJoin(allowed, ", ")));
      }
    }
    return absl::OkStatus();
  }

  absl::StatusOr<SampleTemplate> sample(const toml::table& table, size_t number) const {
    SampleTemplate sample;
    absl::StatusOr<std::string> id =
        identifier_of(table, absl::StrCat("sample number ", number, ": "), "id");
    if (!id.ok()) return id.status();
    sample.id = *std::move(id);
    const std::string subject = absl::StrCat("sample \"", sample.id, "\": ");
    if (absl::Status status = check_keys(table, format_.sample_keys, subject); !status.ok()) {
      return status;
    }
    absl::StatusOr<std::vector<std::string>> statements = statements_of(table, subject);
    if (!statements.ok()) return statements.status();
    sample.statements = *std::move(statements);
    absl::StatusOr<SampleRole> role = role_of(table, subject);
    if (!role.ok()) return role.status();
    sample.role = *std::move(role);
    return sample;
  }

  absl::StatusOr<std::vector<std::string>> statements_of(const toml::table& table,
                                                         const std::string& subject) const {
    const toml::node* text = table.get("text");
    if (text == nullptr) {
      return error(table, absl::StrCat(subject,
                                       "there is no text; add text = \"…\" or an array of "
                                       "statements"));
    }
    if (text->is_string()) return one_statement(*text, subject + "text");
    if (!text->is_array() || text->as_array()->empty()) {
      return error(*text,
                   absl::StrCat(subject, "text is ",
                                text->is_array() ? "an empty array" : "of type " + type_name(*text),
                                "; expected a string or an array of strings"));
    }
    std::vector<std::string> statements;
    for (const toml::node& element : *text->as_array()) {
      absl::StatusOr<std::vector<std::string>> statement = one_statement(
          element, absl::StrCat(subject, "statement ", statements.size() + 1, " of text"));
      if (!statement.ok()) return statement;
      statements.push_back(std::move(statement->front()));
    }
    return statements;
  }

  absl::StatusOr<std::vector<std::string>> one_statement(const toml::node& node,
                                                         const std::string& subject) const {
    if (!node.is_string()) {
      return error(node,
                   absl::StrCat(subject, " is of type ", type_name(node), "; expected a string"));
    }
    const std::string& statement = node.as_string()->get();
    if (absl::Status status = check_statement(statement); !status.ok()) {
      return error(node, absl::StrCat(subject, " ", std::string(status.message())));
    }
    if (format_.template_syntax) {
      if (absl::Status status = split_statement(statement).status(); !status.ok()) {
        return error(node, absl::StrCat(subject, ": ", std::string(status.message())));
      }
    }
    return std::vector<std::string>{statement};
  }

  absl::StatusOr<SampleRole> role_of(const toml::table& table, const std::string& subject) const {
    SampleRole role;
    const std::pair<const char*, bool*> flags[] = {
        {"extended", &role.extended}, {"train", &role.train}, {"evaluate", &role.evaluate}};
    for (const auto& [key, value] : flags) {
      const toml::node* node = table.get(key);
      if (node == nullptr) continue;
      if (!node->is_boolean()) {
        return error(*node, absl::StrCat(subject, key, " is of type ", type_name(*node),
                                         "; expected true or false"));
      }
      *value = node->as_boolean()->get();
    }
    if (!role.train && !role.evaluate) {
      return error(table, absl::StrCat(subject,
                                       "it is neither trained nor evaluated; leave out one "
                                       "of train = false and evaluate = false"));
    }
    absl::StatusOr<std::string> note = text_of(table, subject, "note", /*required=*/false);
    if (!note.ok()) return note.status();
    role.note = *std::move(note);
    return role;
  }

  const std::string& file_;
  const Format& format_;
};

}  // namespace

absl::StatusOr<DomainTemplate> parse_domain(std::string_view toml, const std::string& file) {
  const FileReader reader(file, domain_format());
  absl::StatusOr<toml::table> table = reader.parse(toml);
  if (!table.ok()) return table.status();
  if (absl::Status status = reader.check_keys(*table); !status.ok()) return status;

  absl::StatusOr<std::string> name = reader.identifier_of(*table, "", "name");
  if (!name.ok()) return name.status();
  absl::StatusOr<std::string> description = reader.text_of(*table, "", "description", true);
  if (!description.ok()) return description.status();
  absl::StatusOr<std::string> source = reader.text_of(*table, "", "source", false);
  if (!source.ok()) return source.status();
  absl::StatusOr<std::vector<SampleTemplate>> samples = reader.samples(*table);
  if (!samples.ok()) return samples.status();
  return DomainTemplate{*std::move(name), *std::move(description), *std::move(source),
                        *std::move(samples)};
}

absl::StatusOr<std::vector<Sample>> parse_samples_file(std::string_view toml,
                                                       const std::string& file) {
  const FileReader reader(file, samples_format());
  absl::StatusOr<toml::table> table = reader.parse(toml);
  if (!table.ok()) return table.status();
  if (absl::Status status = reader.check_keys(*table); !status.ok()) return status;
  absl::StatusOr<std::vector<SampleTemplate>> read = reader.samples(*table);
  if (!read.ok()) return read.status();

  std::vector<Sample> samples;
  for (SampleTemplate& sample : *read) {
    samples.push_back({std::move(sample.id), {sample.statements.begin(), sample.statements.end()}});
  }
  return samples;
}

}  // namespace eif
