// What one seed draws: names, images, random streams.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domains/images/dataset.h"
#include "eif/desideratum.h"
#include "suite/core/words.h"

namespace eif {

// The MNIST test set, read when the first draw asks for it. Shared by the draws of a run.
class DigitSource {
 public:
  explicit DigitSource(std::string data_folder) : data_folder_(std::move(data_folder)) {}
  absl::StatusOr<const ImageDataset*> digits();
  // The digest of images and labels; empty where they were not asked for or could not be read.
  std::string digest() const { return digits_ && digits_->ok() ? (*digits_)->digest : ""; }

 private:
  std::string data_folder_;
  std::optional<absl::StatusOr<ImageDataset>> digits_;
};

// What the user has set about all draws of a run.
struct DrawSettings {
  std::vector<std::string> claims = {};  // of their own; empty: the built-in ones
  bool large = false;                    // Draw::large()
  WordRules words = {};
};

class SeededDraw final : public Draw {
 public:
  // `digits` and `settings` must outlive this object.
  SeededDraw(uint64_t seed, Modality modality, DigitSource& digits, const DrawSettings& settings)
      : seed_(seed), modality_(modality), digits_(digits), settings_(settings) {}

  uint64_t seed() const override { return seed_; }
  Modality modality() const override { return modality_; }
  std::unique_ptr<Random> random(const std::string& stream) const override;
  absl::StatusOr<std::vector<std::string>> words(size_t count) const override;
  absl::StatusOr<std::vector<LabelledImage>> digits(int per_class) const override;
  const std::vector<std::string>& claims() const override { return settings_.claims; }
  bool large() const override { return settings_.large; }

 private:
  uint64_t seed_;
  Modality modality_;
  DigitSource& digits_;
  const DrawSettings& settings_;
};

}  // namespace eif
