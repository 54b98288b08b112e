#include "suite/host/draw.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "suite/core/random.h"

namespace eif {
namespace {

constexpr int kClasses = 10;

}  // namespace

absl::StatusOr<const ImageDataset*> DigitSource::digits() {
  if (!digits_) digits_ = load_dataset(kMnist, Split::kTest, data_folder_);
  if (!digits_->ok()) return digits_->status();
  return &**digits_;
}

std::unique_ptr<Random> SeededDraw::random(const std::string& stream) const {
  return std::make_unique<SeededRandom>(seed_, stream);
}

absl::StatusOr<std::vector<std::string>> SeededDraw::words(size_t count) const {
  SeededRandom random(seed_, "words");
  return make_words(count, random, settings_.words);
}

absl::StatusOr<std::vector<LabelledImage>> SeededDraw::digits(int per_class) const {
  if (modality_ != Modality::kImage) {
    return absl::FailedPreconditionError("digits() was asked for under a model that takes text");
  }
  const absl::StatusOr<const ImageDataset*> source = digits_.digits();
  if (!source.ok()) return source.status();
  const ImageDataset& data = **source;

  std::vector<std::vector<size_t>> by_class(kClasses);
  for (size_t i = 0; i < data.count(); ++i) by_class[data.labels[i]].push_back(i);
  SeededRandom random(seed_, "digits");
  std::vector<LabelledImage> result;
  for (std::vector<size_t>& candidates : by_class) {
    if (candidates.size() < static_cast<size_t>(per_class)) {
      return absl::InvalidArgumentError(absl::StrCat(
          "MNIST has ", candidates.size(), " images of one label; ", per_class, " are needed"));
    }
    shuffle(candidates, random);
    for (int i = 0; i < per_class; ++i) {
      result.push_back(data.at(candidates[static_cast<size_t>(i)]));
    }
  }
  return result;
}

}  // namespace eif
