#include "tests/fuzz/allocation_limit.h"

#include <malloc.h>

#include <algorithm>
#include <cstdint>

namespace {

bool watching = false;
// Negative where a run frees more of what was there before than it asks for.
ptrdiff_t held = 0;
ptrdiff_t peak = 0;
ptrdiff_t limit = 0;
void (*exceeded)() = nullptr;

void add(size_t size) {
  if (!watching) return;
  held += static_cast<ptrdiff_t>(std::min(size, size_t{PTRDIFF_MAX} / 2));
  peak = std::max(peak, held);
  if (held <= limit) return;
  watching = false;
  exceeded();
}

void subtract(size_t size) {
  if (watching) held -= static_cast<ptrdiff_t>(size);
}

}  // namespace

namespace eif::fuzz {

void watch_allocations(size_t new_limit, void (*on_exceeded)()) {
  limit = static_cast<ptrdiff_t>(new_limit);
  exceeded = on_exceeded;
  held = peak = 0;
  watching = true;
}

size_t stop_watching() {
  watching = false;
  return static_cast<size_t>(peak);
}

}  // namespace eif::fuzz

#ifdef EIF_FUZZ_SANITIZER_HEAP

// Of <sanitizer/allocator_interface.h>, which Debian's g++ does not come with.
extern "C" int __sanitizer_install_malloc_and_free_hooks(void (*on_malloc)(const volatile void*,
                                                                           size_t),
                                                         void (*on_free)(const volatile void*));
extern "C" size_t __sanitizer_get_allocated_size(const volatile void* memory);

namespace {

void on_malloc(const volatile void*, size_t size) { add(size); }

void on_free(const volatile void* memory) {
  if (memory != nullptr) subtract(__sanitizer_get_allocated_size(memory));
}

[[maybe_unused]] const int installed =
    __sanitizer_install_malloc_and_free_hooks(&on_malloc, &on_free);

}  // namespace

#else

// glibc calls these in place of its own, which go on under their second names: "Replacing malloc"
// in its manual. Aligned memory is left out; nothing here asks for it.
namespace {

void* added(void* memory) {
  add(malloc_usable_size(memory));
  return memory;
}

}  // namespace

extern "C" {

void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* memory, size_t size);
void __libc_free(void* memory);

__attribute__((visibility("default"))) void* malloc(size_t size) {
  return added(__libc_malloc(size));
}

__attribute__((visibility("default"))) void* calloc(size_t count, size_t size) {
  return added(__libc_calloc(count, size));
}

__attribute__((visibility("default"))) void* realloc(void* memory, size_t size) {
  const size_t before = malloc_usable_size(memory);
  void* after = __libc_realloc(memory, size);
  if (after != nullptr || size == 0) subtract(before);
  return added(after);
}

__attribute__((visibility("default"))) void free(void* memory) {
  subtract(malloc_usable_size(memory));
  __libc_free(memory);
}

}  // extern "C"

#endif
