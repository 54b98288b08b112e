// For dense_parity_test.py: the dense engine's matrix, and everything an independent program needs
// to compute it again.
//
//   dump_matrix OUT
//
// writes OUT/model.safetensors (the network's weights), OUT/images.safetensors (20 images: two of
// each label, each label's second image is a sample of two statements with the first), and one
// OUT/NAME.npy per way of training.
#include <iostream>

#include "plugins/cnn/cnn.h"
#include "plugins/cnn/network.h"
#include "reports/matrix_files.h"
#include "suite/engine/dense.h"
#include "suite/formats/safetensors.h"

namespace eif {
namespace {

constexpr int64_t kSamples = 20;

struct Training {
  const char* name;
  TrainingOptions options;
};
const Training kTrainings[] = {
    {"sgd", {.learning_rate = 1e-2}},
    {"momentum", {.learning_rate = 1e-2, .momentum = 0.9, .weight_decay = 1e-2}},
    {"adamw", {.optimizer = Optimizer::kAdamW, .learning_rate = 1e-3, .weight_decay = 1e-2}},
};

TensorView view(const at::Tensor& tensor) {
  return {tensor.scalar_type() == at::kDouble ? DType::kF64 : DType::kF32,
          tensor.sizes().vec(),
          {static_cast<const std::byte*>(tensor.const_data_ptr()), tensor.nbytes()}};
}

std::vector<Sample> samples_from(const at::Tensor& pixels) {
  std::vector<Sample> samples;
  const auto size = static_cast<size_t>(kImageSize * kImageSize);
  for (int64_t i = 0; i < kSamples; ++i) {
    const float* values = pixels[i].const_data_ptr<float>();
    const LabelledImage image{{kImageSize, kImageSize, {values, values + size}},
                              static_cast<int>(i / 2)};
    samples.push_back({std::to_string(i), {image}});
    if (i % 2 == 1) samples.back().statements.push_back(samples[samples.size() - 2].statements[0]);
  }
  return samples;
}

absl::Status dump(const std::filesystem::path& out) {
  at::manual_seed(5);
  const at::Tensor pixels = at::rand({kSamples, 1, kImageSize, kImageSize});
  ModelRequest request;
  request.dtype = at::kDouble;
  const std::unique_ptr<Model> model = make_cnn({initial_parameters(/*seed=*/11)}, request);
  TensorViews weights;
  for (const Parameter& parameter : model->parameters()) {
    weights[parameter.name] = view(parameter.value);
  }
  absl::Status status = write_safetensors(out / "model.safetensors", weights);
  status.Update(write_safetensors(out / "images.safetensors", {{"pixels", view(pixels)}}));
  const std::vector<Sample> samples = samples_from(pixels);
  for (const Training& training : kTrainings) {
    const absl::StatusOr<Matrix> matrix =
        DenseEngine().influence(*model, samples, samples, training.options, unwatched());
    if (!matrix.ok()) return matrix.status();
    status.Update(write_matrix_files(out / training.name, *matrix));
  }
  return status;
}

}  // namespace
}  // namespace eif

int main(int argc, char** argv) {
  const absl::Status status = eif::dump(argv[1]);
  if (!status.ok()) std::cerr << status << "\n";
  return status.ok() ? 0 : 1;
}
