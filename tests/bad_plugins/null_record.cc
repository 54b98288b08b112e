#include "tests/bad_plugins/valid.h"

EIF_EXPORT const eif::PluginRecord* eif_plugin() { return nullptr; }
