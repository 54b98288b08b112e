// Needs libeif_absent.so, which is where no one looks for it.
#include "tests/bad_plugins/valid.h"

extern "C" void eif_absent();

struct Calls : eif::Valid {
  Calls() { eif_absent(); }
};
EIF_BAD_PLUGIN(eif::valid_record<Calls>())
