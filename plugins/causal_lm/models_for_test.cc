// One for each family, and for each kind of head and beginning of a text.
#include "plugins/shared/models_for_test.h"

#include <nlohmann/json.hpp>

#include "plugins/causal_lm/test_models.h"

namespace eif {
namespace {

ModelForTest decoder(const std::string& name, const std::string& architecture,
                     const nlohmann::json& changes = nlohmann::json::object(),
                     bool adds_bos = false) {
  nlohmann::json config = tiny_config(architecture);
  config.update(changes);
  const auto write =
      [config, adds_bos](const std::filesystem::path& folder) -> absl::StatusOr<ModelRequest> {
    write_model(folder, config, adds_bos);
    return ModelRequest{.name = folder.string()};
  };
  return {name, write, sentences_for_test()};
}

std::vector<ModelForTest> models() {
  std::vector<ModelForTest> all = {
      decoder("phi3", "phi3"),
      decoder("llama_tied", "llama"),
      decoder("llama_untied", "llama", {{"tie_word_embeddings", false}}),
      decoder("llama_with_bos_that_is_its_padding", "llama", {{"pad_token_id", 1}}, true)};
  for (const auto& [family, config] : tiny_families()) {
    all.push_back(decoder(family + "_with_quirks", family, config));
    // Those that have what no other has: learned positions, layers in parallel, norms of heads, caps.
    const bool is_apart = family == "gpt2" || family == "gpt_neox" || family == "stablelm" ||
                          family == "gemma2" || family == "phi3";
    all.back().is_variant = !is_apart;
  }
  return all;
}
const ModelsForTest brought("causal_lm", models);

}  // namespace
}  // namespace eif
