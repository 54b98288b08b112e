#include "suite/host/guarded_backend.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "suite/host/guard.h"

namespace eif {
namespace {

// The model of a plugin. Its losses are asked for by engines, which are guarded as a whole: an
// exception there ends the measurement, as an error would. That of one statement must not.
class GuardedModel final : public Model {
 public:
  explicit GuardedModel(std::unique_ptr<Model> model) : model_(std::move(model)) {}

  const ModelInfo& info() const override { return model_->info(); }
  std::vector<Parameter>& parameters() override { return model_->parameters(); }
  absl::StatusOr<Example> encode(const Statement& statement,
                                 const std::vector<Statement>& context) const override {
    return guarded("encode() failed", [&] { return model_->encode(statement, context); });
  }
  absl::StatusOr<Losses> loss(Weights& weights, const Batch& batch) const override {
    return model_->loss(weights, batch);
  }
  absl::StatusOr<at::Tensor> features(Weights& weights, const Batch& batch) const override {
    return model_->features(weights, batch);
  }

 private:
  std::unique_ptr<Model> model_;
};

// A model whose info() and parameters() have answered once, which they then always do.
absl::StatusOr<std::unique_ptr<Model>> checked(std::unique_ptr<Model> model) {
  if (model == nullptr) {
    return absl::InternalError("load() gave nothing; expected a model or an error");
  }
  const absl::Status status = guarded("info() failed", [&] {
    model->info();
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return std::make_unique<GuardedModel>(std::move(model));
}

}  // namespace

GuardedBackend::GuardedBackend(std::string id, std::unique_ptr<ModelBackend> backend,
                               std::function<void(const absl::Status&)> tell)
    : id_(std::move(id)), backend_(std::move(backend)), tell_(std::move(tell)) {}

template <typename Call, typename Answer>
Answer GuardedBackend::answer(const std::string& callee, Answer instead, Call call) const {
  absl::StatusOr<Answer> result =
      guarded(absl::StrCat(callee, " failed"), [&]() -> absl::StatusOr<Answer> { return call(); });
  if (result.ok()) return *std::move(result);
  tell_(result.status());
  return instead;
}

std::vector<ModelAlias> GuardedBackend::aliases(const std::string& data_folder) const {
  return answer("aliases()", std::vector<ModelAlias>(),
                [&] { return backend_->aliases(data_folder); });
}

std::optional<Modality> GuardedBackend::modality() const {
  return answer("modality()", std::optional<Modality>(), [&] { return backend_->modality(); });
}

bool GuardedBackend::accepts_folder(const std::string& folder) const {
  return answer("accepts_folder()", false, [&] { return backend_->accepts_folder(folder); });
}

absl::StatusOr<std::unique_ptr<Model>> GuardedBackend::load(const ModelRequest& request) const {
  absl::StatusOr<std::unique_ptr<Model>> model =
      guarded("load() failed", [&] { return backend_->load(request); });
  if (model.ok()) model = checked(*std::move(model));
  if (!absl::IsInternal(model.status())) return model;
  return absl::InternalError(absl::StrCat("plugin ", id_, ": ", model.status().message()));
}

absl::StatusOr<std::unique_ptr<TextTokenizer>> GuardedBackend::load_tokenizer(
    const ModelRequest& request) const {
  absl::StatusOr<std::unique_ptr<TextTokenizer>> tokenizer =
      guarded("load_tokenizer() failed", [&] { return backend_->load_tokenizer(request); });
  if (tokenizer.ok() && *tokenizer == nullptr) {
    tokenizer = absl::InternalError(
        "load_tokenizer() gave nothing; expected a tokenizer or an "
        "error");
  }
  if (!absl::IsInternal(tokenizer.status())) return tokenizer;
  return absl::InternalError(absl::StrCat("plugin ", id_, ": ", tokenizer.status().message()));
}

}  // namespace eif
