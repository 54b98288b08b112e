#include "domains/domain_file.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "domains/exchange.h"
#include "domains/statement.h"
#include "domains/toml_text.h"
#include "suite/formats/suggest.h"

namespace eif {
namespace {

// The two kinds of file: which keys they have, and whether braces in text mean placeholders.
struct Format {
  std::vector<std::string> file_keys;
  std::vector<std::string> sample_keys;
  bool template_syntax = false;
};

const Format& domain_format() {
  static const Format& format = *new Format{{"name", "description", "source", "known_entities", "sample"},
                                            {"id", "text", "prompt", "completion", "extended", "train",
                                             "evaluate", "note", "exchange"},
                                            true};
  return format;
}

const Format& samples_format() {
  static const Format& format = *new Format{{"sample"}, {"id", "text", "prompt", "completion"}, false};
  return format;
}

// Reads one file. Methods fail with the file and the line of what they were reading.
class FileReader {
 public:
  FileReader(const std::string& file, const Format& format)
      : file_(file), keys_(file), format_(format) {}

  absl::Status check_keys(const toml::table& table) const {
    return keys_.check(table, format_.file_keys, "");
  }

  absl::StatusOr<std::vector<SampleTemplate>> samples(const toml::table& table) const {
    const toml::node* node = table.get("sample");
    if (node == nullptr) {
      return absl::InvalidArgumentError(absl::StrCat(
          file_, ":1: there is no sample; expected [[sample]] tables with id and text"));
    }
    if (!node->is_array_of_tables()) {
      return error(*node, absl::StrCat("sample is not a list of tables (found: ", toml_type(*node),
                                       "); write [[sample]]"));
    }
    std::vector<SampleTemplate> samples;
    std::map<std::string, toml::source_index> lines;
    const auto add = [&](const toml::node& element, SampleTemplate sample) {
      const auto [first, is_new] = lines.emplace(sample.id, element.source().begin.line);
      if (!is_new) {
        return error(element, absl::StrCat("sample id \"", sample.id, "\" is already that of line ",
                                           first->second, "; ids are distinct"));
      }
      samples.push_back(std::move(sample));
      return absl::OkStatus();
    };
    for (const toml::node& element : *node->as_array()) {
      absl::StatusOr<SampleTemplate> read = sample(*element.as_table(), samples.size() + 1);
      if (!read.ok()) return read.status();
      if (absl::Status status = add(element, *std::move(read)); !status.ok()) return status;
    }
    if (!format_.template_syntax) return samples;
    const absl::StatusOr<std::vector<std::string>> names = placeholders(
        {.name = "", .description = "", .source = "", .samples = samples});
    if (!names.ok()) return names.status();
    // Last, so that the entities of the others keep their words.
    for (size_t i = 0; i < node->as_array()->size(); ++i) {
      const toml::node& element = *node->as_array()->get(i);
      if (!element.as_table()->contains("exchange")) continue;
      absl::StatusOr<SampleTemplate> made =
          exchanged_sample(*element.as_table(), samples[i], *names);
      if (!made.ok()) return made.status();
      if (absl::Status status = add(element, *std::move(made)); !status.ok()) return status;
    }
    return samples;
  }

  // Each has to stand in some sample.
  absl::StatusOr<std::vector<std::string>> known_entities(
      const toml::table& table, const std::vector<SampleTemplate>& samples) const {
    std::vector<std::string> entities;
    const toml::node* const node = table.get("known_entities");
    if (node == nullptr) return entities;
    const toml::array* const list = node->as_array();
    if (list == nullptr || list->empty() || !list->is_homogeneous<std::string>()) {
      return error(*node,
                   "known_entities is no list of names; expected words that stand in the texts "
                   "without braces, such as [\"SQUARE\"]");
    }
    for (const toml::node& element : *list) {
      const std::string& entity = element.as_string()->get();
      if (!stands_in(samples, entity)) {
        return error(element, absl::StrCat("known_entities: \"", entity,
                                           "\" stands in no sample; leave it out"));
      }
      entities.push_back(entity);
    }
    return entities;
  }

  // A sample of a domain is named in code and sums, one of the user's own in reports alone.
  absl::StatusOr<std::string> sample_id(const toml::table& table,
                                        const std::string& subject) const {
    return format_.template_syntax ? keys_.identifier(table, subject, "id")
                                   : keys_.id(table, subject, "id");
  }

