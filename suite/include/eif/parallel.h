// Loops over all threads that libtorch has.
//
//   eif::in_parallel(0, rows, 64, [&](int64_t begin, int64_t end) { … });
#pragma once

#include <cstdint>

#include "absl/functional/function_ref.h"

namespace eif {

// Calls work(first, last) for parts of [begin, end) that follow each other, of `grain` numbers or
// more but for the last, on several threads at once where there are so many numbers and so many
// threads. Use it instead of at::parallel_for, which, without a word, has one thread in a source that
// is not compiled for OpenMP.
void in_parallel(int64_t begin, int64_t end, int64_t grain,
                 absl::FunctionRef<void(int64_t, int64_t)> work);

}  // namespace eif
