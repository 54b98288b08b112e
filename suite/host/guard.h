// Exceptions stop at the boundary of plugins and of torch: they become a status.
#pragma once

#include <exception>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "suite/engine/out_of_memory.h"

namespace eif {

// The result of `call`, which returns absl::Status or absl::StatusOr; or, if it threw, an error
// that names `what` it was doing.
template <typename Call>
auto guarded(const std::string& what, Call&& call) -> decltype(call()) {
  try {
    return call();
  } catch (const std::exception& error) {
    if (is_out_of_memory(error)) {
      return absl::ResourceExhaustedError(absl::StrCat(what, ": out of memory (", first_line(error),
                                                       "); a smaller --memory may help"));
    }
    return absl::InternalError(absl::StrCat(what, ": ", first_line(error)));
  } catch (...) {
    return absl::InternalError(absl::StrCat(what, ": an exception of unknown type"));
  }
}

}  // namespace eif
