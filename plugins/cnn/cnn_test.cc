#include "plugins/cnn/cnn.h"

#include <ATen/core/grad_mode.h>
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "eif/plain_weights.h"
#include "plugins/cnn/network.h"
#include "suite/engine/monitor_for_test.h"
#include "suite/formats/safetensors.h"
#include "suite/formats/test_files.h"

namespace eif {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// Bright squares whose place is the label: easy to learn, quick to make.
ImageDataset squares(size_t count) {
  ImageDataset data{28, 28, std::vector<uint8_t>(count * 28 * 28, 0), std::vector<uint8_t>(count)};
  for (size_t i = 0; i < count; ++i) {
    const size_t label = (7 * i) % 10;
    data.labels[i] = static_cast<uint8_t>(label);
    for (size_t y = 0; y < 6; ++y) {
      for (size_t x = 0; x < 5; ++x) {
        data.pixels[i * 784 + (4 + 12 * (label / 5) + y) * 28 + 5 * (label % 5) + x + 1] = 255;
      }
    }
  }
  return data;
}

constexpr TrainingConfig kQuick = {.seed = 3, .epochs = 2, .batch_size = 16, .learning_rate = 3e-3};

TrainedNetwork quick_network() { return *train_network(kQuick, squares(400), squares(50), {}); }

Statement image(int size, int label) {
  return LabelledImage{{size, size, std::vector<float>(static_cast<size_t>(size * size), 0.5f)},
                       label};
}

TEST(Network, Has225034Parameters) {
  int64_t count = 0;
  for (const Parameter& parameter : initial_parameters(0)) count += parameter.value.numel();
  EXPECT_EQ(count, 225034);
}

TEST(Network, EachImageIsScoredByItself) {
  const std::vector<Parameter> parameters = initial_parameters(0);
  PlainWeights weights(parameters);
  const at::NoGradGuard no_gradients;
  const at::Tensor pixels = at::rand({1, 5, 1, 28, 28});
  const at::Tensor together = logits(weights, pixels);
  for (int64_t i = 0; i < 5; ++i) {
    const at::Tensor alone = logits(weights, pixels.narrow(1, i, 1));
    // Float32 convolutions of other batch sizes may sum 288 terms in another order.
    EXPECT_TRUE(at::allclose(together.narrow(1, i, 1), alone, 1e-4, 1e-5)) << i;
  }
}

// The last layer, worked out by hand from what it reads.
TEST(Network, LogitsAreTheOutputLayerOfThePenultimateFeatures) {
  const std::vector<Parameter> parameters = initial_parameters(0);
  PlainWeights weights(parameters);
  const at::NoGradGuard no_gradients;
  const at::Tensor pixels = at::rand({1, 3, 1, 28, 28});
  const at::Tensor features = penultimate(weights, pixels);
  ASSERT_EQ(features.sizes(), (std::vector<int64_t>{1, 3, 128}));
  EXPECT_GE(features.min().item<float>(), 0);
  EXPECT_GT(features.max().item<float>(), 0);
  const at::Tensor& weight = parameters[6].value;
  const at::Tensor& bias = parameters[7].value;
  const at::Tensor all = logits(weights, pixels);
  for (int64_t image = 0; image < 3; ++image) {
    for (int64_t label = 0; label < 10; ++label) {
      double expected = bias[label].item<float>();
      for (int64_t k = 0; k < 128; ++k) {
        expected += weight[label][k].item<float>() * features[0][image][k].item<float>();
      }
      // Float32 sums of 128 terms below 1.
      EXPECT_NEAR(all[0][image][label].item<float>(), expected, 1e-5);
    }
  }
}

TEST(Training, LearnsAndIsTheSameToTheBitForTheSameSeed) {
  const TrainedNetwork first = quick_network();
  const TrainedNetwork second = quick_network();
  EXPECT_GT(first.test_accuracy, 0.9);  // guessing: 0.1
  for (size_t i = 0; i < first.parameters.size(); ++i) {
    EXPECT_TRUE(at::equal(first.parameters[i].value, second.parameters[i].value));
    EXPECT_FALSE(first.parameters[i].value.requires_grad());
  }
}

TEST(Training, RefusesImagesOfAnotherSize) {
  ImageDataset small = squares(2);
  small.height = 14;
  const auto network = train_network(kQuick, small, squares(2), {});
  EXPECT_EQ(network.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(network.status().message()),
              HasSubstr("14×28 pixels; the CNN takes 28×28"));
}

TEST(Training, StopsWhenAsked) {
  ModelRequest request;
  MonitorForTest monitor(/*stop_at=*/0);
  request.monitor = &monitor;
  const auto network = train_network(kQuick, squares(20), squares(20), request);
  EXPECT_EQ(network.status().code(), absl::StatusCode::kCancelled);
}

TEST(Cnn, FingerprintFollowsTheWeights) {
  TrainedNetwork changed = quick_network();
  const std::string fingerprint = make_cnn(quick_network(), {})->info().fingerprint;
  EXPECT_EQ(make_cnn(quick_network(), {})->info().fingerprint, fingerprint);
  changed.parameters[0].value.add_(1e-3);
  EXPECT_NE(make_cnn(std::move(changed), {})->info().fingerprint, fingerprint);
}

TEST(Cnn, ComputesInTheDtypeAskedFor) {
  ModelRequest request;
  request.dtype = at::kDouble;
  const auto model = make_cnn(quick_network(), request);
  for (const Parameter& parameter : model->parameters()) {
    EXPECT_EQ(parameter.value.scalar_type(), at::kDouble);
  }
  const Example example = *model->encode(image(28, 3), {});
  EXPECT_EQ(std::get<ImageExample>(example).pixels.scalar_type(), at::kDouble);
}

TEST(Cnn, FeaturesAreWhatTheOutputLayerReads) {
  const auto model = make_cnn(quick_network(), {});
  PlainWeights weights(model->parameters());
  const at::NoGradGuard no_gradients;
  const ImageBatch batch{at::rand({1, 2, 1, 28, 28}), at::zeros({1, 2}, at::kLong)};
  const auto features = model->features(weights, batch);
  ASSERT_TRUE(features.ok()) << features.status();
  EXPECT_TRUE(features->equal(penultimate(weights, batch.pixels)));
  EXPECT_EQ(model->features(weights, TokenBatch()).status(),
            absl::InvalidArgumentError("cnn takes batches of images"));
}

TEST(Cnn, RefusesWhatIsNoDigit) {
  const auto model = make_cnn(quick_network(), {});
  const auto message = [&](const Statement& statement, const std::vector<Statement>& context) {
    return std::string(model->encode(statement, context).status().message());
  };
  EXPECT_EQ(message("seven", {}), "cnn takes images, not text");
  EXPECT_EQ(message(image(28, 1), {image(28, 1)}), "cnn reads no context");
  EXPECT_EQ(message(image(32, 1), {}), "an image of 32×32 pixels; cnn takes 28×28");
  EXPECT_EQ(message(image(28, 10), {}), "label 10; cnn knows the labels 0 to 9");
}

// The real files would take a minute to train on; these are small ones in the same format.
class CnnCache : public ::testing::Test {
 protected:
  CnnCache() {
    write("train", squares(200));
    write("t10k", squares(20));
    request_.data_folder = folder_.string();
  }

