#include "plugins/shared/models_for_test.h"

#include "plugins/cnn/network.h"
#include "plugins/cnn/training.h"

namespace eif {
namespace {

absl::StatusOr<ModelRequest> untrained(const std::filesystem::path& folder) {
  const TrainedNetwork network{.parameters = initial_parameters(/*seed=*/11),
                               .recipe = "untrained"};
  if (absl::Status status = write_network(folder, network); !status.ok()) return status;
  return ModelRequest{.name = "cnn", .weights = folder.string()};
}

std::vector<ModelForTest> models() {
  return {{"untrained", untrained, images_for_test(kImageSize)}};
}
const ModelsForTest brought("cnn", models);

}  // namespace
}  // namespace eif
