#include "tests/bad_plugins/valid.h"

static eif::PluginRecord record() {
  eif::PluginRecord record = eif::valid_record();
  record.make_model_backend = []() -> eif::ModelBackend* { return nullptr; };
  return record;
}
EIF_BAD_PLUGIN(record())
