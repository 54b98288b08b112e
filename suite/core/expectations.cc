#include "suite/core/expectations.h"

#include <algorithm>

namespace eif {

size_t primary_expectations(const DesideratumInfo& info, Modality modality) {
  return static_cast<size_t>(std::count_if(
      info.expectations.begin(), info.expectations.end(), [&](const Expectation& one) {
        return one.primary && is_for(one.only_for, modality);
      }));
}

}  // namespace eif
