// Says that its code ran, which is as early as the dynamic linker opens it.
#include <cstdlib>

#include "tests/bad_plugins/valid.h"

static const int ran = setenv("EIF_TEST_LIBRARY_RAN", "1", /*overwrite=*/1);

EIF_DESIDERATUM_PLUGIN(eif::Valid, "runs_at_load", "1.0", "runs code when it is opened")
