// A model's config.json.
#include <string>

#include "plugins/causal_lm/config.h"
#include "tests/fuzz/fuzz_target.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto config = eif::parse_config(text, "config.json");
  if (!config.ok()) {
    return eif::fuzz::refuse(config.status(), {absl::StatusCode::kInvalidArgument});
  }
  eif::fuzz::require(config->heads % config->key_value_heads == 0, "key/value heads divide heads");
  eif::fuzz::require(config->rope.rotated_width % 2 == 0 && config->rope.rotated_width > 0 &&
                         config->rope.rotated_width <= config->head_width,
                     "rotated dimensions are pairs within a head");
  eif::fuzz::require(config->has_window.size() == static_cast<size_t>(config->layers),
                     "each layer has a window or not");
  return eif::fuzz::accept();
}
