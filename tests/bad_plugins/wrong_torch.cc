#include <cstdlib>

#include "tests/bad_plugins/valid.h"

static eif::PluginRecord record() {
  eif::PluginRecord record = eif::valid_record();
  record.torch = "1.0.0";
  record.make_desideratum = nullptr;
  record.make_model_backend = []() -> eif::ModelBackend* { std::abort(); };
  return record;
}
EIF_BAD_PLUGIN(record())
