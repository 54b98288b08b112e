// Checked reading of a Hugging Face config.json.
//
// The file is untrusted, and Python may have written NaN and Infinity into it, which are no JSON: they
// are taken for the texts "NaN" and "Infinity", and refused where a number is read. Each value is checked when it is read, and errors name file, key, what was
// found and what was expected. The first error sticks, and every read after it returns a harmless
// value: code reads all that it needs and asks for status() once.
//
//   absl::StatusOr<ConfigDocument> document = ConfigDocument::parse(text, "phi/config.json");
//   const ConfigReader config = document->root();
//   const int64_t width = config.integer("hidden_size", 2048);
//   if (!document->status().ok()) return document->status();
//   // "phi/config.json: hidden_size is -1; expected a whole number from 1 to 16777216"
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace eif {

// The most that a size may be: far above any model, and so low that no product of two overflows.
inline constexpr int64_t kLargestSize = int64_t{1} << 24;

// A config.json larger than this is refused. No real one comes near it, and what is parsed of a
// file, forty times its size, stays bounded.
inline constexpr size_t kLargestConfig = size_t{1} << 20;

// Reads the members of one JSON object. A member that is null counts as missing, but where the
// reading function says otherwise.
class ConfigReader {
 public:
  bool has(const std::string& name) const;
  // Whether the object has the member, and it is null.
  bool is_null(const std::string& name) const;
  // The members, in alphabetical order.
  std::vector<std::string> names() const;
  // Whether the member is there, and more than null, false, or an empty text, list or object.
  bool says_something(const std::string& name) const;
  bool is_text(const std::string& name) const;

  // Without `otherwise` the member must be there.
  int64_t integer(const std::string& name, std::optional<int64_t> otherwise = {}, int64_t min = 1,
                  int64_t max = kLargestSize) const;
  double positive(const std::string& name, std::optional<double> otherwise = {}) const;
  // Any finite number.
  double number(const std::string& name, double otherwise) const;
  bool flag(const std::string& name, bool otherwise) const;
  std::string text(const std::string& name, std::optional<std::string> otherwise = {}) const;

  // The first element of a list of strings, or "" where there is none.
  std::string first_text(const std::string& name) const;

  // For members of which null says something: null is nothing, and `otherwise` is what a file has
  // that leaves the member out.
  std::optional<int64_t> optional_integer(const std::string& name, std::optional<int64_t> otherwise,
                                          int64_t min = 1) const;
  std::optional<double> optional_positive(const std::string& name,
                                          std::optional<double> otherwise) const;

  // Lists of as many elements as `count` says. Empty where there was an error.
  std::vector<double> positives(const std::string& name, size_t count) const;
  std::vector<int64_t> integers(const std::string& name, size_t count) const;
  std::vector<std::string> choices(const std::string& name, size_t count,
                                   std::initializer_list<const char*> allowed) const;

  // Gives the member `name`, or an empty object where it is missing.
  ConfigReader object(const std::string& name) const;
  bool empty() const;
  // Gives the name of a member that is an object itself, or "".
  std::string nested() const;

  // Says what is wrong with the object, or with one of its members.
  void fail(const std::string& message) const;
  void fail(const std::string& name, const std::string& expected) const;
  bool failed() const { return !error_->ok(); }

  // From here on `name` is read where this says so: "hidden_size" is GPT-2's "n_embd". A file may
  // have either name, and not both with different values.
  void read_as(const std::string& name, const std::string& other_name);

 private:
  friend class ConfigDocument;
  ConfigReader(const nlohmann::json* object, std::string where, absl::Status* error)
      : object_(object), where_(std::move(where)), error_(error) {}

  // The value, or nothing where it is missing; the name that the file has for it goes to `found`.
  const nlohmann::json* value(const std::string& name) const;
  const nlohmann::json* find(const std::string& name, bool optional) const;
  void wrong(const std::string& name, const nlohmann::json& found,
             const std::string& expected) const;

  const nlohmann::json* object_;
  std::string where_;
  absl::Status* error_;
  std::vector<std::pair<std::string, std::string>> other_names_;
};

class ConfigDocument {
 public:
  // `subject` names the file in messages. kInvalidArgument: no JSON object.
  static absl::StatusOr<ConfigDocument> parse(const std::string& json_text,
                                              const std::string& subject);

  ConfigReader root() const { return {json_.get(), subject_, error_.get()}; }
  // The first error that was met, kInvalidArgument.
  const absl::Status& status() const { return *error_; }

 private:
  ConfigDocument() = default;

  std::string subject_;
  std::unique_ptr<nlohmann::json> json_;
  std::unique_ptr<absl::Status> error_;
};

}  // namespace eif
