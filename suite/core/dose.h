// Doses: how much of a sample is learned before its influence is measured.
//
//   plateau   one small step for each statement, at a rate where influence is proportional to it
//   0.9       whole passes over the statements until each has lost 0.9 of its loss
//
// A pass is one optimiser step on each statement of a sample, in order. With L_k the loss of a
// statement as it is trained after k passes, its share is 1 − L_k / L_0; of a sample with several
// statements the smallest counts, because all have to be known.
//
//   for (const double share : learned_shares(request.doses)) …
#pragma once

#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eif/desideratum.h"
#include "suite/core/training_options.h"

namespace eif {

// The doses as everything calls them, "plateau" first and shares ascending, each once: "0.50" is
// "0.5". kInvalidArgument: one is neither "plateau" nor a number above 0 and below 1.
absl::StatusOr<std::vector<std::string>> canonical_doses(const std::vector<std::string>& doses);

bool has_plateau(const std::vector<std::string>& doses);
// The others, as numbers. The doses are canonical.
std::vector<double> learned_shares(const std::vector<std::string>& doses);
// Whether a result or a matrix of this dose (ResultKey::dose) is of samples that were learned to a
// share: neither "plateau" nor "lr 0.001", nor of no dose.
bool is_learned_dose(const std::string& dose);
// Whether canonical_doses() leaves it as it is.
bool is_canonical_dose(const std::string& dose);
// Whether this is what everything calls a dose (ResultKey::dose): "lr 0.001", or canonical.
bool is_dose_name(const std::string& name);
// What --dose was for a result or a matrix of this dose: a rate that was given is a plateau's.
std::string asked_dose(const std::string& name);
// What a dose of this share is called.
std::string dose_name(double share);

// kInvalidArgument: the training does not go with these doses, and the message says why.
// `rate_is_given`: by --lr.
absl::Status check_doses(const std::vector<std::string>& doses, const TrainingOptions& training,
                         bool rate_is_given);

// 1 − L_k / L_0 of the statement that was learned least. Both are losses of the statements of one
// sample. NaN where one is not a number, or there was nothing to learn.
double learned_share(std::span<const double> before, std::span<const double> after);

}  // namespace eif
