// Its note says nothing of Abseil.
#include "tests/bad_plugins/valid.h"

#undef EIF_BUILD
#define EIF_BUILD                                                                               \
  "sdk=" EIF_STRINGIZE(EIF_SDK_VERSION) " compiler=" EIF_BUILD_COMPILER                         \
                                        " language=" EIF_BUILD_LANGUAGE                         \
                                        " library=" EIF_BUILD_LIBRARY " debug=" EIF_BUILD_DEBUG \
                                        " sanitizer=" EIF_BUILD_SANITIZER
EIF_BAD_PLUGIN(eif::valid_record())
