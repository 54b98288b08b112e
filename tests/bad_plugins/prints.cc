// Nothing is wrong with it but that it talks, to where results go.
#include <cstdio>

#include "tests/bad_plugins/valid.h"

class Prints final : public eif::Valid {
 public:
  eif::DesideratumInfo info() const override {
    std::puts("debug: here I am");
    std::fflush(stdout);
    return Valid::info();
  }
};
EIF_BAD_PLUGIN(eif::valid_record<Prints>())
