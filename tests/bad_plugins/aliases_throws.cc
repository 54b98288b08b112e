#include <stdexcept>

#include "eif/backend.h"

class Throwing final : public eif::ModelBackend {
 public:
  std::vector<eif::ModelAlias> aliases(const std::string&) const override {
    throw std::runtime_error("no disk today");
  }
  absl::StatusOr<std::unique_ptr<eif::Model>> load(const eif::ModelRequest&) const override {
    return absl::NotFoundError("no models");
  }
};
EIF_MODEL_PLUGIN(Throwing, "bad", "1.0", "throws where its models are asked for")
