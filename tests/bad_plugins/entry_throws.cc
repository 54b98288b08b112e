#include <stdexcept>

#include "tests/bad_plugins/valid.h"

EIF_EXPORT const eif::PluginRecord* eif_plugin() { throw std::runtime_error("no record today"); }