  void write(const std::string& split, const ImageDataset& data) {
    const auto count = static_cast<char>(data.count());
    const std::string images{0, 0, 8, 3, 0, 0, 0, count, 0, 0, 0, 28, 0, 0, 0, 28};
    const std::string labels{0, 0, 8, 1, 0, 0, 0, count};
    const std::filesystem::path set = folder_ / kFashionMnist.folder;
    std::filesystem::create_directories(set);
    std::ofstream(set / (split + "-images-idx3-ubyte"), std::ios::binary)
        << images << std::string(data.pixels.begin(), data.pixels.end());
    std::ofstream(set / (split + "-labels-idx1-ubyte"), std::ios::binary)
        << labels << std::string(data.labels.begin(), data.labels.end());
  }

  std::filesystem::path trained_file() const {
    for (const auto& entry : std::filesystem::directory_iterator(folder_ / "cache")) {
      return entry.path();
    }
    return {};
  }

  absl::StatusOr<TrainedNetwork> load() {
    return load_or_train(kQuick, folder_ / "cache", request_);
  }

  const TemporaryFolder files_;
  const std::filesystem::path folder_ = files_.path();
  ModelRequest request_;
};

TEST_F(CnnCache, TrainsOnceAndThenReadsTheSameBits) {
  const absl::StatusOr<TrainedNetwork> trained = load();
  ASSERT_TRUE(trained.ok()) << trained.status();
  MonitorForTest monitor(/*stop_at=*/0);
  request_.monitor = &monitor;  // a second training would not come far
  const absl::StatusOr<TrainedNetwork> read = load();
  ASSERT_TRUE(read.ok()) << read.status();
  for (size_t i = 0; i < read->parameters.size(); ++i) {
    EXPECT_TRUE(at::equal(read->parameters[i].value, trained->parameters[i].value));
  }
  EXPECT_NEAR(read->test_accuracy, trained->test_accuracy, 5e-5);  // kept with four digits
}

TEST_F(CnnCache, OtherDataIsAnotherNetwork) {
  ASSERT_TRUE(load().ok());
  write("train", squares(190));
  MonitorForTest monitor(/*stop_at=*/0);
  request_.monitor = &monitor;
  EXPECT_EQ(load().status().code(), absl::StatusCode::kCancelled);  // it trains anew
}

// What a user names with --weights, and needs no data for.
TEST_F(CnnCache, LoadsTheNetworkOfAGivenFolderAlone) {
  const TrainedNetwork trained = quick_network();
  ASSERT_TRUE(write_network(folder_ / "mine", trained).ok());
  const auto model = CnnBackend().load({.name = "cnn", .weights = (folder_ / "mine").string()});
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_EQ((*model)->info().fingerprint, make_cnn(trained, {})->info().fingerprint);
  EXPECT_EQ((*model)->info().facts[0].second, kQuick.to_string());
}

TEST_F(CnnCache, AGivenFolderThatHasNoNetworkIsNamed) {
  const auto load_from = [&](const char* name) {
    return CnnBackend().load({.name = "cnn", .weights = (folder_ / name).string()}).status();
  };
  EXPECT_EQ(load_from("nothing").code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(load_from("nothing").message()), HasSubstr("nothing/model.safetensors"));
  ASSERT_TRUE(write_safetensors(folder_ / "other" / "model.safetensors", {}).ok());
  EXPECT_EQ(load_from("other"),
            absl::InvalidArgumentError((folder_ / "other" / "model.safetensors").string() +
                                       ": no tensor conv1.weight; expected a network that "
                                       "eif-suite trained"));
}

TEST_F(CnnCache, ADamagedFileIsNamedAndTrainedAnew) {
  const TrainedNetwork trained = load().value();
  const std::filesystem::path file = trained_file();
  std::filesystem::resize_file(file, std::filesystem::file_size(file) - 1);
  MonitorForTest monitor;
  request_.monitor = &monitor;
  const absl::StatusOr<TrainedNetwork> again = load();
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_THAT(monitor.announcements,
              ElementsAre(AllOf(HasSubstr(file.string()), EndsWith("; the CNN is trained anew"))));
  EXPECT_TRUE(at::equal(again->parameters[0].value, trained.parameters[0].value));
  monitor.announcements.clear();
  ASSERT_TRUE(load().ok());
  EXPECT_THAT(monitor.announcements, ::testing::IsEmpty());
}

TEST_F(CnnCache, OneFlippedBitIsNoticed) {
  ASSERT_TRUE(write_network(folder_ / "mine", quick_network()).ok());
  const std::filesystem::path path = folder_ / "mine" / "model.safetensors";
  std::string bytes;
  {
    std::ifstream in(path, std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(in), {});
  }
  // Weights, and the last bytes of the header, where the metadata's numbers are.
  for (const size_t at : {bytes.find("0."), bytes.size() / 2, bytes.size() - 1}) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    std::ofstream(path, std::ios::binary | std::ios::trunc) << damaged;
    const absl::Status status = read_network(folder_ / "mine").status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << at;
    EXPECT_THAT(std::string(status.message()), HasSubstr("it was changed or damaged")) << at;
  }
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  EXPECT_TRUE(read_network(folder_ / "mine").ok());
}

TEST_F(CnnCache, ANetworkThatCannotBeKeptIsUsed) {
  std::ofstream(folder_ / "cache") << "a file where a folder belongs";
  MonitorForTest monitor;
  request_.monitor = &monitor;
  const absl::StatusOr<TrainedNetwork> network = load();
  ASSERT_TRUE(network.ok()) << network.status();
  EXPECT_THAT(monitor.announcements,
              ElementsAre(StartsWith("the trained CNN is not kept, and will be trained again: ")));
}

}  // namespace
}  // namespace eif
