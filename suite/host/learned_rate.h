// The learning rate of learned doses (suite/core/dose.h): the largest of a sweep at which samples are
// learned calmly, found once and kept in the cache.
//
// Calmly means that
//
//   (a) each sample's own loss, the mean over its statements, falls in every pass until it has the
//       dose, and
//   (b) two roundings of the same path differ in no cell by 0.01 of the self scale or more. Where
//       steps are so large that training bounces, it amplifies rounding to more than most effects.
//
// The larger the rate, the fewer passes; but a share names an end and not a path, so the rate is
// printed and stands in the record.
#pragma once

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/backend.h"
#include "suite/engine/engine.h"
#include "suite/host/draw.h"
#include "suite/host/learning_curves.h"
#include "suite/host/rate_cache.h"

namespace eif {

// Most that two roundings may differ by, in units of the self scale.
inline constexpr double kMostRounding = 0.01;

// The rates that are tried, the largest first: two a decade.
std::vector<double> learned_rates(const TrainingOptions& training);

// How calmly the samples are learned at options.learning_rate.
struct Calm {
  bool is_calm = false;
  std::string why_not;  // where it is not
  int fewest_passes = 0, most_passes = 0;
  double noise = 0, self_scale = 0;
};

// `other_rounding` computes what `engine` does in another order. Errors: those of the engines.
absl::StatusOr<Calm> how_calm(Model& model, const Engine& engine, const Engine& other_rounding,
                              const std::vector<Sample>& samples, const TrainingOptions& options,
                              const LearnedEnough& enough, Monitor& monitor);

// The rate that an earlier call of learned_learning_rate() left in the cache; nothing where there is
// none. Errors: those of the digits.
absl::StatusOr<std::optional<ChosenRate>> kept_learned_rate(Model& model, const Engine& engine,
                                                            const TrainingOptions& training,
                                                            const LearnedEnough& enough,
                                                            DigitSource& digits);

// Tries learned_rates(), or reads what an earlier call for the same left in the cache, and announces
// which it is and why. kFailedPrecondition: none is calm, and the message says why not; kCancelled.
absl::StatusOr<ChosenRate> learned_learning_rate(Model& model, const Engine& engine,
                                                 const Engine& other_rounding,
                                                 const TrainingOptions& training,
                                                 const LearnedEnough& enough, DigitSource& digits,
                                                 Monitor& monitor);

}  // namespace eif
