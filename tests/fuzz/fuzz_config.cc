// A model's config.json.
#include <string>

#include "plugins/causal_lm/family.h"
#include "tests/fuzz/fuzz_target.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto config = eif::parse_config(text, "config.json");
  if (!config.ok()) {
    return eif::fuzz::refuse(config.status(), {absl::StatusCode::kInvalidArgument});
  }
  eif::fuzz::require(!config->layers.empty(), "a decoder has layers");
  for (const eif::Layer& layer : config->layers) {
    const eif::Attention& attention = layer.attention;
    eif::fuzz::require(attention.heads % attention.key_value_heads == 0,
                       "key/value heads divide heads");
    eif::fuzz::require(attention.window >= 0, "a window has a size");
    const bool has_rope = attention.rope != eif::Attention::kNoRope;
    eif::fuzz::require(!has_rope || static_cast<size_t>(attention.rope) < config->ropes.size(),
                       "rotary positions are there");
    eif::fuzz::require(!has_rope ||
                           2 * config->ropes[static_cast<size_t>(attention.rope)].pairs() <=
                               attention.head_width,
                       "rotated dimensions are pairs within a head");
  }
  return eif::fuzz::accept();
}
