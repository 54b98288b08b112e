#include "suite/engine/lora.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "absl/strings/str_cat.h"
#include "suite/engine/batching.h"
#include "suite/engine/evaluation.h"
#include "suite/engine/matrix_product.h"
#include "suite/engine/name_patterns.h"
#include "suite/engine/tuned_weights.h"

namespace eif {
namespace {

// Passes uses of the base weights on and notes what each parameter is used as.
class ObservedUses final : public Weights {
 public:
  explicit ObservedUses(const std::vector<Parameter>& parameters)
      : base_(parameters), is_matrix_(parameters.size()), is_other_(parameters.size()) {}

  at::Tensor linear(const at::Tensor& x, ParameterId weight) override {
    is_matrix_[weight] = true;
    last_matrix_ = weight;
    return base_.linear(x, weight);
  }
  at::Tensor embedding(const at::Tensor& ids, ParameterId weight, int64_t padding) override {
    is_other_[weight] = true;
    return base_.embedding(ids, weight, padding);
  }
  at::Tensor conv2d(const at::Tensor& x, ParameterId weight, int64_t padding) override {
    is_other_[weight] = true;
    return base_.conv2d(x, weight, padding);
  }
  at::Tensor gain(const at::Tensor& x, ParameterId gain) override { return base_.gain(x, gain); }
  at::Tensor bias(const at::Tensor& x, ParameterId bias, int64_t dimension) override {
    return base_.bias(x, bias, dimension);
  }

  // A matrix and nothing else: what is added for one use would be missing in the other.
  bool is_only_matrix(ParameterId id) const { return is_matrix_[id] && !is_other_[id]; }
  bool is_other(ParameterId id) const { return is_other_[id]; }
  std::optional<ParameterId> last_matrix() const { return last_matrix_; }

 private:
  TunedWeights base_;
  std::vector<bool> is_matrix_, is_other_;
  std::optional<ParameterId> last_matrix_;
};

// Which parameters are adapted.
absl::StatusOr<std::vector<ParameterId>> chosen(Model& model, const LoraOptions& options,
                                                const ObservedUses& uses) {
  const std::vector<Parameter>& parameters = model.parameters();
  const bool are_all = options.targets == LoraOptions().targets;
  std::vector<ParameterId> ids;
  std::vector<std::string> names;
  for (ParameterId id = 0; id < parameters.size(); ++id) {
    const Parameter& parameter = parameters[id];
    if (!are_all && uses.is_other(id) && any_fits(options.targets, parameter.name)) {
      return absl::InvalidArgumentError(absl::StrCat(
          "--lora-targets takes matrices that x is multiplied by, and ", parameter.name, " of ",
          model.info().name, " is used as a table or a convolution"));
    }
    if (!uses.is_only_matrix(id) || !parameter.trainable) continue;
    names.push_back(parameter.name);
    if (are_all ? id != uses.last_matrix() : any_fits(options.targets, parameter.name)) {
      ids.push_back(id);
    }
  }
  if (names.empty() || (are_all && ids.empty())) {
    return absl::InvalidArgumentError(
        absl::StrCat("--adapter lora: ", model.info().name, " has no matrix to adapt"));
  }
  if (are_all) return ids;
  absl::Status status =
      check_each_fits("--lora-targets", options.targets, names, model.info().name);
  if (!status.ok()) return status;
  return ids;
}

// Steele, Lea, Flood: Fast splittable pseudorandom number generators (2014).
uint64_t split_mix(uint64_t& state) {
  uint64_t z = state += 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

uint64_t fnv1a(const std::string& text) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

}  // namespace

absl::StatusOr<std::vector<LoraTarget>> lora_targets(Model& model, const LoraOptions& options,
                                                     const Example& example) {
  const at::NoGradGuard no_gradients;
  ObservedUses uses(model.parameters());
  const absl::StatusOr<Losses> losses = model.loss(uses, make_batch({&example}, device_of(model)));
  if (!losses.ok()) return losses.status();
  const absl::StatusOr<std::vector<ParameterId>> ids = chosen(model, options, uses);
  if (!ids.ok()) return ids.status();
  std::vector<LoraTarget> targets;
  for (const ParameterId id : *ids) {
    const Parameter& parameter = model.parameters()[id];
    const at::Tensor start =
        lora_start(parameter.name, options.rank, parameter.value.size(1), options.seed);
    targets.push_back({id, start.to(parameter.value.device(), wide_type(parameter.value))});
  }
  return targets;
}

at::Tensor lora_start(const std::string& name, int64_t rank, int64_t inputs, uint64_t seed) {
  at::Tensor start = at::empty({rank, inputs}, at::kDouble);
  const double bound = 1 / std::sqrt(static_cast<double>(inputs));
  uint64_t state = seed ^ fnv1a(name);
  auto* const numbers = start.mutable_data_ptr<double>();
  for (int64_t n = 0; n < start.numel(); ++n) {
    const double u = static_cast<double>(split_mix(state) >> 11) * 0x1p-53;
    numbers[n] = (2 * u - 1) * bound;
  }
  return start;
}

}  // namespace eif
