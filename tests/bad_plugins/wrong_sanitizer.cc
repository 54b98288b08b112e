// CMakeLists.txt compiles this with AddressSanitizer, or without where the program has it.
#include "tests/bad_plugins/other_build.h"
