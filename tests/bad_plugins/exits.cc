// Ends the program, as if all were done.
#include <cstdlib>

#include "tests/bad_plugins/valid.h"

class Exits final : public eif::Valid {
 public:
  eif::DesideratumInfo info() const override { std::exit(0); }
};
EIF_BAD_PLUGIN(eif::valid_record<Exits>())