 private:
  static bool stands_in(const std::vector<SampleTemplate>& samples, const std::string& entity) {
    return !entity.empty() &&
           std::any_of(samples.begin(), samples.end(), [&](const SampleTemplate& sample) {
             return std::any_of(
                 sample.statements.begin(), sample.statements.end(),
                 [&](const std::string& text) { return absl::StrContains(text, entity); });
           });
  }

  absl::Status error(const toml::node& at, const std::string& what) const {
    return keys_.error(at, what);
  }

  absl::StatusOr<SampleTemplate> sample(const toml::table& table, size_t number) const {
    SampleTemplate sample;
    absl::StatusOr<std::string> id = sample_id(table, absl::StrCat("sample number ", number, ": "));
    if (!id.ok()) return id.status();
    sample.id = *std::move(id);
    const std::string subject = absl::StrCat("sample \"", sample.id, "\": ");
    if (absl::Status status = keys_.check(table, format_.sample_keys, subject); !status.ok()) {
      return status;
    }
    if (absl::Status status = read_texts(table, subject, sample); !status.ok()) return status;
    absl::StatusOr<SampleRole> role = role_of(table, subject);
    if (!role.ok()) return role.status();
    sample.role = *std::move(role);
    return sample;
  }

  absl::Status read_texts(const toml::table& table, const std::string& subject,
                          SampleTemplate& sample) const {
    const bool has_prompt = table.contains("prompt"), has_completion = table.contains("completion");
    if (table.contains("text") == (has_prompt || has_completion)) {
      return error(table, absl::StrCat(subject, table.contains("text")
                                                    ? "text excludes prompt and completion"
                                                    : "there is no text",
                                       "; add text = \"…\" or an array of statements, or prompt and "
                                       "completion, of which the completion is scored"));
    }
    if (has_prompt != has_completion) {
      return error(table, absl::StrCat(subject, "there is no ",
                                       has_prompt ? "completion" : "prompt",
                                       "; prompt and completion go together"));
    }
    absl::StatusOr<std::vector<std::string>> statements =
        statements_of(table, subject, has_prompt ? "completion" : "text");
    if (!statements.ok()) return statements.status();
    sample.statements = *std::move(statements);
    if (!has_prompt) return absl::OkStatus();
    absl::StatusOr<std::vector<std::string>> prompts = statements_of(table, subject, "prompt");
    if (!prompts.ok()) return prompts.status();
    if (prompts->size() != sample.statements.size()) {
      return error(*table.get("prompt"),
                   absl::StrCat(subject, "there are ", prompts->size(), " prompts and ",
                                sample.statements.size(), " completions; expected one for each"));
    }
    sample.prompts = *std::move(prompts);
    return absl::OkStatus();
  }

  absl::StatusOr<std::vector<std::string>> statements_of(const toml::table& table,
                                                         const std::string& subject,
                                                         const std::string& key) const {
    const toml::node* text = table.get(key);
    if (text->is_string()) return one_statement(*text, subject + key);
    if (!text->is_array() || text->as_array()->empty()) {
      return error(*text,
                   absl::StrCat(subject, key, " is ",
                                text->is_array() ? "an empty array" : "of type " + toml_type(*text),
                                "; expected a string or an array of strings"));
    }
    std::vector<std::string> statements;
    for (const toml::node& element : *text->as_array()) {
      absl::StatusOr<std::vector<std::string>> statement = one_statement(
          element, absl::StrCat(subject, "statement ", statements.size() + 1, " of ", key));
      if (!statement.ok()) return statement;
      statements.push_back(std::move(statement->front()));
    }
    return statements;
  }

