// What a desideratum expects of models of one modality.
#pragma once

#include <cstddef>
#include <optional>

#include "eif/desideratum.h"

namespace eif {

// Whether an expectation or observation that is `only_for` one modality, or for all where that is
// unset, is about models of `modality`.
inline bool is_for(const std::optional<Modality>& only_for, Modality modality) {
  return only_for.value_or(modality) == modality;
}

// How many expectations decide about a model of this modality.
size_t primary_expectations(const DesideratumInfo& info, Modality modality);

// The first of them; nullptr where there is none.
const Expectation* first_primary(const DesideratumInfo& info, Modality modality);

}  // namespace eif
