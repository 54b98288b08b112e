// Of another compiler.
#include "eif/build.h"
#undef EIF_BUILD_COMPILER
#define EIF_BUILD_COMPILER "gcc-4"
#include "tests/bad_plugins/other_build.h"
