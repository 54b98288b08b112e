// Trains the network on FashionMNIST, once: the result is kept in the cache under a key of the
// configuration and the data, and read from there afterwards.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "domains/images/dataset.h"
#include "eif/backend.h"

namespace eif {

struct TrainingConfig {
  uint64_t seed = 0;
  int epochs = 3;
  int64_t batch_size = 64;
  double learning_rate = 1e-3;  // Adam

  std::string to_string() const;
};

struct TrainedNetwork {
  std::vector<Parameter> parameters;  // float32, CPU
  double test_accuracy = 0;           // on the FashionMNIST test set
  std::string recipe = {};            // TrainingConfig::to_string() of what trained it
};

// Trains from scratch. The same configuration and data give the same bits on one machine.
absl::StatusOr<TrainedNetwork> train_network(const TrainingConfig& config,
                                             const ImageDataset& train, const ImageDataset& test,
                                             const ModelRequest& request);

// As model.safetensors in `folder`, which --weights takes.
absl::Status write_network(const std::filesystem::path& folder, const TrainedNetwork& network);

// What write_network() wrote. kNotFound where there is no such file; kInvalidArgument where it is
// none, or one bit of it is not as it was written.
absl::StatusOr<TrainedNetwork> read_network(const std::filesystem::path& folder);

// Reads the trained network from `cache_folder`, or trains it and writes it there first. A file
// there that is damaged is replaced, and one that cannot be written does without; the monitor is
// told.
absl::StatusOr<TrainedNetwork> load_or_train(const TrainingConfig& config,
                                             const std::filesystem::path& cache_folder,
                                             const ModelRequest& request);

}  // namespace eif
