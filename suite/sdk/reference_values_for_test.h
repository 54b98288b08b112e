// What SciPy and exact fractions say of data sets, by suite/core/reference_values.py.
#pragma once

#include <fstream>
#include <nlohmann/json.hpp>

#include "suite/sdk/folders_for_test.h"

namespace eif {

inline const nlohmann::json& reference_values() {
  static const nlohmann::json values =
      nlohmann::json::parse(std::ifstream(source_folder() / "suite/core/reference_values.json"));
  return values;
}

}  // namespace eif
