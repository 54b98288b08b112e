// What a plugin library shows the harness: one exported C symbol, `eif_plugin`, that returns a
// pointer to a static record. The harness reads the record before it runs any other code of the
// library, and refuses one that was not built against the same interface.
//
// A plugin ends with one of
//   EIF_DESIDERATUM_PLUGIN(Class, "id", "1.0", "one line")
//   EIF_MODEL_PLUGIN(Class, "id", "1.0", "one line")          (eif/backend.h)
#pragma once

#include <cstdint>

#include "eif/desideratum.h"
#include "eif/fingerprint.h"  // generated: EIF_SDK_HASH, a hash of these headers

namespace eif {

class ModelBackend;  // eif/backend.h

// Raised whenever PluginRecord changes.
inline constexpr uint32_t kPluginAbi = 1;

// Everything in front of `id` keeps its place in every later version, so that any harness can say
// what is wrong with any plugin.
struct PluginRecord {
  uint32_t abi;             // kPluginAbi
  uint32_t size;            // sizeof(PluginRecord)
  const char* fingerprint;  // kBuildFingerprint
  const char* torch;        // model backends: the libtorch version; desiderata: ""
  const char* id;           // [a-z][a-z0-9_]*
  const char* version;
  const char* description;  // one line
  // Exactly one of the two is set. Called once, on the main thread; the harness owns the result
  // and deletes it before the program ends. May throw: the plugin is then skipped.
  Desideratum* (*make_desideratum)();
  ModelBackend* (*make_model_backend)();
};

// Whatever decides whether C++ objects can cross between the harness and a plugin.
#define EIF_STRINGIZE_(x) #x
#define EIF_STRINGIZE(x) EIF_STRINGIZE_(x)
#if defined(__clang__)
#define EIF_COMPILER_ "clang-" EIF_STRINGIZE(__clang_major__)
#else
#define EIF_COMPILER_ "gcc-" EIF_STRINGIZE(__GNUC__)
#endif
inline constexpr char kBuildFingerprint[] =
    EIF_COMPILER_ " c++" EIF_STRINGIZE(__cplusplus) " cxx11abi=" EIF_STRINGIZE(
        _GLIBCXX_USE_CXX11_ABI) " sdk=" EIF_SDK_HASH;

}  // namespace eif

// EIF_STATIC_PLUGIN: linked into the program instead (sanitizer runs need no dlopen then).
#ifdef EIF_STATIC_PLUGIN
namespace eif {
// Defined by the harness. Returns true.
bool register_static_plugin(const PluginRecord* record);
}  // namespace eif
#define EIF_PLUGIN_ENTRY_(record) \
  [[maybe_unused]] static const bool eif_registered = ::eif::register_static_plugin(&record);
#else
#define EIF_PLUGIN_ENTRY_(record)                                                            \
  extern "C" __attribute__((visibility("default"))) const ::eif::PluginRecord* eif_plugin(); \
  extern "C" const ::eif::PluginRecord* eif_plugin() { return &record; }
#endif

#define EIF_DESIDERATUM_PLUGIN(Class, id, version, description)                    \
  static constexpr ::eif::PluginRecord eif_record = {                              \
      ::eif::kPluginAbi, sizeof(::eif::PluginRecord),                              \
      ::eif::kBuildFingerprint, "", id, version, description,                      \
      []() -> ::eif::Desideratum* { return new Class(); }, nullptr};               \
  EIF_PLUGIN_ENTRY_(eif_record)
