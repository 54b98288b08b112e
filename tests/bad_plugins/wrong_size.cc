#include "tests/bad_plugins/valid.h"

static eif::PluginRecord record() {
  eif::PluginRecord record = eif::valid_record();
  record.size = 24;
  record.fingerprint = reinterpret_cast<const char*>(1);  // reading it would crash
  return record;
}
EIF_BAD_PLUGIN(record())
