// A draw that is the same in every test: the words ala, bok, cyd, …; tiny images.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "eif/desideratum.h"

namespace eif {

// Pure noise would be hard to tell from a picture: every normal number is `normal`.
class FixedRandom final : public Random {
 public:
  explicit FixedRandom(double normal) : normal_(normal) {}
  uint64_t below(uint64_t) override { return 0; }
  double normal() override { return normal_; }

 private:
  double normal_;
};

class DrawForTest final : public Draw {
 public:
  // Noise in every pixel, in units of its standard deviation.
  static constexpr double kNormal = 4;

  explicit DrawForTest(Modality modality) : modality_(modality) {}
  uint64_t seed() const override { return 0; }
  Modality modality() const override { return modality_; }
  std::unique_ptr<Random> random(const std::string&) const override {
    return std::make_unique<FixedRandom>(kNormal);
  }
  absl::StatusOr<std::vector<std::string>> words(size_t count) const override {
    const std::vector<std::string> all = {"ala", "bok", "cyd", "dun", "eri", "fot", "gul", "hov",
                                          "iga", "jun", "kel", "lom", "mir", "nal", "ope", "pir",
                                          "qua", "rul", "sto", "tam", "ulo", "vim", "wol", "xan"};
    if (count > all.size()) return absl::ResourceExhaustedError("no more words");
    return std::vector<std::string>(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count));
  }
  // One pixel each, a tenth of the label.
  absl::StatusOr<std::vector<LabelledImage>> digits(int per_class) const override {
    if (modality_ != Modality::kImage) return absl::FailedPreconditionError("no images");
    std::vector<LabelledImage> images;
    for (int label = 0; label < 10; ++label) {
      const LabelledImage image{{1, 1, {static_cast<float>(label) / 10}}, label};
      images.insert(images.end(), static_cast<size_t>(per_class), image);
    }
    return images;
  }
  const std::vector<std::string>& claims() const override { return own_claims; }
  bool large() const override { return is_large; }

  std::vector<std::string> own_claims;
  bool is_large = false;

 private:
  Modality modality_;
};

}  // namespace eif
