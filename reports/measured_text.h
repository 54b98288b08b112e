// How much was measured of a model, or of what stands beside it, in the words of every report.
#pragma once

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace eif {

// "624 rows in 5.7 s", and behind it of how many seeds earlier runs had measured some of it.
// `context`: a ModelContext or a BesideContext.
template <typename Context>
std::string measured_text(const Context& context) {
  const std::string text =
      absl::StrFormat("%d rows in %.1f s", context.rows, context.measure_seconds);
  if (context.cached_seeds.empty()) return text;
  return absl::StrCat(text, ", beside what earlier runs measured of ", context.cached_seeds.size(),
                      " of ", context.seeds.size(), " seeds");
}

}  // namespace eif
