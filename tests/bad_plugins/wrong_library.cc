// CMakeLists.txt compiles this for the older strings and lists of libstdc++.
#include "tests/bad_plugins/other_build.h"
