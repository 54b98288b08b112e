// A model backend whose note is that of a desideratum. Its factory must not run.
#include <cstdlib>

#include "tests/bad_plugins/valid.h"

EIF_PLUGIN_(EIF_BUILD, "bad", "1.0", "does not say for which libtorch", nullptr,
            []() -> eif::ModelBackend* { std::abort(); })
