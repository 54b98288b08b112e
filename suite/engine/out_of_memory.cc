#include "suite/engine/out_of_memory.h"

#include <c10/util/Exception.h>

#include <new>
#include <string>

#include "absl/strings/match.h"

namespace eif {

bool is_out_of_memory(const std::exception& error) {
  if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr) return true;
  if (dynamic_cast<const c10::OutOfMemoryError*>(&error) != nullptr) return true;
  // The allocator for CPUs has only its text: "DefaultCPUAllocator: can't allocate memory" or
  // "… not enough memory", depending on the system.
  return dynamic_cast<const c10::Error*>(&error) != nullptr &&
         absl::StrContains(error.what(), "DefaultCPUAllocator: ") &&
         absl::StrContains(error.what(), " memory");
}

std::string first_line(const std::exception& error) {
  const std::string message = error.what();
  return message.substr(0, message.find('\n'));
}

}  // namespace eif
