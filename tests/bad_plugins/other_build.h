// A plugin that was built otherwise than the program. No code of it may run, not even what runs
// when a library is opened: the two disagree about what an object looks like.
#pragma once

#include <cstdlib>

#include "tests/bad_plugins/valid.h"

[[maybe_unused]] static const int eif_ran = (std::abort(), 0);

EIF_DESIDERATUM_PLUGIN(eif::Valid, "bad", "1.0", "was built otherwise than the program")
