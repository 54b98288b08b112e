// The CNN as a model: `--model cnn`.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/backend.h"
#include "plugins/cnn/training.h"

namespace eif {

// Puts a trained network into the dtype and on the device of the request.
std::unique_ptr<Model> make_cnn(TrainedNetwork network, const ModelRequest& request);

// The network of the cache, trained first where it is not there; or, where ModelRequest::weights
// names a folder, the one in that folder's model.safetensors.
class CnnBackend final : public ModelBackend {
 public:
  std::vector<ModelAlias> aliases(const std::string& data_folder) const override;
  std::optional<Modality> modality() const override { return Modality::kImage; }
  absl::StatusOr<std::unique_ptr<Model>> load(const ModelRequest& request) const override;
};

}  // namespace eif
