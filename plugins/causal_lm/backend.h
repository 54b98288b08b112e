// The causal_lm backend: the models smollm2, gemma3 and phi3 by name, and any Hugging Face checkpoint
// of a family in families/: a folder, a repository in the Hugging Face cache, or a LoRA adapter of
// one.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eif/backend.h"

namespace eif {

// An alias is looked for in ModelRequest::weights alone, where that is given; otherwise in
// <data folder>/<alias>, and then where the alias comes from: the folder that
// tools/fetch_smollm2.py or tools/fetch_gemma3.py fills, or the Hugging Face cache. Of an adapter,
// ModelRequest::weights is the base.
class CausalLmBackend final : public ModelBackend {
 public:
  std::vector<ModelAlias> aliases(const std::string& data_folder) const override;
  std::optional<Modality> modality() const override { return Modality::kText; }
  std::vector<std::string> model_types() const override;
  // True also of what only load() or load_tokenizer() can say more about: the name of a repository,
  // in the cache or not, weights in another format, and a folder that has a tokenizer alone. Reads
  // at most config.json.
  bool accepts_folder(const std::string& name) const override;
  absl::StatusOr<std::unique_ptr<Model>> load(const ModelRequest& request) const override;
  absl::StatusOr<std::unique_ptr<TextTokenizer>> load_tokenizer(
      const ModelRequest& request) const override;
};

}  // namespace eif
