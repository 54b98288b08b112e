#include "suite/engine/learning_curve.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "suite/core/dose.h"

namespace eif {

double LearningCurve::share(int passes) const {
  return learned_share(before, after[static_cast<size_t>(passes - 1)]);
}

std::optional<int> LearningCurve::passes_to(double wanted) const {
  for (int k = 1; k <= passes(); ++k) {
    if (share(k) >= wanted) return k;
  }
  return std::nullopt;
}

bool LearningCurve::is_over(const LearnedEnough& enough) const {
  return !error.empty() || passes() >= enough.max_passes || passes_to(enough.share).has_value();
}

void add_pass(LearningCurve& curve, std::vector<double> losses, const Sample& sample) {
  const bool is_finite =
      std::all_of(losses.begin(), losses.end(), [](double loss) { return std::isfinite(loss); });
  if (!is_finite) {
    curve.error = absl::StrCat("after training on it (a lower learning rate may help) the loss of ",
                               sample.id, " is not finite");
  }
  curve.after.push_back(std::move(losses));
}

}  // namespace eif
