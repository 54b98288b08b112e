// CMakeLists.txt compiles this with -D_GLIBCXX_DEBUG.
#include "tests/bad_plugins/other_build.h"
