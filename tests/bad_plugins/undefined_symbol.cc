// Uses a function that no library has: found when it is opened, because that resolves everything.
#include "tests/bad_plugins/valid.h"

extern "C" void eif_function_of_another_version();

struct Calls : eif::Valid {
  Calls() { eif_function_of_another_version(); }
};
EIF_BAD_PLUGIN(eif::valid_record<Calls>())
