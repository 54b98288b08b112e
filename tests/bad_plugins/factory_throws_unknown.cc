#include "tests/bad_plugins/valid.h"

struct Surprise {};
struct Throws : eif::Valid {
  Throws() { throw Surprise(); }
};
EIF_BAD_PLUGIN(eif::valid_record<Throws>())
