// Members of a JSON document that may come from anywhere, each read as what it has to be.
//
//   const uint64_t seed = as_natural(member(json, "seed"), "seed");
//   const std::vector<std::string> models = texts_in(json, "models");
//
// All of these throw std::exception where a member is missing or of another kind: a document has
// hundreds of members, and what the first bad one is called says enough. Whoever reads a document
// puts that into a status.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace eif {

using Tree = nlohmann::json;

[[noreturn]] inline void refuse(const std::string& why) { throw std::invalid_argument(why); }

inline const Tree& member(const Tree& json, const char* name) {
  if (!json.is_object()) refuse(absl::StrCat("\"", name, "\" is looked for in what is no object"));
  const auto found = json.find(name);
  if (found == json.end()) refuse(absl::StrCat("\"", name, "\" is missing"));
  return *found;
}

inline const Tree& list_in(const Tree& json, const char* name) {
  const Tree& list = member(json, name);
  if (!list.is_array()) refuse(absl::StrCat("\"", name, "\" is no list"));
  return list;
}

inline std::string as_text(const Tree& value, const char* name) {
  if (!value.is_string()) refuse(absl::StrCat("\"", name, "\" is no text"));
  return value.get<std::string>();
}

inline std::string text_in(const Tree& json, const char* name) {
  return as_text(member(json, name), name);
}

// Empty where it is null or missing.
inline std::string optional_text_in(const Tree& json, const char* name) {
  const auto found = json.find(name);
  return found == json.end() || found->is_null() ? "" : as_text(*found, name);
}

inline bool flag_in(const Tree& json, const char* name) {
  const Tree& value = member(json, name);
  if (!value.is_boolean()) refuse(absl::StrCat("\"", name, "\" is neither true nor false"));
  return value.get<bool>();
}

inline uint64_t as_natural(const Tree& value, const char* name) {
  if (!value.is_number_unsigned()) refuse(absl::StrCat("\"", name, "\" is no whole number from 0"));
  return value.get<uint64_t>();
}

// null is not a number.
inline double as_real(const Tree& value, const char* name) {
  if (value.is_null()) return std::numeric_limits<double>::quiet_NaN();
  if (!value.is_number()) refuse(absl::StrCat("\"", name, "\" is no number"));
  return value.get<double>();
}

inline double real_in(const Tree& json, const char* name) {
  return as_real(member(json, name), name);
}

inline double optional_real_in(const Tree& json, const char* name) {
  const auto found = json.find(name);
  return found == json.end() ? std::numeric_limits<double>::quiet_NaN() : as_real(*found, name);
}

inline std::optional<int> optional_int_in(const Tree& json, const char* name) {
  const auto found = json.find(name);
  if (found == json.end() || found->is_null()) return std::nullopt;
  const uint64_t value = as_natural(*found, name);
  if (value > static_cast<uint64_t>(std::numeric_limits<int>::max())) {
    refuse(absl::StrCat("\"", name, "\" is too large"));
  }
  return static_cast<int>(value);
}

template <typename Element>
auto list_of(const Tree& json, const char* name, Element element) {
  std::vector<decltype(element(json, name))> values;
  for (const Tree& one : list_in(json, name)) values.push_back(element(one, name));
  return values;
}

inline std::vector<uint64_t> naturals_in(const Tree& json, const char* name) {
  return list_of(json, name, as_natural);
}

inline std::vector<std::string> texts_in(const Tree& json, const char* name) {
  return list_of(json, name, as_text);
}

inline std::map<std::string, std::string> texts_by_name_in(const Tree& json, const char* name) {
  const Tree& object = member(json, name);
  if (!object.is_object()) refuse(absl::StrCat("\"", name, "\" is no object"));
  std::map<std::string, std::string> texts;
  for (const auto& [key, value] : object.items()) texts.emplace(key, as_text(value, name));
  return texts;
}

// The value that `name_of` gives this name.
template <typename Value>
Value value_named(const std::string& name, std::initializer_list<Value> values,
                  const char* (*name_of)(Value), const char* what) {
  for (const Value value : values) {
    if (name == name_of(value)) return value;
  }
  refuse(absl::StrCat("\"", name, "\" is no ", what));
}

template <typename Value>
Value named_in(const Tree& json, const char* name, std::initializer_list<Value> values,
               const char* (*name_of)(Value), const char* what) {
  return value_named(text_in(json, name), values, name_of, what);
}

}  // namespace eif
