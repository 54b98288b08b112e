#include "domains/images/dataset.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "suite/formats/cache_folder.h"
#include "suite/formats/digest.h"
#include "suite/formats/idx.h"

namespace eif {
namespace {

constexpr int kClasses = 10;

// "train-images-idx3-ubyte", as MNIST's makers called it, or "train-images.idx3-ubyte", as many
// copies do; each with ".gz" or without. Empty if none is there.
std::filesystem::path find_file(const std::filesystem::path& folder, Split split, bool images) {
  std::error_code ignored;
  for (const char* separator : {"-", "."}) {
    for (const char* ending : {"", ".gz"}) {
      std::filesystem::path path =
          folder / absl::StrCat(split == Split::kTrain ? "train" : "t10k",
                                images ? "-images" : "-labels", separator,
                                images ? "idx3-ubyte" : "idx1-ubyte", ending);
      if (std::filesystem::exists(path, ignored)) return path;
    }
  }
  return {};
}

bool is_complete(const std::filesystem::path& folder) {
  for (const Split split : {Split::kTrain, Split::kTest}) {
    for (const bool images : {true, false}) {
      if (find_file(folder, split, images).empty()) return false;
    }
  }
  return true;
}

}  // namespace

LabelledImage ImageDataset::at(size_t index) const {
  const size_t size = static_cast<size_t>(height) * static_cast<size_t>(width);
  LabelledImage result{{height, width, std::vector<float>(size)}, labels[index]};
  for (size_t i = 0; i < size; ++i) {
    result.image.pixels[i] = static_cast<float>(pixels[index * size + i]) / 255.0f;
  }
  return result;
}

absl::StatusOr<std::filesystem::path> find_dataset(const DatasetName& name,
                                                   const std::string& data_folder) {
  std::vector<std::filesystem::path> places;
  if (!data_folder.empty()) {
    places = {std::filesystem::path(data_folder) / name.folder};
  } else {
    places = {cache_folder() / name.folder};
    if (name.system_folder[0] != '\0') places.emplace_back(name.system_folder);
  }
  std::string searched;
  for (const std::filesystem::path& place : places) {
    if (is_complete(place)) return place;
    absl::StrAppend(&searched, searched.empty() ? "" : ", ", place.string());
  }
  std::string message = absl::StrCat(
      name.title,
      " was not found: its four IDX files (train- and t10k-, images and labels, plain or .gz) are "
      "expected in ",
      searched, "; ", name.how_to_get, ", or pass --data DIR with a folder ", name.folder);
  if (!data_folder.empty() && is_complete(data_folder)) {
    absl::StrAppend(&message, ". ", data_folder,
                    " itself has files of these names, but so do several data sets");
  }
  return absl::NotFoundError(message);
}

absl::StatusOr<ImageDataset> load_dataset(const DatasetName& name, Split split,
                                          const std::string& data_folder) {
  const absl::StatusOr<std::filesystem::path> folder = find_dataset(name, data_folder);
  if (!folder.ok()) return folder.status();
  const std::filesystem::path image_path = find_file(*folder, split, /*images=*/true);
  const std::filesystem::path label_path = find_file(*folder, split, /*images=*/false);
  absl::StatusOr<IdxImages> images = read_idx_images(image_path);
  if (!images.ok()) return images.status();
  absl::StatusOr<std::vector<uint8_t>> labels = read_idx_labels(label_path, kClasses);
  if (!labels.ok()) return labels.status();
  if (static_cast<size_t>(images->count) != labels->size()) {
    return absl::InvalidArgumentError(absl::StrCat(
        image_path.string(), " has ", images->count, " images, but ", label_path.string(), " has ",
        labels->size(), " labels; the two files must come from one data set: ", name.how_to_get));
  }
  ImageDataset result;
  result.height = static_cast<int>(images->height);
  result.width = static_cast<int>(images->width);
  result.pixels = std::move(images->pixels);
  result.labels = *std::move(labels);
  Digest digest;
  digest.add(result.pixels.data(), result.pixels.size());
  digest.add(result.labels.data(), result.labels.size());
  result.digest = digest.hex();
  return result;
}

}  // namespace eif
