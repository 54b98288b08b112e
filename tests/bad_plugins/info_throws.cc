#include <stdexcept>

#include "tests/bad_plugins/valid.h"

struct Throws : eif::Valid {
  eif::DesideratumInfo info() const override { throw std::runtime_error("nothing to say"); }
};
EIF_BAD_PLUGIN(eif::valid_record<Throws>())
