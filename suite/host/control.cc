#include "suite/host/control.h"

#include <ATen/core/grad_mode.h>

#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "domains/domain.h"
#include "suite/core/random.h"
#include "suite/engine/fine_tuning.h"
#include "suite/formats/digest.h"
#include "suite/host/names.h"

namespace eif {
namespace {

// ---- Random weights --------------------------------------------------------------------------

at::Tensor normal_with_spread_of(const at::Tensor& value, Random& random) {
  const auto spread = value.to(at::kCPU, at::kFloat).std(/*unbiased=*/false).item<double>();
  at::Tensor result = at::empty(value.sizes(), at::kFloat);
  float* numbers = result.mutable_data_ptr<float>();
  for (int64_t i = 0; i < result.numel(); ++i) {
    numbers[i] = static_cast<float>(spread * random.normal());
  }
  return result;
}

at::Tensor in_random_order(const at::Tensor& value, Random& random) {
  std::vector<int64_t> order(static_cast<size_t>(value.numel()));
  std::iota(order.begin(), order.end(), 0);
  shuffle(order, random);
  return value.flatten().index_select(0, at::tensor(order, at::kLong).to(value.device()));
}

void draw_anew(Parameter& parameter, uint64_t seed) {
  const at::NoGradGuard no_gradients;
  SeededRandom random(seed, absl::StrCat("random weights/", parameter.name));
  const at::Tensor value = parameter.value.detach();
  parameter.value.copy_(value.dim() > 1 ? normal_with_spread_of(value, random)
                                        : in_random_order(value, random).view(value.sizes()));
}

// Says other things of itself than the model inside, which computes everything.
class RenamedModel final : public Model {
 public:
  RenamedModel(std::unique_ptr<Model> inner, ModelInfo info)
      : inner_(std::move(inner)), info_(std::move(info)) {}

  const ModelInfo& info() const override { return info_; }
  std::vector<Parameter>& parameters() override { return inner_->parameters(); }
  absl::StatusOr<Example> encode(const Statement& statement,
                                 const std::vector<Statement>& context) const override {
    return inner_->encode(statement, context);
  }
  absl::StatusOr<Losses> loss(Weights& weights, const Batch& batch) const override {
    return inner_->loss(weights, batch);
  }
  absl::StatusOr<at::Tensor> features(Weights& weights, const Batch& batch) const override {
    return inner_->features(weights, batch);
  }

 private:
  std::unique_ptr<Model> inner_;
  ModelInfo info_;
};

// ---- Shuffled names --------------------------------------------------------------------------

// The names of the draw, and those that the request's domain has besides. A chain whose ends stayed
// where they are would still be a chain.
absl::StatusOr<std::vector<std::string>> names_to_shuffle(const Draw& draw,
                                                          const Request& request) {
  absl::StatusOr<std::vector<std::string>> names = names_of(draw, request);
  if (!names.ok()) return names;
  const absl::StatusOr<const DomainTemplate*> domain = find_domain(request.domain);
  if (!domain.ok()) return names;  // samples of a desideratum's own
  names->insert(names->end(), (*domain)->known_entities.begin(), (*domain)->known_entities.end());
  return names;
}

void shuffle_names_of(const Draw& draw, Sample& sample, const std::vector<std::string>& names) {
  std::string stream = "shuffled names";
  std::vector<Sample> alone = {sample};
  for_each_text(alone, [&](const std::string& text) { absl::StrAppend(&stream, "/", text); });
  std::vector<std::string> order = names;
  shuffle(order, *draw.random(stream));
  NewNames new_names;
  for (size_t i = 0; i < names.size(); ++i) new_names[names[i]] = order[i];
  for_each_text(alone, [&](std::string& text) { text = renamed(text, names, new_names); });
  sample = std::move(alone.front());
}

}  // namespace

const char* control_name(Control control) {
  switch (control) {
    case Control::kRandomWeights:
      return "random-weights";
    case Control::kShuffledNames:
      return "shuffled-names";
    case Control::kNone:
      break;
  }
  return "none";
}

Control control_of(const std::string& name) {
  for (const Control control : {Control::kRandomWeights, Control::kShuffledNames}) {
    if (name == control_name(control)) return control;
  }
  return Control::kNone;
}

std::unique_ptr<Model> with_random_weights(std::unique_ptr<Model> model, uint64_t seed) {
  for (Parameter& parameter : model->parameters()) {
    if (parameter.trainable) draw_anew(parameter, seed);
  }
  ModelInfo info = model->info();
  Digest digest;
  digest.add(info.fingerprint);
  digest.add(parameter_hash(model->parameters()));
  info.fingerprint = digest.hex();
  info.facts = {{"weights", absl::StrCat("random, seed ", seed)}};
  return std::make_unique<RenamedModel>(std::move(model), std::move(info));
}

absl::Status check_control(Control control, const ModelInfo& model) {
  if (control != Control::kShuffledNames || model.modality == Modality::kText) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("--control shuffled-names needs a model of texts, and ", model.name,
                   " takes images, which have no names; use --control random-weights"));
}

absl::Status shuffle_names(const Draw& draw, std::vector<Request>& requests) {
  for (Request& request : requests) {
    const absl::StatusOr<std::vector<std::string>> names = names_to_shuffle(draw, request);
    if (!names.ok()) return names.status();
    for (std::vector<Sample>* samples : {&request.trained, &request.evaluated}) {
      for (Sample& sample : *samples) shuffle_names_of(draw, sample, *names);
    }
  }
  return absl::OkStatus();
}

}  // namespace eif
