#include <csignal>

#include "tests/bad_plugins/valid.h"

class Crashes final : public eif::Valid {
 public:
  eif::DesideratumInfo info() const override {
    std::raise(SIGSEGV);
    return Valid::info();
  }
};
EIF_BAD_PLUGIN(eif::valid_record<Crashes>())
