// What a plugin library shows the harness: an ELF note that says how it was built (eif/build.h),
// and one exported C symbol, `eif_plugin`, that returns a pointer to a static record. The harness
// reads the note before it runs any code of the library, and refuses one that was built otherwise
// than itself.
//
// A plugin ends with one of
//   EIF_DESIDERATUM_PLUGIN(Class, "id", "1.0", "one line")
//   EIF_MODEL_PLUGIN(Class, "id", "1.0", "one line")          (eif/backend.h)
#pragma once

#include "eif/build.h"
#include "eif/desideratum.h"

namespace eif {

class ModelBackend;  // eif/backend.h

struct PluginRecord {
  const char* id;  // [a-z][a-z0-9_]*
  const char* version;
  const char* description;  // one line
  // Exactly one of the two is set. Called once, on the main thread; the harness owns the result
  // and deletes it before the program ends. May throw: the plugin is then skipped.
  Desideratum* (*make_desideratum)();
  ModelBackend* (*make_model_backend)();
};

}  // namespace eif

#define EIF_DESIDERATUM_PLUGIN(Class, id, version, description)                                 \
  EIF_PLUGIN_(                                                                                  \
      EIF_BUILD, id, version, description, []() -> ::eif::Desideratum* { return new Class(); }, \
      nullptr)

#define EIF_PLUGIN_(build, id, version, description, make_desideratum, make_model_backend)     \
  EIF_BUILD_NOTE_(build);                                                                      \
  extern "C" __attribute__((visibility("default"))) const ::eif::PluginRecord* eif_plugin();   \
  extern "C" const ::eif::PluginRecord* eif_plugin() {                                         \
    static constexpr ::eif::PluginRecord record = {id, version, description, make_desideratum, \
                                                   make_model_backend};                        \
    return &record;                                                                            \
  }

// Nothing refers to the note, and yet the linker keeps it.
#define EIF_BUILD_NOTE_(build)                     \
  __attribute__((section(".note.eif-suite"), used, \
                 aligned(4))) static constexpr auto eif_build_note = ::eif::build_note(build)
