// Of an older Abseil.
#include "eif/build.h"
#undef ABSL_LTS_RELEASE_VERSION
#define ABSL_LTS_RELEASE_VERSION 20200923
#include "tests/bad_plugins/other_build.h"
