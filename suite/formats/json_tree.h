// JSON as a tree, part by part: what parse_json() (json_text.h) keeps. A sink that keeps some parts in
// another form gives the rest to one of these.
//
//   JsonTree tree;
//   if (absl::Status status = read_json(text, subject, tree); !status.ok()) return status;
//   nlohmann::json value = tree.take();
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "suite/formats/json_text.h"

namespace eif {

// Refuses an object with a key twice.
class JsonTree final : public JsonSink {
 public:
  nlohmann::json take() { return std::move(root_); }

  bool null() override { return add(nullptr) != nullptr; }
  bool boolean(bool value) override { return add(value) != nullptr; }
  bool number_integer(number_integer_t value) override { return add(value) != nullptr; }
  bool number_unsigned(number_unsigned_t value) override { return add(value) != nullptr; }
  bool number_float(number_float_t value, const string_t&) override {
    return add(value) != nullptr;
  }
  bool string(string_t& value) override { return add(std::move(value)) != nullptr; }
  bool start_object(size_t size) override;
  bool key(string_t& name) override;
  bool end_object() override { return close(); }
  bool start_array(size_t size) override;
  bool end_array() override { return close(); }

 private:
  nlohmann::json* add(nlohmann::json value);
  bool open(nlohmann::json empty);
  bool close();

  nlohmann::json root_;
  std::vector<nlohmann::json*> open_;
  nlohmann::json* next_ = nullptr;  // the value of the last key
};

}  // namespace eif
