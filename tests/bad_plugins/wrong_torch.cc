// A model backend of another libtorch. Its factory must not run.
#include <cstdlib>

#include "tests/bad_plugins/valid.h"

EIF_PLUGIN_(EIF_BUILD " torch=1.0.0", "bad", "1.0", "was built for another libtorch", nullptr,
            []() -> eif::ModelBackend* { std::abort(); })
