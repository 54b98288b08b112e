// Its factory must not run: the harness and this plugin disagree about what an object looks like.
#include <cstdlib>

#include "tests/bad_plugins/valid.h"

static eif::PluginRecord record() {
  eif::PluginRecord record = eif::valid_record();
  record.fingerprint = "gcc-4 c++199711L cxx11abi=0 sdk=old";
  record.make_desideratum = []() -> eif::Desideratum* { std::abort(); };
  return record;
}
EIF_BAD_PLUGIN(record())
