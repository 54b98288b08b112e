#include "tests/bad_plugins/valid.h"

EIF_BUILD_NOTE_(EIF_BUILD);
EIF_EXPORT const eif::PluginRecord* eif_plugin() { return nullptr; }
