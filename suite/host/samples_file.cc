#include "suite/host/samples_file.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "domains/domain_file.h"
#include "domains/statement.h"
#include "suite/formats/json_text.h"
#include "suite/formats/printable.h"
#include "suite/formats/suggest.h"
#include "suite/formats/text_file.h"

namespace eif {
namespace {

using Json = nlohmann::json;

constexpr size_t kLongestId = 100;  // bytes, as in TOML

// Reads one line.
class LineReader {
 public:
  LineReader(const Json& object, std::string where) : object_(object), where_(std::move(where)) {}

  absl::StatusOr<Sample> read(const std::string& otherwise) const {
    if (!object_.is_object()) return error("expected a JSON object with text, or prompt and completion");
    if (absl::Status status = check_keys(); !status.ok()) return status;
    Sample sample;
    absl::StatusOr<std::string> id = read_id(otherwise);
    if (!id.ok()) return id.status();
    sample.id = *std::move(id);
    if (absl::Status status = read_texts(sample); !status.ok()) return status;
    return sample;
  }

 private:
  absl::Status error(const std::string& what) const {
    return absl::InvalidArgumentError(absl::StrCat(where_, what));
  }

  absl::Status check_keys() const {
    static const std::vector<std::string>& known =
        *new std::vector<std::string>{"id", "text", "prompt", "completion"};
    for (const auto& [key, value] : object_.items()) {
      if (key == "messages") {
        return error(
            "messages have to be rendered by the model's chat template first: "
            "tools/render_chat.py MODEL FILE.jsonl makes prompt and completion of them");
      }
      if (std::find(known.begin(), known.end(), key) == known.end()) {
        return error(absl::StrCat("there is no key ", in_quotes(key), ".",
                                  did_you_mean(key, known), " Expected ",
                                  absl::StrJoin(known, ", ")));
      }
    }
    return absl::OkStatus();
  }

  absl::StatusOr<std::string> read_id(const std::string& otherwise) const {
    const auto found = object_.find("id");
    if (found == object_.end()) return otherwise;
    if (!found->is_string()) return error("id is no text");
    const std::string& id = found->get_ref<const std::string&>();
    if (const absl::Status status = check_line(id); !status.ok()) {
      return error(absl::StrCat("id ", std::string(status.message())));
    }
    if (id.size() > kLongestId) {
      return error(absl::StrCat("id has ", id.size(), " bytes; at most ", kLongestId, " are allowed"));
    }
    return id;
  }

  absl::Status read_texts(Sample& sample) const {
    const bool has_prompt = object_.contains("prompt");
    if (has_prompt != object_.contains("completion") || has_prompt == object_.contains("text")) {
      return error("expected either text, or both prompt and completion");
    }
    const absl::StatusOr<std::vector<std::string>> scored =
        texts(has_prompt ? "completion" : "text");
    if (!scored.ok()) return scored.status();
    if (!has_prompt) {
      sample.statements = {scored->begin(), scored->end()};
      return absl::OkStatus();
    }
    const absl::StatusOr<std::vector<std::string>> prompts = texts("prompt");
    if (!prompts.ok()) return prompts.status();
    if (prompts->size() != scored->size()) {
      return error(absl::StrCat("there are ", prompts->size(), " prompts and ", scored->size(),
                                " completions; expected one for each"));
    }
    for (size_t i = 0; i < scored->size(); ++i) {
      sample.statements.emplace_back(PromptedText{(*prompts)[i], (*scored)[i]});
    }
    return absl::OkStatus();
  }

  absl::StatusOr<std::vector<std::string>> texts(const char* key) const {
    const Json& value = object_.at(key);
    const Json list = value.is_array() ? value : Json::array({value});
    if (list.empty()) return error(absl::StrCat(key, " is an empty list"));
    std::vector<std::string> read;
    for (const Json& text : list) {
      if (!text.is_string()) return error(absl::StrCat(key, " is no text and no list of texts"));
      const absl::Status status = check_statement(text.get_ref<const std::string&>());
      if (!status.ok()) return error(absl::StrCat(key, " ", std::string(status.message())));
      read.push_back(text.get<std::string>());
    }
    return read;
  }

  const Json& object_;
  std::string where_;
};

}  // namespace

absl::StatusOr<std::vector<Sample>> parse_samples_jsonl(std::string_view lines,
                                                        const std::string& file,
                                                        const std::string& line_name) {
  std::vector<Sample> samples;
  std::map<std::string, size_t> line_of;  // by id
  size_t number = 0;
  const std::vector<std::string> split = absl::StrSplit(std::string(lines), '\n');
  for (const std::string& line : split) {
    ++number;
    if (absl::StripAsciiWhitespace(line).empty()) continue;
    const std::string where = absl::StrCat(file, ":", number);
    const absl::StatusOr<Json> json = parse_json(line, where);
    if (!json.ok()) return json.status();
    absl::StatusOr<Sample> sample =
        LineReader(*json, where + ": ").read(absl::StrCat(line_name, "_", number));
    if (!sample.ok()) return sample.status();
    const auto [first, is_new] = line_of.emplace(sample->id, number);
    if (!is_new) {
      return absl::InvalidArgumentError(absl::StrCat(where, ": the id ", in_quotes(sample->id),
                                                     " is already that of line ", first->second,
                                                     "; ids are distinct"));
    }
    samples.push_back(*std::move(sample));
  }
  if (!samples.empty()) return samples;
  return absl::InvalidArgumentError(
      absl::StrCat(file, ":1: there is no sample; expected a JSON object on each line"));
}

absl::StatusOr<std::vector<Sample>> read_samples_file(const std::string& path,
                                                      const std::string& line_name) {
  const absl::StatusOr<std::string> text = read_text_file(path);
  if (!text.ok()) return text.status();
  return absl::EndsWith(path, ".jsonl") ? parse_samples_jsonl(*text, path, line_name)
                                        : parse_samples_file(*text, path);
}

}  // namespace eif
