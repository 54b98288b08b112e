#include "suite/core/expectations.h"

#include <algorithm>

namespace eif {

size_t primary_expectations(const DesideratumInfo& info, Modality modality) {
  return static_cast<size_t>(std::count_if(
      info.expectations.begin(), info.expectations.end(), [&](const Expectation& one) {
        return one.primary && is_for(one.only_for, modality);
      }));
}

const Expectation* first_primary(const DesideratumInfo& info, Modality modality) {
  for (const Expectation& one : info.expectations) {
    if (one.primary && is_for(one.only_for, modality)) return &one;
  }
  return nullptr;
}

}  // namespace eif
