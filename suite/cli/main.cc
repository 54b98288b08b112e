// eif-suite: measures how fine-tuning on one sample changes the loss on others, and whether that
// influence is what one would want of a good learner.
#include "suite/cli/program.h"
#include "suite/engine/reused_memory.h"

// Called by suite/launcher, once libtorch is there.
extern "C" __attribute__((visibility("default"))) int eif_suite_main(int argc, char** argv) {
  eif::reuse_memory();
  return eif::run_program(argc, argv);
}