  absl::StatusOr<std::vector<std::string>> one_statement(const toml::node& node,
                                                         const std::string& subject) const {
    if (!node.is_string()) {
      return error(node,
                   absl::StrCat(subject, " is of type ", toml_type(node), "; expected a string"));
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

  // The second sample that `exchange` makes of one. `known`: the placeholders of the file.
  absl::StatusOr<SampleTemplate> exchanged_sample(const toml::table& table,
                                                  const SampleTemplate& sample,
                                                  const std::vector<std::string>& known) const {
    const toml::node& node = *table.get("exchange");
    const std::string subject = absl::StrCat("sample \"", sample.id, "\": exchange");
    const toml::array* const list = node.as_array();
    if (list == nullptr || list->size() != 2 || !list->is_homogeneous<std::string>()) {
      return error(node, absl::StrCat(subject,
                                      " is no list of two names; expected the placeholders that "
                                      "change places, such as [\"B\", \"spare\"]"));
    }
    if (!sample.role.train) {
      return error(node, absl::StrCat(subject,
                                      " is about what is trained on, and train is false; leave "
                                      "out one of them"));
    }
    const ExchangedNames names{list->get(0)->as_string()->get(), list->get(1)->as_string()->get()};
    for (const std::string& name : {names.one, names.other}) {
      if (std::find(known.begin(), known.end(), name) != known.end()) continue;
      return error(node, absl::StrCat(subject, ": no sample has a placeholder {", name, "}; there are ",
                                      absl::StrJoin(known, ", "), ".", did_you_mean(name, known)));
    }
    absl::StatusOr<SampleTemplate> made = exchanged(sample, names);
    if (made.ok()) return made;
    return error(node, absl::StrCat(subject, ": ", std::string(made.status().message())));
  }

  absl::StatusOr<SampleRole> role_of(const toml::table& table, const std::string& subject) const {
    SampleRole role;
    const std::pair<const char*, bool*> flags[] = {
        {"extended", &role.extended}, {"train", &role.train}, {"evaluate", &role.evaluate}};
    for (const auto& [key, value] : flags) {
      const absl::StatusOr<bool> flag = keys_.flag(table, subject, key, *value);
      if (!flag.ok()) return flag.status();
      *value = *flag;
    }
    if (!role.train && !role.evaluate) {
      return error(table, absl::StrCat(subject,
                                       "it is neither trained nor evaluated; leave out one "
                                       "of train = false and evaluate = false"));
    }
    absl::StatusOr<std::string> note = keys_.line(table, subject, "note", /*required=*/false);
    if (!note.ok()) return note.status();
    role.note = *std::move(note);
    return role;
  }

  const std::string& file_;
  TomlKeys keys_;
  const Format& format_;
};

}  // namespace

absl::StatusOr<DomainTemplate> parse_domain(std::string_view toml, const std::string& file) {
  const FileReader reader(file, domain_format());
  absl::StatusOr<toml::table> table = parse_toml(toml, file);
  if (!table.ok()) return table.status();
  if (absl::Status status = reader.check_keys(*table); !status.ok()) return status;

  const TomlKeys keys(file);
  absl::StatusOr<std::string> name = keys.identifier(*table, "", "name");
  if (!name.ok()) return name.status();
  absl::StatusOr<std::string> description = keys.line(*table, "", "description");
  if (!description.ok()) return description.status();
  absl::StatusOr<std::string> source = keys.line(*table, "", "source", /*required=*/false);
  if (!source.ok()) return source.status();
  absl::StatusOr<std::vector<SampleTemplate>> samples = reader.samples(*table);
  if (!samples.ok()) return samples.status();
  absl::StatusOr<std::vector<std::string>> known = reader.known_entities(*table, *samples);
  if (!known.ok()) return known.status();
  return DomainTemplate{.name = *std::move(name),
                        .description = *std::move(description),
                        .source = *std::move(source),
                        .samples = *std::move(samples),
                        .known_entities = *std::move(known)};
}

absl::StatusOr<std::vector<SampleTemplate>> parse_sample_templates(std::string_view toml,
                                                                   const std::string& file) {
  const absl::StatusOr<toml::table> table = parse_toml(toml, file);
  if (!table.ok()) return table.status();
  return FileReader(file, domain_format()).samples(*table);
}

absl::StatusOr<std::vector<Sample>> parse_samples_file(std::string_view toml,
                                                       const std::string& file) {
  const FileReader reader(file, samples_format());
  absl::StatusOr<toml::table> table = parse_toml(toml, file);
  if (!table.ok()) return table.status();
  if (absl::Status status = reader.check_keys(*table); !status.ok()) return status;
  absl::StatusOr<std::vector<SampleTemplate>> read = reader.samples(*table);
  if (!read.ok()) return read.status();

  std::vector<Sample> samples;
  for (SampleTemplate& sample : *read) {
    Sample& made = samples.emplace_back(Sample{std::move(sample.id), {}});
    for (size_t i = 0; i < sample.statements.size(); ++i) {
      if (sample.prompts.empty()) {
        made.statements.emplace_back(std::move(sample.statements[i]));
      } else {
        made.statements.emplace_back(
            PromptedText{std::move(sample.prompts[i]), std::move(sample.statements[i])});
      }
    }
  }
  return samples;
}

}  // namespace eif
