#include "tests/bad_plugins/valid.h"

static eif::PluginRecord record() {
  eif::PluginRecord record = eif::valid_record();
  record.id = "";
  return record;
}
EIF_BAD_PLUGIN(record())
