#include "plugins/cnn/training.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/core/grad_mode.h>
#include <torch/optim/adam.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "eif/losses.h"
#include "eif/plain_weights.h"
#include "plugins/cnn/network.h"
#include "suite/formats/digest.h"
#include "suite/formats/safetensors.h"

namespace eif {
namespace {

constexpr char kAccuracyKey[] = "fashion_mnist_test_accuracy";
constexpr char kRecipeKey[] = "config";
constexpr char kDigestKey[] = "digest";
constexpr char kNetworkFile[] = "model.safetensors";

// A whole data set as tensors; pixels: (1, B, 1, 28, 28).
ImageBatch as_tensors(const ImageDataset& data) {
  const auto count = static_cast<int64_t>(data.count());
  const at::Tensor bytes = at::from_blob(const_cast<uint8_t*>(data.pixels.data()),
                                         {1, count, 1, data.height, data.width}, at::kByte);
  const at::Tensor labels =
      at::from_blob(const_cast<uint8_t*>(data.labels.data()), {1, count}, at::kByte);
  return {bytes.to(at::kFloat).div_(255), labels.to(at::kLong)};
}

ImageBatch slice(const ImageBatch& all, int64_t start, int64_t length) {
  return {all.pixels.narrow(1, start, length), all.labels.narrow(1, start, length)};
}

double accuracy(const std::vector<Parameter>& parameters, const ImageBatch& data) {
  constexpr int64_t kBatch = 1000;
  const at::NoGradGuard no_gradients;
  PlainWeights weights(parameters);
  int64_t correct = 0;
  const int64_t count = data.labels.size(1);
  for (int64_t start = 0; start < count; start += kBatch) {
    const ImageBatch batch = slice(data, start, std::min(kBatch, count - start));
    correct += (logits(weights, batch.pixels).argmax(-1) == batch.labels).sum().item<int64_t>();
  }
  return static_cast<double>(correct) / static_cast<double>(count);
}

absl::Status check_shape(const ImageDataset& data) {
  if (data.height == kImageSize && data.width == kImageSize) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("FashionMNIST images are ", data.height, "×",
                                                 data.width, " pixels; the CNN takes 28×28"));
}

std::string accuracy_text(double accuracy) { return absl::StrFormat("%.4f", accuracy); }

// Of all that a file says of the network, so that a flipped bit is noticed.
std::string digest_of(const TrainedNetwork& network) {
  Digest digest;
  digest.add(network.recipe);
  digest.add(accuracy_text(network.test_accuracy));
  for (const Parameter& parameter : network.parameters) {
    digest.add(parameter.name);
    digest.add(parameter.value.const_data_ptr(), parameter.value.nbytes());
  }
  return digest.hex();
}

absl::Status save(const std::filesystem::path& path, const TrainedNetwork& network) {
  TensorViews tensors;
  for (const Parameter& parameter : network.parameters) {
    const at::Tensor& value = parameter.value;
    tensors[parameter.name] = {
        DType::kF32,
        value.sizes().vec(),
        {static_cast<const std::byte*>(value.const_data_ptr()), value.nbytes()}};
  }
  return write_safetensors(path, tensors,
                           {{kRecipeKey, network.recipe},
                            {kAccuracyKey, accuracy_text(network.test_accuracy)},
                            {kDigestKey, digest_of(network)}});
}

// What a file has under `key` of its metadata.
absl::StatusOr<std::string> metadata_of(const SafetensorsFile& file, const char* key) {
  const auto found = file.metadata().find(key);
  if (found != file.metadata().end()) return found->second;
  return absl::InvalidArgumentError(absl::StrCat("no text under ", key, " in its metadata"));
}

// kInvalidArgument: the file is not one of this network, or is damaged.
absl::StatusOr<TrainedNetwork> read(const std::filesystem::path& path) {
  const absl::StatusOr<SafetensorsFile> file = SafetensorsFile::open(path);
  if (!file.ok()) return file.status();
  const auto damaged = [&](const std::string& what) {
    return absl::InvalidArgumentError(absl::StrCat(path.string(), ": ", what));
  };
  TrainedNetwork network{initial_parameters(/*seed=*/0)};
  for (Parameter& parameter : network.parameters) {
    const auto tensor = file->tensors().find(parameter.name);
    if (tensor == file->tensors().end()) return damaged("no tensor " + parameter.name);
    if (tensor->second.dtype != DType::kF32 ||
        at::IntArrayRef(tensor->second.shape) != parameter.value.sizes()) {
      return damaged("the tensor " + parameter.name + " is not of the network's dtype and shape");
    }
    const absl::Status copied = file->read(
        tensor->second,
        {static_cast<std::byte*>(parameter.value.mutable_data_ptr()), parameter.value.nbytes()});
    if (!copied.ok()) return copied;
  }
  if (absl::Status unchanged = file->check_unchanged(); !unchanged.ok()) return unchanged;
  const absl::StatusOr<std::string> accuracy = metadata_of(*file, kAccuracyKey);
  const absl::StatusOr<std::string> recipe = metadata_of(*file, kRecipeKey);
  const absl::StatusOr<std::string> digest = metadata_of(*file, kDigestKey);
  for (const absl::StatusOr<std::string>* one : {&accuracy, &recipe, &digest}) {
    if (!one->ok()) return damaged(std::string(one->status().message()));
  }
  if (!absl::SimpleAtod(*accuracy, &network.test_accuracy)) {
    return damaged(absl::StrCat("no number under ", kAccuracyKey, " in its metadata"));
  }
  network.recipe = *recipe;
  if (digest_of(network) != *digest) {
    return damaged("its content is not what was written: it was changed or damaged");
  }
  return network;
}

}  // namespace

