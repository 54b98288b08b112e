#include <stdexcept>

#include "tests/bad_plugins/valid.h"

struct Throws : eif::Valid {
  Throws() { throw std::runtime_error("no licence"); }
};
EIF_BAD_PLUGIN(eif::valid_record<Throws>())
