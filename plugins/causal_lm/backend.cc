#include "plugins/causal_lm/backend.h"

#include <algorithm>
#include <filesystem>
#include <functional>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "plugins/causal_lm/family.h"
#include "plugins/causal_lm/model.h"
#include "plugins/causal_lm/own_models.h"
#include "plugins/shared/huggingface/adapter.h"
#include "plugins/shared/huggingface/hub_cache.h"
#include "plugins/shared/huggingface/model_folder.h"
#include "plugins/shared/huggingface/other_formats.h"
#include "suite/formats/cache_folder.h"
#include "suite/formats/text_file.h"
#include "suite/formats/text_layout.h"

namespace eif {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPhi3Repository = "microsoft/Phi-3-mini-4k-instruct";

struct KnownModel {
  const char* name;
  const char* description;
  fs::path (*usual_place)();
  std::string how_to_get;
};

const std::vector<KnownModel>& known_models() {
  static const auto* const models = new std::vector<KnownModel>{
      {"smollm2",
       "SmolLM2-135M-Instruct, widened from 4-bit weights (Q4_1): a small Llama, 98 MB to fetch",
       [] { return cache_folder() / "models" / "smollm2"; },
       "run tools/setup.sh, or tools/fetch_smollm2.py alone"},
      {"gemma3",
       "Gemma 3 270M, widened from 4-bit weights (Q4_K_M), under the Gemma Terms of Use: "
       "279 MB to fetch",
       [] { return cache_folder() / "models" / "gemma3"; },
       "run tools/setup.sh --with gemma3, or tools/fetch_gemma3.py alone"},
      {"phi3", "Phi-3-mini-4k-instruct, 3.8 billion parameters (7.6 GB to fetch)",
       [] { return hugging_face_cache() / cache_entry(kPhi3Repository); },
       absl::StrCat("run tools/fetch_phi3.py, or python -c 'from huggingface_hub import "
                    "snapshot_download; snapshot_download(\"",
                    kPhi3Repository, "\")'; or name a folder that has it with --weights")},
      {"positive-control",
       "a tiny Llama that draws conclusions when it learns by SGD in big steps, --lr 0.3 "
       "(docs/positive-control.md)",
       [] { return own_model("positive-control"); },
       "build the target own_models, or install the program again: it comes with it"},
      {"positive-control-in-context",
       "a tiny Llama that draws conclusions from what it reads (docs/positive-control.md)",
       [] { return own_model("positive-control-in-context"); },
       "build the target own_models, or install the program again: it comes with it"},
  };
  return *models;
}

const KnownModel* find_known(const std::string& name) {
  const auto& models = known_models();
  const auto found = std::find_if(models.begin(), models.end(),
                                  [&](const KnownModel& model) { return model.name == name; });
  return found == models.end() ? nullptr : &*found;
}

// Finds the folder of a model, if all its files are there.
absl::StatusOr<ModelFolder> open_complete(const std::string& name, const std::string& base = "") {
  absl::StatusOr<ModelFolder> folder = open_model_folder(name, base);
  if (!folder.ok()) return folder;
  const absl::StatusOr<std::vector<fs::path>> weights = weight_files(folder->path);
  if (!weights.ok()) return weights.status();
  return folder;
}

absl::StatusOr<ModelFolder> find(const KnownModel& model, const std::string& data_folder) {
  const fs::path in_data = fs::path(data_folder) / model.name;
  std::error_code ignored;
  const bool use_data = !data_folder.empty() && fs::exists(in_data, ignored);
  absl::StatusOr<ModelFolder> folder = open_complete(use_data ? in_data : model.usual_place());
  if (folder.ok() || !absl::IsNotFound(folder.status())) return folder;
  return absl::NotFoundError(absl::StrCat(sentence(std::string(folder.status().message())),
                                          " To get ", model.name, ", ", model.how_to_get));
}

absl::StatusOr<ModelFolder> find(const ModelRequest& request) {
  const KnownModel* model = find_known(request.name);
  if (model == nullptr) return open_complete(request.name, request.weights);
  if (!request.weights.empty()) return open_complete(request.weights);
  return find(*model, request.data_folder);
}

}  // namespace

std::vector<ModelAlias> CausalLmBackend::aliases(const std::string& data_folder) const {
  std::vector<ModelAlias> aliases;
  for (const KnownModel& model : known_models()) {
    const absl::Status status = find(model, data_folder).status();
    aliases.push_back({model.name, model.description, std::string(status.message())});
  }
  return aliases;
}

std::vector<std::string> CausalLmBackend::model_types() const { return eif::model_types(); }

bool CausalLmBackend::accepts_folder(const std::string& name) const {
  const absl::StatusOr<fs::path> folder = find_model_folder(name);
  // Of a repository that is not in the cache, load() says how to get it.
  if (!folder.ok()) return reads_as_repository(name) || !other_format(name).empty();
  if (Adapter::is_in(*folder)) return true;
  std::error_code ignored;
  const fs::path file = *folder / "config.json";
  if (!fs::exists(file, ignored)) {
    // A tokenizer alone is for load_tokenizer(), which needs no config.json. Of a model in another
    // format, load() says what to do.
    return fs::exists(*folder / "tokenizer.json", ignored) || !other_format(*folder).empty();
  }
  const absl::StatusOr<std::string> config = read_text_file(file, kLargestConfig);
  return config.ok() && check_model_type(*config, file.string()).ok();
}

absl::StatusOr<std::unique_ptr<Model>> CausalLmBackend::load(const ModelRequest& request) const {
  const absl::StatusOr<ModelFolder> folder = find(request);
  if (!folder.ok()) return folder.status();
  return load_causal_lm(*folder, request);
}

absl::StatusOr<std::unique_ptr<TextTokenizer>> CausalLmBackend::load_tokenizer(
    const ModelRequest& request) const {
  const fs::path named = request.weights.empty() ? request.name : request.weights;
  std::error_code ignored;
  // Of an adapter with a tokenizer of its own, config.json is the base's.
  if (fs::exists(named / "tokenizer.json", ignored) && !Adapter::is_in(named)) {
    return load_text_tokenizer({.path = named, .tokenizer = named}, request);
  }
  const absl::StatusOr<ModelFolder> folder = find(request);
  if (!folder.ok()) return folder.status();
  return load_text_tokenizer(*folder, request);
}

}  // namespace eif
