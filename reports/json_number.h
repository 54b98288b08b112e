// What the JSON reports share: how a number is written, and how it came about.
#pragma once

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace eif {

// Keeps keys in the order they are written, so that a person can read the file.
using Json = nlohmann::ordered_json;

// null where it is not finite: JSON has no such numbers.
inline Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

inline Json numbers(const std::vector<double>& values) {
  Json list = Json::array();
  for (const double value : values) list.push_back(number(value));
  return list;
}

// How a learning rate came about: null where the user chose it.
inline Json reason_json(const std::string& reason) {
  return reason.empty() ? Json(nullptr) : Json(reason);
}

}  // namespace eif
