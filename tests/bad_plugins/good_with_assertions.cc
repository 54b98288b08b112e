// CMakeLists.txt compiles this with -D_GLIBCXX_ASSERTIONS, as distributions do: checks in
// functions, and no object looks different.
#include "tests/bad_plugins/valid.h"

EIF_DESIDERATUM_PLUGIN(eif::Valid, "good_with_assertions", "1.0", "a plugin as it should be")
