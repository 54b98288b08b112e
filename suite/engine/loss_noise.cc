#include "suite/engine/loss_noise.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/status/status.h"
#include "suite/engine/evaluation.h"
#include "suite/engine/matrix_product.h"
#include "suite/engine/tuned_weights.h"

namespace eif {
namespace {

double root_mean_square(const at::Tensor& values) {
  return values.square().mean().sqrt().item<double>();
}

// Relative size of the last bit of a loss.
double last_bit(Model& model) {
  const bool is_double = wide_type(model.parameters().front().value) == at::kDouble;
  return is_double ? std::numeric_limits<double>::epsilon() : std::numeric_limits<float>::epsilon();
}

}  // namespace

absl::StatusOr<double> loss_noise(Model& model, const std::vector<Sample>& samples) {
  TunedWeights base(model.parameters());
  std::vector<at::Tensor> losses;
  for (const EvaluationLimits& limits :
       {EvaluationLimits{}, EvaluationLimits{.images = 1, .tokens = 1}}) {
    const Evaluation evaluation = Evaluation::prepare(model, samples, limits);
    absl::StatusOr<at::Tensor> found = evaluation.losses(model, base);
    if (!found.ok()) return found.status();
    const at::Tensor measured = found->isfinite();
    if (!measured.any().item<bool>()) {
      return absl::InvalidArgumentError("of none of the samples can a loss be computed");
    }
    losses.push_back(found->masked_select(measured));
  }
  return std::max(root_mean_square(losses[0] - losses[1]),
                  last_bit(model) * root_mean_square(losses[0]));
}

}  // namespace eif
