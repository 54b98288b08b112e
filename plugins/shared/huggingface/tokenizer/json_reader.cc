#include "plugins/shared/huggingface/tokenizer/json_reader.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "plugins/shared/huggingface/tokenizer/tokenizer_json.h"

namespace eif::tokenizer {
namespace {

using nlohmann::json;

const json kNull;

// Whatever is longer than this tells no more about a value.
constexpr size_t kExcerptBytes = 60;

bool is_continuation_byte(char byte) { return (byte & 0xC0) == 0x80; }

}  // namespace

std::string excerpt(const json& value) {
  std::string text = value.dump(-1, ' ', /*ensure_ascii=*/false);
  if (text.size() <= kExcerptBytes) return text;
  size_t end = kExcerptBytes;
  while (end > 0 && is_continuation_byte(text[end])) --end;
  return text.substr(0, end) + "…";
}

void JsonDocument::fail(absl::StatusCode code, const std::string& path,
                        const std::string& problem) {
  if (status_.ok()) status_ = absl::Status(code, absl::StrCat(name_, ": ", path, ": ", problem));
}

JsonNode JsonNode::operator[](const std::string& field) const {
  const json* value = &kNull;
  if (value_->is_object()) {
    const auto found = value_->find(field);
    if (found != value_->end()) value = &*found;
  }
  return JsonNode(document_, value, absl::StrCat(path_, ".", field));
}

JsonNode JsonNode::operator[](size_t index) const {
  const bool there = value_->is_array() && index < value_->size();
  return JsonNode(document_, there ? &(*value_)[index] : &kNull,
                  absl::StrCat(path_, "[", index, "]"));
}

std::vector<JsonNode> JsonNode::elements() const {
  std::vector<JsonNode> elements;
  if (!value_->is_array()) reject("an array");
  for (size_t index = 0; value_->is_array() && index < value_->size(); ++index) {
    elements.push_back((*this)[index]);
  }
  return elements;
}

std::string JsonNode::string() const {
  if (value_->is_string()) return value_->get<std::string>();
  reject("a string");
  return "";
}

bool JsonNode::boolean() const {
  if (value_->is_boolean()) return value_->get<bool>();
  reject("true or false");
  return false;
}

int32_t JsonNode::token_id() const {
  // A number above the largest int64_t is an unsigned one.
  if (value_->is_number_integer() && *value_ >= 0 && *value_ <= kLargestId) {
    return value_->get<int32_t>();
  }
  reject(absl::StrCat("a token id from 0 to ", kLargestId));
  return 0;
}

void JsonNode::only_fields(std::initializer_list<const char*> known) const {
  if (!value_->is_object()) return reject("an object");
  for (const auto& [field, value] : value_->items()) {
    if (std::find(known.begin(), known.end(), field) != known.end()) continue;
    return (*this)[field].unsupported(
        absl::StrCat("no such field, only ", absl::StrJoin(known, ", "),
                     ". A newer format? Its effect on ids is not known here."));
  }
}

void JsonNode::reject(const std::string& expected) const {
  document_->fail(absl::StatusCode::kInvalidArgument, path_,
                  absl::StrCat("found ", found(), ", expected ", expected));
}

void JsonNode::reject_found(const json& value, const std::string& expected) const {
  document_->fail(absl::StatusCode::kInvalidArgument, path_,
                  absl::StrCat("found ", excerpt(value), ", expected ", expected));
}

void JsonNode::unsupported(const std::string& expected) const {
  document_->fail(absl::StatusCode::kUnimplemented, path_,
                  absl::StrCat("found ", found(), ", expected ", expected));
}

void JsonNode::fail(const absl::Status& status) const {
  document_->fail(status.code(), path_, std::string(status.message()));
}

std::string JsonNode::place() const { return absl::StrCat(document_->name_, ": ", path_); }

std::string JsonNode::found() const {
  return is_null() ? "nothing" : excerpt(*value_);
}

}  // namespace eif::tokenizer