std::string TrainingConfig::to_string() const {
  return absl::StrFormat("cnn 32-64-128 adam lr=%g batch=%d epochs=%d seed=%d", learning_rate,
                         batch_size, epochs, seed);
}

absl::StatusOr<TrainedNetwork> train_network(const TrainingConfig& config,
                                             const ImageDataset& train, const ImageDataset& test,
                                             const ModelRequest& request) {
  for (const ImageDataset* data : {&train, &test}) {
    if (absl::Status status = check_shape(*data); !status.ok()) return status;
  }
  const ImageBatch images = as_tensors(train);
  const int64_t count = images.labels.size(1);
  const int64_t steps = (count + config.batch_size - 1) / config.batch_size;

  TrainedNetwork network{initial_parameters(config.seed)};
  std::vector<at::Tensor> trainable;
  for (const Parameter& parameter : network.parameters) {
    trainable.push_back(parameter.value.requires_grad_());
  }
  torch::optim::Adam optimizer(trainable, torch::optim::AdamOptions(config.learning_rate));
  PlainWeights weights(network.parameters);
  at::Generator shuffle = at::detail::createCPUGenerator(config.seed);
  for (int epoch = 0; epoch < config.epochs; ++epoch) {
    const at::Tensor order = at::randperm(count, shuffle, at::kLong);
    for (int64_t step = 0; step < steps; ++step) {
      if (request.monitor->stopping())
        return absl::CancelledError("training of the CNN was interrupted");
      const int64_t start = step * config.batch_size;
      const at::Tensor chosen = order.narrow(0, start, std::min(config.batch_size, count - start));
      const ImageBatch batch = {images.pixels.index_select(1, chosen),
                                images.labels.index_select(1, chosen)};
      optimizer.zero_grad();
      label_losses(logits(weights, batch.pixels), batch).nll.mean().backward();
      optimizer.step();
      if (step % 100 == 0) {
        request.monitor->note(
            absl::StrFormat("training the CNN on FashionMNIST: epoch %d of %d, %d %%", epoch + 1,
                            config.epochs, 100 * step / steps));
      }
    }
  }
  for (at::Tensor& parameter : trainable) parameter.requires_grad_(false).mutable_grad().reset();
  network.test_accuracy = accuracy(network.parameters, as_tensors(test));
  network.recipe = config.to_string();
  return network;
}

absl::Status write_network(const std::filesystem::path& folder, const TrainedNetwork& network) {
  return save(folder / kNetworkFile, network);
}

absl::StatusOr<TrainedNetwork> read_network(const std::filesystem::path& folder) {
  absl::StatusOr<TrainedNetwork> network = read(folder / kNetworkFile);
  if (!absl::IsInvalidArgument(network.status())) return network;
  return absl::InvalidArgumentError(absl::StrCat(std::string(network.status().message()),
                                                 "; expected a network that eif-suite trained"));
}

absl::StatusOr<TrainedNetwork> load_or_train(const TrainingConfig& config,
                                             const std::filesystem::path& cache_folder,
                                             const ModelRequest& request) {
  const absl::StatusOr<ImageDataset> train =
      load_dataset(kFashionMnist, Split::kTrain, request.data_folder);
  if (!train.ok()) return train.status();
  const absl::StatusOr<ImageDataset> test =
      load_dataset(kFashionMnist, Split::kTest, request.data_folder);
  if (!test.ok()) return test.status();

  Digest key;
  key.add(config.to_string());
  key.add(train->digest);
  key.add(test->digest);
  const std::filesystem::path path = cache_folder / absl::StrCat("cnn-", key.hex(), ".safetensors");
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored)) {
    absl::StatusOr<TrainedNetwork> kept = read(path);
    if (kept.ok()) return kept;
    request.monitor->announce(
        absl::StrCat(std::string(kept.status().message()), "; the CNN is trained anew"));
  }

  absl::StatusOr<TrainedNetwork> network = train_network(config, *train, *test, request);
  if (!network.ok()) return network;
  request.monitor->note(
      absl::StrFormat("trained the CNN: %.1f %% of the FashionMNIST test set are right",
                      100 * network->test_accuracy));
  // The network is there all the same.
  if (absl::Status status = save(path, *network); !status.ok()) {
    request.monitor->announce(absl::StrCat(
        "the trained CNN is not kept, and will be trained again: ", std::string(status.message())));
  }
  return network;
}

}  // namespace eif
