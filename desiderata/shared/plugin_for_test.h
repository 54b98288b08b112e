// The desideratum under test: that of the plugin which the test is linked with.
#pragma once

#include <memory>

#include "eif/plugin.h"

extern "C" const eif::PluginRecord* eif_plugin();

namespace eif {

inline std::unique_ptr<Desideratum> desideratum_under_test() {
  return std::unique_ptr<Desideratum>(eif_plugin()->make_desideratum());
}

}  // namespace eif
