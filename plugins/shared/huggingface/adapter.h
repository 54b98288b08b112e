// A LoRA adapter as the package peft saves it: the small matrices that training added to a model.
//
//   absl::StatusOr<Adapter> adapter = Adapter::open("runs/lora/checkpoint-500");
//   adapter->base();           // "HuggingFaceTB/SmolLM2-135M": the model that it changes
//   adapter->low_rank();       // W + scale · B · A for each weight W, by its name in the base
//   checkpoint.apply(*std::move(adapter), specs);  // checkpoint.h: merged when it is loaded
//
// Which weights are changed is told by the tensors that are there. adapter_config.json is untrusted
// and says how they are meant; what it says and is not done here is refused by name.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "plugins/shared/huggingface/adapter_config.h"
#include "suite/formats/safetensors.h"

namespace eif {

// What is added to a matrix (out, in): scale · b · a.
struct LowRank {
  TensorView a;  // (rank, in)
  TensorView b;  // (out, rank)
  double scale = 1;
};

class Adapter {
 public:
  // Whether the folder has an adapter_config.json.
  static bool is_in(const std::filesystem::path& folder);
  // What the adapter is of, a folder or a repository ("org/name", "org/name@revision"); empty where
  // it does not say. Reads adapter_config.json alone. Errors as open().
  static absl::StatusOr<std::string> base_of(const std::filesystem::path& folder);

  // kNotFound: its weights are missing. kInvalidArgument: it is damaged, no LoRA, or a LoRA of
  // another kind.
  static absl::StatusOr<Adapter> open(const std::filesystem::path& folder);

  const std::filesystem::path& folder() const { return folder_; }
  // By the name that the base model has for the weight. The views are valid as long as the file is.
  const std::map<std::string, LowRank>& low_rank() const { return low_rank_; }
  // Tensors that were trained whole and stand in place of the base's.
  const TensorViews& replaced() const { return replaced_; }
  // Of all tensors that it changes.
  std::vector<std::string> names() const;
  bool changes(const std::string& name) const {
    return low_rank_.contains(name) || replaced_.contains(name);
  }

  // Gives the file that the views are of.
  SafetensorsFile take_file() && { return std::move(file_); }

 private:
  Adapter(std::filesystem::path folder, SafetensorsFile file)
      : folder_(std::move(folder)), file_(std::move(file)) {}
  absl::Status sort_tensors(const AdapterConfig& config);

  std::filesystem::path folder_;
  SafetensorsFile file_;
  std::map<std::string, LowRank> low_rank_;
  TensorViews replaced_;
};

}  // namespace eif
