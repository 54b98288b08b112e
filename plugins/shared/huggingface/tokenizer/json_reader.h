// Reading an untrusted JSON file: typed access that knows where in the file it is.
//
// A document keeps the first problem that is met and reading goes on with empty values. So code
// that reads stays short, and asks for status() before it uses what it has read:
//
//   JsonDocument document(json, "tokenizer.json");
//   const JsonNode model = document.root()["model"];
//   model.only_fields({"type", "vocab"});
//   const std::string type = model["type"].string();
//   if (!document.status().ok()) return document.status();
//   // "tokenizer.json: $.model.type: found 3, expected a string"
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"

namespace eif::tokenizer {

class JsonDocument;

// The value as JSON; of a long one only what tells which it is.
std::string excerpt(const nlohmann::json& value);

// One value of a document. Lives no longer than its document.
class JsonNode {
 public:
  // A field of an object; absent fields read as null.
  JsonNode operator[](const std::string& field) const;
  JsonNode operator[](size_t index) const;
  // The entries of an array.
  std::vector<JsonNode> elements() const;

  bool is_null() const { return value_->is_null(); }
  std::string string() const;
  bool boolean() const;
  bool boolean_or(bool otherwise) const { return is_null() ? otherwise : boolean(); }
  int32_t token_id() const;

  // Refuses what is not an object, and fields that are not listed: they may change ids.
  void only_fields(std::initializer_list<const char*> known) const;

  // "found …, expected …": kInvalidArgument for what is wrong, kUnimplemented for what Hugging Face
  // tokenizers can do and this one cannot.
  void reject(const std::string& expected) const;
  void unsupported(const std::string& expected) const;
  // The same for a value that is kept elsewhere, at the place of this one.
  void reject_found(const nlohmann::json& value, const std::string& expected) const;
  // A problem found elsewhere with this value.
  void fail(const absl::Status& status) const;

  const nlohmann::json& value() const { return *value_; }
  // "tokenizer.json: $.model"
  std::string place() const;

 private:
  friend class JsonDocument;
  JsonNode(JsonDocument* document, const nlohmann::json* value, std::string path)
      : document_(document), value_(value), path_(std::move(path)) {}
  std::string found() const;

  JsonDocument* document_;
  const nlohmann::json* value_;
  std::string path_;
};

class JsonDocument {
 public:
  // `name` is what messages call the file. `value` comes from a reader that bounds its depth, so
  // that code that walks a document may recurse.
  JsonDocument(nlohmann::json value, std::string name)
      : name_(std::move(name)), value_(std::move(value)) {}
  JsonDocument(const JsonDocument&) = delete;
  JsonDocument& operator=(const JsonDocument&) = delete;

  JsonNode root() { return JsonNode(this, &value_, "$"); }
  const absl::Status& status() const { return status_; }

 private:
  friend class JsonNode;
  void fail(absl::StatusCode code, const std::string& path, const std::string& problem);

  std::string name_;
  nlohmann::json value_;
  absl::Status status_;
};

}  // namespace eif::tokenizer
