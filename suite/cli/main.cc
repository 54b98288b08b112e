// eif-suite: measures how fine-tuning on one sample changes the loss on others, and whether that
// influence is what one would want of a good learner.
#include <malloc.h>

#include <limits>

#include "suite/cli/program.h"

namespace {

// What a forward pass frees, the next one asks for again. By default malloc gives blocks as large
// as activations back to the system at once, which hands them out again page by page, all zeroed.
void keep_freed_memory() {
#ifdef __GLIBC__
  constexpr int kAnySize = std::numeric_limits<int>::max();
  mallopt(M_MMAP_THRESHOLD, kAnySize);
  mallopt(M_TRIM_THRESHOLD, kAnySize);
#endif
}

}  // namespace

// Called by suite/launcher, once libtorch is there.
extern "C" __attribute__((visibility("default"))) int eif_suite_main(int argc, char** argv) {
  keep_freed_memory();
  return eif::run_program(argc, argv);
}
