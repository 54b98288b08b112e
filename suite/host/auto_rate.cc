#include "suite/host/auto_rate.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "domains/domain.h"
#include "domains/images/digit_samples.h"
#include "suite/formats/atomic_file.h"
#include "suite/formats/cache_folder.h"
#include "suite/formats/digest.h"
#include "suite/formats/json_text.h"
#include "suite/formats/text_file.h"
#include "suite/host/guard.h"
#include "suite/host/measurement.h"
#include "suite/host/rate_sweep.h"

namespace eif {
namespace {

// The number goes up whenever another rule, range or kind of noise would choose another rate, so
// that no rate is kept which would not be found again.
constexpr int kRule = 2;
constexpr int kImagesPerDigit = 2;
constexpr size_t kLargestEntry = 1 << 16;

// The file is named after everything that the rate depends on.
std::filesystem::path cache_entry(Model& model, const Engine& engine,
                                  const std::vector<Sample>& samples,
                                  const TrainingOptions& training) {
  const at::Tensor& value = model.parameters().front().value;
  Digest digest;
  digest.add(absl::StrCat(kRule));
  digest.add(model.info().fingerprint);
  digest.add(c10::toString(value.scalar_type()));
  digest.add(c10::DeviceTypeName(value.device().type(), /*lower_case=*/true));
  digest.add(absl::StrFormat("%.17g %.17g %.17g", training.momentum, training.weight_decay,
                             training.max_gradient_norm));
  digest.add(training_text(training));
  digest.add(absl::StrFormat("%.17g", training.lora.alpha));
  if (const std::string how = engine.computation(model); !how.empty()) digest.add(how);
  for (const Sample& sample : samples) digest.add(content_hash(sample));
  return cache_folder() / "learning-rates" / absl::StrCat(digest.hex(), ".json");
}

// An entry has the digest of what it says, so that a flipped bit is noticed.
std::string digest_of(const ChosenRate& chosen) {
  Digest digest;
  digest.add(absl::StrFormat("%.17g", chosen.learning_rate));
  digest.add(chosen.reason);
  return digest.hex();
}

// Reads what an earlier run has kept. Nothing where that is missing or damaged: the rate is then
// found anew.
std::optional<ChosenRate> read_entry(const std::filesystem::path& path) {
  const absl::StatusOr<std::string> text = read_text_file(path, kLargestEntry);
  if (!text.ok()) return std::nullopt;
  const absl::StatusOr<nlohmann::json> entry = parse_json(*text, path.string());
  if (!entry.ok() || !entry->is_object()) return std::nullopt;
  const nlohmann::json rate = entry->value("learning_rate", nlohmann::json());
  const nlohmann::json reason = entry->value("reason", nlohmann::json());
  const nlohmann::json digest = entry->value("digest", nlohmann::json());
  if (!rate.is_number() || !reason.is_string()) return std::nullopt;
  const ChosenRate kept{rate.get<double>(), reason.get<std::string>()};
  if (digest != digest_of(kept)) return std::nullopt;
  return kept;
}

absl::Status write_entry(const std::filesystem::path& path, const ModelInfo& info,
                         const ChosenRate& chosen) {
  const nlohmann::ordered_json entry = {{"model", info.name},
                                        {"fingerprint", info.fingerprint},
                                        {"learning_rate", chosen.learning_rate},
                                        {"reason", chosen.reason},
                                        {"digest", digest_of(chosen)}};
  return write_file_atomically(
      path, entry.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

std::string announcement(const Model& model, const ChosenRate& chosen) {
  return absl::StrFormat("%s: learning rate %g (%s)", model.info().name, chosen.learning_rate,
                         chosen.reason);
}

}  // namespace

absl::StatusOr<std::vector<Sample>> calibration_samples(Modality modality, DigitSource& digits) {
  const DrawSettings settings;  // not the user's
  const SeededDraw draw(kCalibrationSeed, modality, digits, settings);
  if (modality == Modality::kImage) {
    const absl::StatusOr<std::vector<LabelledImage>> images = draw.digits(kImagesPerDigit);
    if (!images.ok()) return images.status();
    return as_samples(*images);
  }
  const absl::StatusOr<const DomainTemplate*> found = find_domain("transitivity");
  if (!found.ok()) return found.status();
  const absl::StatusOr<Domain> domain = fill(**found, draw);
  if (!domain.ok()) return domain.status();
  std::vector<Sample> samples;
  for (const DomainSample& entry : domain->samples) {
    // What trains on one statement is recorded once for all rates.
    if (!entry.role.extended && entry.sample.statements.size() == 1) {
      samples.push_back(entry.sample);
    }
  }
  return samples;
}

absl::StatusOr<ChosenRate> auto_learning_rate(Model& model, const Engine& engine,
                                              const TrainingOptions& training, DigitSource& digits,
                                              Monitor& monitor) {
  const std::string& name = model.info().name;
  const absl::StatusOr<std::vector<Sample>> samples =
      calibration_samples(model.info().modality, digits);
  if (!samples.ok()) return samples.status();
  const std::filesystem::path entry = cache_entry(model, engine, *samples, training);
  if (const std::optional<ChosenRate> kept = read_entry(entry)) {
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
  if (absl::Status written = write_entry(entry, model.info(), chosen); !written.ok()) {
    monitor.announce(absl::StrCat("not kept: ", std::string(written.message())));
  }
  return chosen;
}

}  // namespace eif
