// The two image sets of the paper's section 2, read from their IDX files (.gz or plain):
// FashionMNIST, which the CNN is trained on, and MNIST, whose digits are new to it.
//
//   absl::StatusOr<ImageDataset> digits = load_dataset(kMnist, Split::kTest, "");
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/domain.h"

namespace eif {

struct DatasetName {
  const char* title;   // for messages
  const char* folder;  // below a data folder or the cache
  const char* system_folder;  // where a distribution package puts the files; may be empty
  const char* how_to_get;
};

inline constexpr DatasetName kMnist = {"MNIST", "mnist", "", "run tools/setup.sh"};
inline constexpr DatasetName kFashionMnist = {
    "FashionMNIST", "fashion-mnist", "/usr/share/datasets/fashion-mnist",
    "run tools/setup.sh (Debian package dataset-fashion-mnist)"};

enum class Split { kTrain, kTest };

struct ImageDataset {
  int height = 0;
  int width = 0;
  std::vector<uint8_t> pixels;  // count() * height * width, 0 paper … 255 ink
  std::vector<uint8_t> labels;  // 0 … 9
  std::string digest;           // hex hash of pixels and labels

  size_t count() const { return labels.size(); }
  // Pixels scaled to [0, 1].
  LabelledImage at(size_t index) const;
};

// The folder that holds all four files of a set: below `data_folder` when that is given, otherwise
// in the cache or the system folder. Never `data_folder` itself: the files of all sets have the same
// names. kNotFound names every place that was searched, and how to get the files.
absl::StatusOr<std::filesystem::path> find_dataset(const DatasetName& name,
                                                   const std::string& data_folder);

absl::StatusOr<ImageDataset> load_dataset(const DatasetName& name, Split split,
                                          const std::string& data_folder);

}  // namespace eif
