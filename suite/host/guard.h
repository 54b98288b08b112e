// Exceptions stop at the boundary of plugins and of torch: they become a status.
#pragma once

#include <exception>
#include <new>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace eif {

// The result of `call`, which returns absl::Status or absl::StatusOr; or, if it threw, an error
// that names `what` it was doing.
template <typename Call>
auto guarded(const std::string& what, Call&& call) -> decltype(call()) {
  try {
    return call();
  } catch (const std::bad_alloc&) {
    return absl::ResourceExhaustedError(absl::StrCat(what, ": out of memory"));
  } catch (const std::exception& error) {
    // torch appends a stack trace; the first line says what is wrong.
    const std::string message = error.what();
    return absl::InternalError(absl::StrCat(what, ": ", message.substr(0, message.find('\n'))));
  } catch (...) {
    return absl::InternalError(absl::StrCat(what, ": an exception of unknown type"));
  }
}

}  // namespace eif
