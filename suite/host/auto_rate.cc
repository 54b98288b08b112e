#include "suite/host/auto_rate.h"

#include <optional>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "domains/domain.h"
#include "domains/images/digit_samples.h"
#include "suite/host/guard.h"
#include "suite/host/rate_cache.h"
#include "suite/host/rate_sweep.h"

namespace eif {
namespace {

// The number goes up whenever another rule, range or kind of noise would choose another rate, so
// that no rate is kept which would not be found again.
constexpr int kRule = 2;
constexpr int kImagesPerDigit = 2;

std::string announcement(const Model& model, const ChosenRate& chosen) {
  return absl::StrFormat("%s: learning rate %g (%s)", model.info().name, chosen.learning_rate,
                         chosen.reason);
}

}  // namespace

absl::StatusOr<std::vector<Sample>> calibration_texts(DigitSource& digits) {
  const DrawSettings settings;  // not the user's
  const SeededDraw draw(kCalibrationSeed, Modality::kText, digits, settings);
  const absl::StatusOr<const DomainTemplate*> found = find_domain("transitivity");
  if (!found.ok()) return found.status();
  const absl::StatusOr<Domain> domain = fill(**found, draw);
  if (!domain.ok()) return domain.status();
  std::vector<Sample> samples;
  for (const DomainSample& entry : domain->samples) {
    if (!entry.role.extended) samples.push_back(entry.sample);
  }
  return samples;
}

absl::StatusOr<std::vector<Sample>> calibration_samples(Modality modality, DigitSource& digits) {
  if (modality == Modality::kImage) {
    const DrawSettings settings;  // not the user's
    const SeededDraw draw(kCalibrationSeed, modality, digits, settings);
    const absl::StatusOr<std::vector<LabelledImage>> images = draw.digits(kImagesPerDigit);
    if (!images.ok()) return images.status();
    return as_samples(*images);
  }
  absl::StatusOr<std::vector<Sample>> samples = calibration_texts(digits);
  if (!samples.ok()) return samples.status();
  // What trains on one statement is recorded once for all rates.
  std::erase_if(*samples, [](const Sample& sample) { return sample.statements.size() != 1; });
  return samples;
}

absl::StatusOr<std::optional<ChosenRate>> kept_learning_rate(Model& model, const Engine& engine,
                                                             const TrainingOptions& training,
                                                             DigitSource& digits) {
  const absl::StatusOr<std::vector<Sample>> samples =
      calibration_samples(model.info().modality, digits);
  if (!samples.ok()) return samples.status();
  return read_rate(rate_entry(model, engine, *samples, training, absl::StrCat(kRule)));
}

absl::StatusOr<ChosenRate> auto_learning_rate(Model& model, const Engine& engine,
                                              const TrainingOptions& training, DigitSource& digits,
                                              Monitor& monitor) {
  const std::string& name = model.info().name;
  const absl::StatusOr<std::vector<Sample>> samples =
      calibration_samples(model.info().modality, digits);
  if (!samples.ok()) return samples.status();
  const std::filesystem::path entry =
      rate_entry(model, engine, *samples, training, absl::StrCat(kRule));
  if (const std::optional<ChosenRate> kept = read_rate(entry)) {
    monitor.announce(absl::StrCat(announcement(model, *kept), ", kept in ", entry.string()));
    return *kept;
  }
  monitor.announce(absl::StrCat("looking for the learning rate of ", name, ", which is then kept"));
  UncountedMonitor uncounted(monitor);
  const absl::StatusOr<RateSweep> sweep = guarded(absl::StrCat(name, ", learning rate"), [&] {
    return sweep_until_plateau(model, engine, *samples, training, uncounted);
  });
  if (!sweep.ok()) return sweep.status();
  const Plateau& plateau = sweep->plateau;
  if (plateau.verdict != SweepVerdict::kPlateau) {
    return absl::FailedPreconditionError(absl::StrCat(name, ", --lr auto: ", plateau.reason));
  }
  const ChosenRate chosen{plateau.learning_rate, absl::StrCat("auto: ", plateau.reason)};
  monitor.announce(announcement(model, chosen));
  if (absl::Status written = write_rate(entry, model.info(), chosen); !written.ok()) {
    monitor.announce(absl::StrCat("not kept: ", std::string(written.message())));
  }
  return chosen;
}

}  // namespace eif
