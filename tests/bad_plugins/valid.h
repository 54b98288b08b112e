// What the plugins of this folder get right: each starts from a valid record or desideratum, and
// breaks one thing.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/plugin.h"

namespace eif {

class Valid : public Desideratum {
 public:
  DesideratumInfo info() const override {
    return {.claim = "Plugins are loaded.",
            .paper_section = "",
            .modalities = {Modality::kImage},
            .holds = "it was loaded",
            .violated = "it was not loaded",
            .expectations = {{.id = "loads", .claim = "1 > 0"}},
            .observations = {{.id = "number", .unit = "1", .claim = "a number"}}};
  }
  absl::StatusOr<std::vector<Request>> plan(const Draw&) const override {
    return std::vector<Request>();
  }
  absl::StatusOr<Scores> score(const Draw&, const Answers&) const override {
    return Scores{.effects = {{"loads", 1}}, .observations = {{"number", 1}}};
  }
};

template <typename Class>
Desideratum* make() {
  return new Class();
}

// The id is `bad`, which no project plugin has.
template <typename Class = Valid>
PluginRecord valid_record() {
  return {.id = "bad",
          .version = "1.0",
          .description = "breaks one rule of eif/plugin.h",
          .make_desideratum = make<Class>,
          .make_model_backend = nullptr};
}

}  // namespace eif

#define EIF_EXPORT extern "C" __attribute__((visibility("default")))

// `expression` is a PluginRecord.
#define EIF_BAD_PLUGIN(expression)                            \
  EIF_BUILD_NOTE_(EIF_BUILD);                                 \
  EIF_EXPORT const eif::PluginRecord* eif_plugin() {          \
    static const eif::PluginRecord eif_record = (expression); \
    return &eif_record;                                       \
  }
