// It has the note of a plugin, and nothing else of one.
#include "tests/bad_plugins/valid.h"

EIF_BUILD_NOTE_(EIF_BUILD);
EIF_EXPORT int something_else() { return 0; }
