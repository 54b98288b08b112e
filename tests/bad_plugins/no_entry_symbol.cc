// A shared library that is no plugin.
#include "tests/bad_plugins/valid.h"

EIF_EXPORT int something_else() { return 0; }
