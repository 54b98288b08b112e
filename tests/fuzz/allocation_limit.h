// Counts the heap of the whole program, whoever asks for it: operator new, and the malloc of C
// libraries such as PCRE2 and zlib. Memory that is mapped without malloc is not seen.
//
//   watch_allocations(size + kAllocationAllowance, &report_and_end);
//   LLVMFuzzerTestOneInput(data, size);
//   const size_t peak = stop_watching();
//
// For programs of one thread.
#pragma once

#include <cstddef>

namespace eif::fuzz {

// From here on, `on_exceeded` is called once when more than `limit` bytes are held that were not
// held before. It must not allocate.
void watch_allocations(size_t limit, void (*on_exceeded)());

// The most bytes held at a time since watch_allocations().
size_t stop_watching();

}  // namespace eif::fuzz
