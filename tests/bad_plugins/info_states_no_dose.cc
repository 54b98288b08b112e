#include "tests/bad_plugins/valid.h"

struct Malformed : eif::Valid {
  eif::DesideratumInfo info() const override {
    eif::DesideratumInfo info = Valid::info();
    info.expectations.front().deciding_dose = "much";
    return info;
  }
};
EIF_BAD_PLUGIN(eif::valid_record<Malformed>())
