#include "tests/bad_plugins/valid.h"

static eif::PluginRecord record() {
  eif::PluginRecord record = eif::valid_record();
  record.fingerprint = nullptr;
  return record;
}
EIF_BAD_PLUGIN(record())
