// A model backend with nothing wrong, and no models.
#include "eif/backend.h"

class NoModels final : public eif::ModelBackend {
 public:
  std::vector<eif::ModelAlias> aliases(const std::string&) const override { return {}; }
  absl::StatusOr<std::unique_ptr<eif::Model>> load(const eif::ModelRequest&) const override {
    return absl::NotFoundError("no models");
  }
};
EIF_MODEL_PLUGIN(NoModels, "good_backend", "1.0", "a model backend as it should be")
