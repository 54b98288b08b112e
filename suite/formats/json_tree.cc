#include "suite/formats/json_tree.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "suite/formats/printable.h"

namespace eif {
namespace {

using Json = nlohmann::json;

constexpr size_t kExcerptBytes = 60;  // whatever is longer tells no more about a key

}  // namespace

bool JsonTree::start_object(size_t) { return open(Json::object()); }
bool JsonTree::start_array(size_t) { return open(Json::array()); }

bool JsonTree::key(string_t& name) {
  const auto [place, is_new] = open_.back()->get_ref<Json::object_t&>().emplace(name, nullptr);
  if (!is_new) {
    return refuse(absl::StrCat("has an object with the key ", in_quotes(name, kExcerptBytes),
                               " twice; expected each key once"));
  }
  next_ = &place->second;
  return true;
}

// Where the value now is: behind its key, at the end of its array, or the root.
Json* JsonTree::add(Json value) {
  if (open_.empty()) {
    root_ = std::move(value);
    return &root_;
  }
  if (!open_.back()->is_array()) {
    *next_ = std::move(value);
    return next_;
  }
  auto& elements = open_.back()->get_ref<Json::array_t&>();
  elements.push_back(std::move(value));
  return &elements.back();
}

// Pointers to what is open stay valid: an array does not grow while one of its elements is open.
bool JsonTree::open(Json empty) {
  open_.push_back(add(std::move(empty)));
  return true;
}

bool JsonTree::close() {
  open_.pop_back();
  return true;
}

}  // namespace eif
