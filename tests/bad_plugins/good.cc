// Nothing is wrong with it.
#include "tests/bad_plugins/valid.h"

EIF_DESIDERATUM_PLUGIN(eif::Valid, "good", "1.0", "a plugin as it should be")
