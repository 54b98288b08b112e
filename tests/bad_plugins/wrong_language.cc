// CMakeLists.txt compiles this as C++23.
#include "tests/bad_plugins/other_build.h"
