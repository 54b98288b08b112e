// Of a later SDK.
#include "eif/build.h"
#undef EIF_SDK_VERSION
#define EIF_SDK_VERSION 99
#include "tests/bad_plugins/other_build.h"
