// What the JSON reports share: how a number is written, and how it came about.
#pragma once

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

namespace eif {

// Keeps keys in the order they are written, so that a person can read the file.
using Json = nlohmann::ordered_json;

// null where it is not finite: JSON has no such numbers.
inline Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

// How a learning rate came about: null where the user chose it.
inline Json reason_json(const std::string& reason) {
  return reason.empty() ? Json(nullptr) : Json(reason);
}

}  // namespace eif
