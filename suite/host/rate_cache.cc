#include "suite/host/rate_cache.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "suite/formats/atomic_file.h"
#include "suite/formats/cache_folder.h"
#include "suite/formats/digest.h"
#include "suite/formats/json_text.h"
#include "suite/formats/text_file.h"
#include "suite/host/measurement.h"

namespace eif {
namespace {

constexpr size_t kLargestEntry = 1 << 16;

// An entry has the digest of what it says, so that a flipped bit is noticed.
std::string digest_of(const ChosenRate& chosen) {
  Digest digest;
  digest.add(absl::StrFormat("%.17g", chosen.learning_rate));
  digest.add(chosen.reason);
  if (std::isfinite(chosen.noise)) digest.add(absl::StrFormat("%.17g", chosen.noise));
  return digest.hex();
}

}  // namespace

std::filesystem::path rate_entry(Model& model, const Engine& engine,
                                 const std::vector<Sample>& samples,
                                 const TrainingOptions& training, const std::string& rule) {
  const at::Tensor& value = model.parameters().front().value;
  Digest digest;
  digest.add(rule);
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

std::optional<ChosenRate> read_rate(const std::filesystem::path& path) {
  const absl::StatusOr<std::string> text = read_text_file(path, kLargestEntry);
  if (!text.ok()) return std::nullopt;
  const absl::StatusOr<nlohmann::json> entry = parse_json(*text, path.string());
  if (!entry.ok() || !entry->is_object()) return std::nullopt;
  const nlohmann::json rate = entry->value("learning_rate", nlohmann::json());
  const nlohmann::json reason = entry->value("reason", nlohmann::json());
  const nlohmann::json noise = entry->value("noise", nlohmann::json());
  const nlohmann::json digest = entry->value("digest", nlohmann::json());
  if (!rate.is_number() || !reason.is_string()) return std::nullopt;
  ChosenRate kept{rate.get<double>(), reason.get<std::string>()};
  if (noise.is_number()) kept.noise = noise.get<double>();
  if (digest != digest_of(kept)) return std::nullopt;
  return kept;
}

absl::Status write_rate(const std::filesystem::path& path, const ModelInfo& info,
                        const ChosenRate& chosen) {
  nlohmann::ordered_json entry = {{"model", info.name},
                                  {"fingerprint", info.fingerprint},
                                  {"learning_rate", chosen.learning_rate},
                                  {"reason", chosen.reason}};
  if (std::isfinite(chosen.noise)) entry["noise"] = chosen.noise;
  entry["digest"] = digest_of(chosen);
  return write_file_atomically(
      path, entry.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

}  // namespace eif
