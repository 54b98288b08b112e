// Telling "there was not enough memory" from every other failure.
//
// A computation that ran out of memory can be done again in smaller parts, and one that failed for
// another reason cannot. libtorch has no single type for it: its allocators for GPUs throw
// c10::OutOfMemoryError, its allocator for CPUs a plain c10::Error, and std containers
// std::bad_alloc.
//
//   absl::Status status = as_exhausted([&] { return replay(all_rows); });
//   if (absl::IsResourceExhausted(status)) …  // try half of the rows
#pragma once

#include <exception>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace eif {

bool is_out_of_memory(const std::exception& error);

// What libtorch says about it, without the stack trace that it appends.
std::string first_line(const std::exception& error);

// What `call` returns: a status. If it threw because there was not enough memory, that is
// kResourceExhausted; every other exception passes.
template <typename Call>
absl::Status as_exhausted(Call&& call) {
  try {
    return call();
  } catch (const std::exception& error) {
    if (!is_out_of_memory(error)) throw;
    return absl::ResourceExhaustedError(absl::StrCat("out of memory: ", first_line(error)));
  }
}

}  // namespace eif
