// Of another compiler, with another Abseil.
#include "eif/build.h"
#undef EIF_BUILD_COMPILER
#define EIF_BUILD_COMPILER "gcc-4"
#undef ABSL_LTS_RELEASE_VERSION
#define ABSL_LTS_RELEASE_VERSION 20200923
#include "tests/bad_plugins/other_build.h"
