#include "eif/parallel.h"

#include <ATen/Parallel.h>

#if AT_PARALLEL_OPENMP && !defined(_OPENMP)
#error "compile this for OpenMP: otherwise at::parallel_for has one thread"
#endif

namespace eif {

void in_parallel(int64_t begin, int64_t end, int64_t grain,
                 absl::FunctionRef<void(int64_t, int64_t)> work) {
  at::parallel_for(begin, end, grain, work);
}

}  // namespace eif
