// What the JSON reports share: how a number is written.
#pragma once

#include <cmath>
#include <nlohmann/json.hpp>

namespace eif {

// Keeps keys in the order they are written, so that a person can read the file.
using Json = nlohmann::ordered_json;

// null where it is not finite: JSON has no such numbers.
inline Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

}  // namespace eif
