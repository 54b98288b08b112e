#include "suite/host/guarded_backend.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "suite/host/checked_answers.h"
#include "suite/host/guard.h"
#include "suite/host/under_way.h"

namespace eif {
namespace {

// How often the values of the parameters were written to.
std::vector<uint32_t> versions_of(const std::vector<Parameter>& parameters) {
  std::vector<uint32_t> versions;
  for (const Parameter& parameter : parameters) {
    const at::Tensor& value = parameter.value;
    versions.push_back(value.defined() && !value.is_inference() ? value._version() : 0);
  }
  return versions;
}

// The model of a plugin. Its losses are asked for by engines, which are guarded as a whole: an
// exception there ends the measurement, as an error would. That of one statement must not.
class GuardedModel final : public Model {
 public:
  GuardedModel(const std::string& id, std::unique_ptr<Model> model)
      : plugin_(absl::StrCat("plugin ", id)),
        encode_(absl::StrCat(plugin_, ", encode()")),
        loss_(absl::StrCat(plugin_, ", loss()")),
        features_(absl::StrCat(plugin_, ", features()")),
        model_(std::move(model)) {}

  const ModelInfo& info() const override { return model_->info(); }
  std::vector<Parameter>& parameters() override { return model_->parameters(); }
  absl::StatusOr<Example> encode(const Statement& statement,
                                 const std::vector<Statement>& context) const override {
    const UnderWay here(encode_);
    absl::StatusOr<Example> example =
        guarded("encode() failed", [&] { return model_->encode(statement, context); });
    if (!example.ok()) return example;
    if (absl::Status status = check_example(*example, info()); !status.ok()) {
      return in_call(encode_, status);
    }
    return example;
  }
  absl::StatusOr<Losses> loss(Weights& weights, const Batch& batch) const override {
    const UnderWay here(loss_);
    const std::vector<uint32_t> before = versions_of(model_->parameters());
    absl::StatusOr<Losses> losses = model_->loss(weights, batch);
    if (!losses.ok()) return losses;
    absl::Status status = check_losses(*losses, batch);
    if (status.ok()) status = check_parameters(before);
    if (!status.ok()) return in_call(loss_, status);
    return losses;
  }
  absl::StatusOr<at::Tensor> features(Weights& weights, const Batch& batch) const override {
    const UnderWay here(features_);
    const std::vector<uint32_t> before = versions_of(model_->parameters());
    absl::StatusOr<at::Tensor> features = model_->features(weights, batch);
    if (!features.ok()) return features;
    absl::Status status = check_features(*features, batch);
    if (status.ok()) status = check_parameters(before);
    if (!status.ok()) return in_call(features_, status);
    return features;
  }

 private:
  // They are the engine's while it works, and a forward pass only reads them.
  absl::Status check_parameters(const std::vector<uint32_t>& before) const {
    const std::vector<Parameter>& parameters = model_->parameters();
    const std::vector<uint32_t> after = versions_of(parameters);
    if (after == before) return absl::OkStatus();
    if (after.size() != before.size()) {
      return absl::InternalError("changed how many parameters the model has");
    }
    const auto changed = std::mismatch(after.begin(), after.end(), before.begin()).first;
    return absl::InternalError(absl::StrCat(
        "changed the parameter ", parameters[static_cast<size_t>(changed - after.begin())].name,
        "; expected that it reads the parameters through Weights alone"));
  }

  static absl::Status in_call(const std::string& call, const absl::Status& status) {
    return absl::InternalError(absl::StrCat(call, " ", std::string(status.message())));
  }

  std::string plugin_, encode_, loss_, features_;
  std::unique_ptr<Model> model_;
};

// Values that cannot be trained on or hashed are refused before anything is measured.
absl::Status check_parameters(const std::vector<Parameter>& parameters) {
  if (parameters.empty()) return absl::InternalError("parameters() gave none; expected some");
  for (const Parameter& parameter : parameters) {
    if (parameter.value.defined()) continue;
    return absl::InternalError(absl::StrCat("parameters() gave no value for ", parameter.name));
  }
  return absl::OkStatus();
}

// A model whose info() and parameters() have answered once, which they then always do.
absl::StatusOr<std::unique_ptr<Model>> checked(const std::string& id,
                                               std::unique_ptr<Model> model) {
  if (model == nullptr) {
    return absl::InternalError("load() gave nothing; expected a model or an error");
  }
  absl::Status status = guarded("info() failed", [&] {
    model->info();
    return absl::OkStatus();
  });
  if (status.ok()) {
    status = guarded("parameters() failed", [&] { return check_parameters(model->parameters()); });
  }
  if (!status.ok()) return status;
  return std::make_unique<GuardedModel>(id, std::move(model));
}

}  // namespace

GuardedBackend::GuardedBackend(std::string id, std::unique_ptr<ModelBackend> backend,
                               std::function<void(const absl::Status&)> tell)
    : id_(std::move(id)), backend_(std::move(backend)), tell_(std::move(tell)) {}

template <typename Call, typename Answer>
Answer GuardedBackend::answer(const std::string& callee, Answer instead, Call call) const {
  const UnderWay here(absl::StrCat("plugin ", id_, ", ", callee));
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

std::vector<std::string> GuardedBackend::model_types() const {
  return answer("model_types()", std::vector<std::string>(),
                [&] { return backend_->model_types(); });
}

absl::StatusOr<std::unique_ptr<Model>> GuardedBackend::load(const ModelRequest& request) const {
  const UnderWay here(absl::StrCat("plugin ", id_, ", load()"));
  absl::StatusOr<std::unique_ptr<Model>> model =
      guarded("load() failed", [&] { return backend_->load(request); });
  if (model.ok()) model = checked(id_, *std::move(model));
  if (!absl::IsInternal(model.status())) return model;
  return absl::InternalError(absl::StrCat("plugin ", id_, ": ", model.status().message()));
}

absl::StatusOr<std::unique_ptr<TextTokenizer>> GuardedBackend::load_tokenizer(
    const ModelRequest& request) const {
  const UnderWay here(absl::StrCat("plugin ", id_, ", load_tokenizer()"));
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
