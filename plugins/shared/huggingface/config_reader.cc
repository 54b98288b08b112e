#include "plugins/shared/huggingface/config_reader.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "suite/formats/json_text.h"

namespace eif {
namespace {

using Json = nlohmann::json;

bool is_finite(const Json& value) {
  return value.is_number() && std::isfinite(value.get<double>());
}

bool is_positive(const Json& value) { return is_finite(value) && value.get<double>() > 0; }

bool is_integer(const Json& value, int64_t min, int64_t max) {
  // The parser makes unsigned numbers of those that are not negative, up to 2⁶⁴.
  if (value.is_number_unsigned()) {
    return value.get<uint64_t>() <= static_cast<uint64_t>(max) && value.get<int64_t>() >= min;
  }
  return value.is_number_integer() && value.get<int64_t>() >= min && value.get<int64_t>() <= max;
}

// Puts the words that Python writes for numbers without a value in double quotes, where they are not
// part of a text already.
std::string with_quoted_numbers(std::string_view text) {
  constexpr std::string_view kWords[] = {"NaN", "-Infinity", "Infinity"};
  std::string result;
  bool is_in_text = false;
  for (size_t i = 0; i < text.size();) {
    const std::string_view rest = text.substr(i);
    const auto* const word = std::find_if(std::begin(kWords), std::end(kWords), [&](auto prefix) {
      return !is_in_text && rest.starts_with(prefix);
    });
    if (word != std::end(kWords)) {
      result.append("\"").append(*word).append("\"");
      i += word->size();
      continue;
    }
    const size_t length = is_in_text && rest[0] == '\\' && rest.size() > 1 ? 2 : 1;
    if (rest[0] == '"') is_in_text = !is_in_text;
    result += rest.substr(0, length);
    i += length;
  }
  return result;
}

}  // namespace

// ---- ConfigReader ------------------------------------------------------------------------------

const Json* ConfigReader::value(const std::string& name) const {
  const auto found = object_->find(name);
  const Json* value = found == object_->end() || found->is_null() ? nullptr : &*found;
  for (const auto& [from, to] : other_names_) {
    if (from != name) continue;
    const auto other = object_->find(to);
    if (other == object_->end() || other->is_null()) continue;
    if (value != nullptr && *value != *other) {
      fail(absl::StrCat(name, " and ", to, " have different values; expected one of them, or the ",
                        "same value"));
    }
    value = &*other;
  }
  return value;
}

bool ConfigReader::has(const std::string& name) const { return value(name) != nullptr; }

std::vector<std::string> ConfigReader::names() const {
  std::vector<std::string> names;
  for (const auto& [name, value] : object_->items()) names.push_back(name);
  return names;
}

bool ConfigReader::says_something(const std::string& name) const {
  const Json* found = value(name);
  if (found == nullptr || (found->is_boolean() && !found->get<bool>())) return false;
  if (found->is_string()) return !found->get_ref<const std::string&>().empty();
  return found->is_primitive() || !found->empty();
}

bool ConfigReader::is_text(const std::string& name) const {
  const Json* found = value(name);
  return found != nullptr && found->is_string();
}

bool ConfigReader::is_null(const std::string& name) const {
  const auto found = object_->find(name);
  return found != object_->end() && found->is_null();
}

void ConfigReader::read_as(const std::string& name, const std::string& other_name) {
  other_names_.emplace_back(name, other_name);
}

const Json* ConfigReader::find(const std::string& name, bool optional) const {
  const Json* found = value(name);
  if (found == nullptr && !optional) fail(absl::StrCat(name, " is missing"));
  return found;
}

int64_t ConfigReader::integer(const std::string& name, std::optional<int64_t> otherwise,
                              int64_t min, int64_t max) const {
  const Json* value = find(name, otherwise.has_value());
  if (value == nullptr) return otherwise.value_or(min);
  if (is_integer(*value, min, max)) return value->get<int64_t>();
  wrong(name, *value, absl::StrCat("a whole number from ", min, " to ", max));
  return min;
}

std::optional<int64_t> ConfigReader::optional_integer(const std::string& name,
                                                      std::optional<int64_t> otherwise,
                                                      int64_t min) const {
  if (has(name)) return integer(name, {}, min);
  return is_null(name) ? std::nullopt : otherwise;
}

double ConfigReader::positive(const std::string& name, std::optional<double> otherwise) const {
  const Json* value = find(name, otherwise.has_value());
  if (value == nullptr) return otherwise.value_or(1);
  if (is_positive(*value)) return value->get<double>();
  wrong(name, *value, "a number above 0");
  return 1;
}

std::optional<double> ConfigReader::optional_positive(const std::string& name,
                                                      std::optional<double> otherwise) const {
  if (has(name)) return positive(name);
  return is_null(name) ? std::nullopt : otherwise;
}

double ConfigReader::number(const std::string& name, double otherwise) const {
  const Json* value = find(name, true);
  if (value == nullptr) return otherwise;
  if (is_finite(*value)) return value->get<double>();
  wrong(name, *value, "a number");
  return otherwise;
}

bool ConfigReader::flag(const std::string& name, bool otherwise) const {
  const Json* value = find(name, true);
  if (value == nullptr) return otherwise;
  if (value->is_boolean()) return value->get<bool>();
  wrong(name, *value, "true or false");
  return otherwise;
}

std::string ConfigReader::text(const std::string& name,
                               std::optional<std::string> otherwise) const {
  const Json* value = find(name, otherwise.has_value());
  if (value == nullptr) return otherwise.value_or("");
  if (value->is_string()) return value->get<std::string>();
  wrong(name, *value, "a string");
  return "";
}

std::string ConfigReader::first_text(const std::string& name) const {
  const Json* value = find(name, true);
  if (value == nullptr || !value->is_array() || value->empty() || !value->front().is_string()) {
    return "";
  }
  return value->front().get<std::string>();
}

std::vector<double> ConfigReader::positives(const std::string& name, size_t count) const {
  const Json* value = find(name, false);
  if (value == nullptr) return {};
  if (!value->is_array() || value->size() != count ||
      !std::all_of(value->begin(), value->end(), is_positive)) {
    wrong(name, *value, absl::StrCat("a list of ", count, " numbers above 0"));
    return {};
  }
  return value->get<std::vector<double>>();
}

std::vector<int64_t> ConfigReader::integers(const std::string& name, size_t count) const {
  const Json* value = find(name, false);
  if (value == nullptr) return {};
  const auto fits = [](const Json& element) { return is_integer(element, 0, kLargestSize); };
  if (!value->is_array() || value->size() != count ||
      !std::all_of(value->begin(), value->end(), fits)) {
    wrong(name, *value, absl::StrCat("a list of ", count, " whole numbers from 0"));
    return {};
  }
  return value->get<std::vector<int64_t>>();
}

std::vector<std::string> ConfigReader::choices(const std::string& name, size_t count,
                                               std::initializer_list<const char*> allowed) const {
  const Json* value = find(name, false);
  if (value == nullptr) return {};
  const auto is_allowed = [&](const Json& choice) {
    return std::find(allowed.begin(), allowed.end(), choice) != allowed.end();
  };
  if (!value->is_array() || value->size() != count ||
      !std::all_of(value->begin(), value->end(), is_allowed)) {
    wrong(name, *value,
          absl::StrCat("a list of ", count, " words, each ", absl::StrJoin(allowed, " or ")));
    return {};
  }
  return value->get<std::vector<std::string>>();
}

ConfigReader ConfigReader::object(const std::string& name) const {
  static const Json* const empty = new Json(Json::object());
  const Json* value = find(name, true);
  if (value != nullptr && !value->is_object()) {
    wrong(name, *value, "an object");
    value = nullptr;
  }
  return {value != nullptr ? value : empty, absl::StrCat(where_, ", ", name), error_};
}

bool ConfigReader::empty() const { return object_->empty(); }

std::string ConfigReader::nested() const {
  for (const auto& [name, value] : object_->items()) {
    if (value.is_object()) return name;
  }
  return "";
}

void ConfigReader::fail(const std::string& message) const {
  if (error_->ok()) *error_ = absl::InvalidArgumentError(absl::StrCat(where_, ": ", message));
}

void ConfigReader::fail(const std::string& name, const std::string& expected) const {
  const Json* found = value(name);
  if (found != nullptr) return wrong(name, *found, expected);
  fail(absl::StrCat(name, is_null(name) ? " is null" : " is missing", "; expected ", expected));
}

void ConfigReader::wrong(const std::string& name, const Json& found,
                         const std::string& expected) const {
  // Invalid UTF-8 is replaced, and a long list cut: this becomes one line on a terminal.
  std::string text = found.dump(-1, ' ', true, Json::error_handler_t::replace);
  if (text.size() > 60) text = absl::StrCat(text.substr(0, 60), "…");
  fail(absl::StrCat(name, " is ", text, "; expected ", expected));
}

// ---- ConfigDocument ----------------------------------------------------------------------------

absl::StatusOr<ConfigDocument> ConfigDocument::parse(const std::string& json_text,
                                                     const std::string& subject) {
  absl::StatusOr<Json> json = parse_json(with_quoted_numbers(json_text), subject);
  if (!json.ok()) return json.status();
  if (!json->is_object()) {
    return absl::InvalidArgumentError(absl::StrCat(
        subject, " is not a JSON object; expected the config.json of a Hugging Face model"));
  }
  ConfigDocument document;
  document.subject_ = subject;
  document.json_ = std::make_unique<Json>(*std::move(json));
  document.error_ = std::make_unique<absl::Status>();
  return document;
}

}  // namespace eif
