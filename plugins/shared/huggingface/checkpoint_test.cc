#include "plugins/shared/huggingface/checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "plugins/shared/huggingface/folders_for_test.h"
#include "suite/engine/monitor_for_test.h"
#include "suite/formats/safetensors.h"
#include "suite/formats/test_files.h"

namespace eif {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

// Two parameters, and a folder with files that hold them.
class CheckpointTest : public ::testing::Test {
 protected:
  const fs::path& folder() const { return temporary_.path(); }

  void write(const TensorViews& tensors, const std::string& name = "model.safetensors") const {
    const absl::Status status = write_safetensors(folder() / name, tensors);
    ASSERT_TRUE(status.ok()) << status;
  }

  absl::StatusOr<std::vector<Parameter>> load() {
    digest_ = Digest();
    const absl::StatusOr<Checkpoint> checkpoint = Checkpoint::open(folder(), names_);
    if (!checkpoint.ok()) return checkpoint.status();
    return load_parameters(*checkpoint, specs_, request_, digest_);
  }

  std::string error() {
    const auto parameters = load();
    EXPECT_EQ(parameters.status().code(), absl::StatusCode::kInvalidArgument);
    return message_of(parameters);
  }

  std::vector<ParameterSpec> specs_ = {{"matrix", {2, 3}}, {"gain", {3}}};
  CheckpointNames names_{.prefix = "model."};
  const at::Tensor matrix_ = at::arange(6, at::kDouble).view({2, 3}) / 3;
  const at::Tensor gain_ = at::tensor({1.5, -2.5, 1e-3}, at::kDouble);
  const TensorViews both_ = {{"matrix", view_of(matrix_, DType::kF64)},
                             {"gain", view_of(gain_, DType::kF64)}};
  TemporaryFolder temporary_;
  ModelRequest request_{.name = "tiny", .dtype = at::kDouble};
  Digest digest_;
};

TEST_F(CheckpointTest, ParametersComeInTheOrderOfTheSpecs) {
  write(both_);
  const auto parameters = load();
  ASSERT_TRUE(parameters.ok()) << parameters.status();
  ASSERT_EQ(parameters->size(), 2u);
  EXPECT_EQ((*parameters)[0].name, "matrix");
  EXPECT_TRUE((*parameters)[0].value.equal(matrix_));
  EXPECT_TRUE((*parameters)[1].value.equal(gain_));
  EXPECT_TRUE((*parameters)[1].trainable);
}

TEST_F(CheckpointTest, EveryTypeIsCastToTheRequestedOne) {
  const std::vector<std::pair<at::ScalarType, DType>> types = {{at::kDouble, DType::kF64},
                                                               {at::kFloat, DType::kF32},
                                                               {at::kHalf, DType::kF16},
                                                               {at::kBFloat16, DType::kBF16}};
  for (const auto& [stored, dtype] : types) {
    const at::Tensor matrix = matrix_.to(stored), gain = gain_.to(stored);
    write({{"matrix", view_of(matrix, dtype)}, {"gain", view_of(gain, dtype)}});
    for (const at::ScalarType requested : {at::kDouble, at::kFloat, at::kBFloat16}) {
      request_.dtype = requested;
      const auto parameters = load();
      ASSERT_TRUE(parameters.ok()) << parameters.status();
      EXPECT_TRUE((*parameters)[0].value.equal(matrix.to(requested))) << stored << " " << requested;
    }
  }
}

TEST_F(CheckpointTest, ParametersOutliveTheFile) {
  write(both_);
  const auto parameters = load();
  ASSERT_TRUE(parameters.ok()) << parameters.status();
  write({{"matrix", view_of(matrix_ * 0, DType::kF64)}, {"gain", view_of(gain_ * 0, DType::kF64)}});
  EXPECT_TRUE((*parameters)[0].value.equal(matrix_));
}

TEST_F(CheckpointTest, TensorsBeginAtAnyAddress) {
  // A header of odd length, which the format allows, puts every tensor at an odd address.
  std::string header = R"({"matrix":{"dtype":"F64","shape":[2,3],"data_offsets":[0,48]},)"
                       R"("gain":{"dtype":"F64","shape":[3],"data_offsets":[48,72]}})";
  header.append(1 - header.size() % 2, ' ');
  const uint64_t length = header.size();
  std::string bytes(reinterpret_cast<const char*>(&length), sizeof(length));
  bytes += header;
  bytes.append(static_cast<const char*>(matrix_.const_data_ptr()), matrix_.nbytes());
  bytes.append(static_cast<const char*>(gain_.const_data_ptr()), gain_.nbytes());
  write_file(folder() / "model.safetensors", bytes);
  const auto parameters = load();
  ASSERT_TRUE(parameters.ok()) << parameters.status();
  EXPECT_TRUE((*parameters)[0].value.equal(matrix_));
  EXPECT_TRUE((*parameters)[1].value.equal(gain_));
}

TEST_F(CheckpointTest, DigestDependsOnParametersAndNotOnFiles) {
  write(both_);
  ASSERT_TRUE(load().ok());
  const std::string single = digest_.hex();
  request_.dtype = at::kFloat;
  ASSERT_TRUE(load().ok());
  EXPECT_EQ(digest_.hex(), single);

  fs::remove(folder() / "model.safetensors");
  write({{"matrix", both_.at("matrix")}}, "m-1.safetensors");
  write({{"gain", both_.at("gain")}}, "m-2.safetensors");
  write_file(folder() / "model.safetensors.index.json",
             R"({"weight_map": {"matrix": "m-1.safetensors", "gain": "m-2.safetensors"}})");
  ASSERT_TRUE(load().ok());
  EXPECT_EQ(digest_.hex(), single);

  const at::Tensor changed = gain_ + 1e-9;
  write({{"gain", view_of(changed, DType::kF64)}}, "m-2.safetensors");
  ASSERT_TRUE(load().ok());
  EXPECT_NE(digest_.hex(), single);
}

TEST_F(CheckpointTest, HarmlessTensorsAreLeftOut) {
  TensorViews tensors = both_;
  tensors["model.layers.0.self_attn.rotary_emb.inv_freq"] = both_.at("gain");
  tensors["h.0.attn.bias"] = both_.at("gain");
  write(tensors);
  EXPECT_THAT(error(), HasSubstr("1 tensors have no place in the model"));
  names_.unused = {".attn.bias"};
  const auto parameters = load();
  ASSERT_TRUE(parameters.ok()) << parameters.status();
  EXPECT_EQ(parameters->size(), 2u);
}

// ---- Names -------------------------------------------------------------------------------------

TEST_F(CheckpointTest, FilesOfAModelWithoutItsHeadLeaveThePrefixOut) {
  specs_ = {{"model.matrix", {2, 3}}, {"model.gain", {3}}};
  write(both_);
  const auto parameters = load();
  ASSERT_TRUE(parameters.ok()) << parameters.status();
  EXPECT_EQ((*parameters)[0].name, "model.matrix");
  EXPECT_TRUE((*parameters)[0].value.equal(matrix_));
  // All of them or none.
  write({{"model.matrix", both_.at("matrix")}, {"gain", both_.at("gain")}});
  EXPECT_THAT(error(), HasSubstr("are missing: model.gain; the file has instead: gain"));
}

TEST_F(CheckpointTest, OlderFilesHaveAnotherName) {
  specs_ = {{"head", {2, 3}, "matrix"}, {"gain", {3}}};
  write(both_);
  const auto parameters = load();
  ASSERT_TRUE(parameters.ok()) << parameters.status();
  EXPECT_TRUE((*parameters)[0].value.equal(matrix_));
}

TEST_F(CheckpointTest, AMatrixIsTurnedWhereTheFileHasItTransposed) {
  specs_[0] = {"matrix", {3, 2}};
  specs_[0].transposed = true;
  write(both_);
  const auto parameters = load();
  ASSERT_TRUE(parameters.ok()) << parameters.status();
  EXPECT_TRUE((*parameters)[0].value.equal(matrix_.t()));
  EXPECT_TRUE((*parameters)[0].value.is_contiguous());
  specs_[0].shape = {2, 3};
  EXPECT_THAT(error(), HasSubstr("matrix has shape (2, 3); config.json asks for (3, 2)"));
}

TEST_F(CheckpointTest, ValuesAreComparedWhateverTheirTypes) {
  const at::Tensor halves = at::tensor({0.5, 1.5}, at::kDouble);
  const at::Tensor as_float = halves.to(at::kFloat), others = halves + 1;
  write({{"a", view_of(halves, DType::kF64)},
         {"b", view_of(as_float, DType::kF32)},
         {"c", view_of(others, DType::kF64)},
         {"d", view_of(gain_, DType::kF64)}});
  const auto checkpoint = Checkpoint::open(folder(), names_);
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
  const auto as_a = [&](const char* name) {
    return *checkpoint->have_equal_values({"a", {2}}, {name, {2}});
  };
  EXPECT_TRUE(as_a("b"));
  EXPECT_FALSE(as_a("c"));
  EXPECT_FALSE(as_a("d"));
}

// ---- Adapters ----------------------------------------------------------------------------------

class AdaptedCheckpointTest : public CheckpointTest {
 protected:
  // Adapters change modules, whose matrix is their weight.
  void SetUp() override {
    specs_ = {{"matrix.weight", {2, 3}}, {"gain", {3}}};
    write({{"matrix.weight", both_.at("matrix")}, {"gain", both_.at("gain")}});
  }

  // An adapter of rank 1 for the matrix, and `others`.
  void write_adapter(const TensorViews& others = {}) {
    write_file(folder() / "lora/adapter_config.json", R"({"peft_type": "LORA", "r": 1, "lora_alpha": 3})");
    TensorViews tensors = others;
    tensors["base_model.model.matrix.lora_A.weight"] = view_of(a_, DType::kF64);
    tensors["base_model.model.matrix.lora_B.weight"] = view_of(b_, DType::kF64);
    write(tensors, "lora/adapter_model.safetensors");
  }
  absl::StatusOr<std::vector<Parameter>> load_adapted() {
    digest_ = Digest();
    absl::StatusOr<Checkpoint> checkpoint = Checkpoint::open(folder(), names_);
    if (!checkpoint.ok()) return checkpoint.status();
    absl::StatusOr<Adapter> adapter = Adapter::open(folder() / "lora");
    if (!adapter.ok()) return adapter.status();
    const absl::Status status = checkpoint->apply(*std::move(adapter), specs_);
    if (!status.ok()) return status;
    return load_parameters(*checkpoint, specs_, request_, digest_);
  }

  at::Tensor a_ = at::tensor({1.0, -2.0, 0.5}, at::kDouble).view({1, 3});
  at::Tensor b_ = at::tensor({0.25, 7.0}, at::kDouble).view({2, 1});
};

TEST_F(AdaptedCheckpointTest, AMatrixIsMergedWithItsChange) {
  write_adapter();
  const auto parameters = load_adapted();
  ASSERT_TRUE(parameters.ok()) << parameters.status();
  // One product and one sum in float64.
  EXPECT_LT(((*parameters)[0].value - (matrix_ + 3 * b_.matmul(a_))).abs().max().item<double>(),
            1e-14);
  EXPECT_TRUE((*parameters)[1].value.equal(gain_));
  request_.dtype = at::kBFloat16;
  const auto rounded = load_adapted();
  ASSERT_TRUE(rounded.ok()) << rounded.status();
  EXPECT_TRUE((*rounded)[0].value.equal((*parameters)[0].value.to(at::kBFloat16)));
}

// As GPT-2's: peft calls it fan_in_fan_out.
TEST_F(AdaptedCheckpointTest, AMatrixThatTheFileHasTransposedIsMergedAfterItIsTurned) {
  a_ = at::tensor({1.0, -2.0}, at::kDouble).view({1, 2});
  b_ = at::tensor({0.25, 7.0, 1.0}, at::kDouble).view({3, 1});
  specs_[0] = {"matrix.weight", {3, 2}};
  specs_[0].transposed = true;
  write_adapter();
  const auto parameters = load_adapted();
  ASSERT_TRUE(parameters.ok()) << parameters.status();
  EXPECT_LT(((*parameters)[0].value - (matrix_.t() + 3 * b_.matmul(a_))).abs().max().item<double>(),
            1e-14);
}

TEST_F(AdaptedCheckpointTest, TensorsThatWereTrainedWholeReplaceTheBases) {
  const at::Tensor gain = gain_ + 1;
  write_adapter({{"base_model.model.gain", view_of(gain, DType::kF64)}});
  const auto parameters = load_adapted();
  ASSERT_TRUE(parameters.ok()) << parameters.status();
  EXPECT_TRUE((*parameters)[1].value.equal(gain));
}

TEST_F(AdaptedCheckpointTest, TheDigestIsOfBaseAndAdapter) {
  ASSERT_TRUE(load().ok());
  const std::string base = digest_.hex();
  write_adapter();
  ASSERT_TRUE(load_adapted().ok());
  const std::string adapted = digest_.hex();
  EXPECT_NE(adapted, base);
  b_ = b_ + 1e-9;
  write_adapter();
  ASSERT_TRUE(load_adapted().ok());
  EXPECT_NE(digest_.hex(), adapted);
}

TEST_F(AdaptedCheckpointTest, WhatDoesNotFitTheBaseIsRefused) {
  write_adapter({{"base_model.model.other", view_of(gain_, DType::kF64)}});
  EXPECT_THAT(message_of(load_adapted()),
              AllOf(HasSubstr("lora: the adapter changes what the model in "),
                    HasSubstr(" does not have: other")));
  a_ = at::ones({1, 4}, at::kDouble);
  write_adapter();
  EXPECT_THAT(message_of(load_adapted()),
              HasSubstr("lora_A (1, 4) and lora_B (2, 1) do not make up a change of matrix.weight, "
                        "which has shape (2, 3) in the base"));
}

// ---- Errors ------------------------------------------------------------------------------------

TEST_F(CheckpointTest, MissingTensor) {
  write({{"gain", both_.at("gain")}});
  EXPECT_THAT(error(),
              HasSubstr("1 of the 2 tensors that config.json asks for are missing: matrix"));
}

// A model that was wrapped when it was saved: what the file has says so.
TEST_F(CheckpointTest, MissingTensorsAreShownBesideWhatTheFileHas) {
  write({{"module.matrix", both_.at("matrix")}, {"module.gain", both_.at("gain")}});
  EXPECT_THAT(error(), HasSubstr("2 of the 2 tensors that config.json asks for are missing: matrix, "
                                 "gain; the file has instead: module.gain, module.matrix"));
}

TEST_F(CheckpointTest, UnknownTensorsAreListedUpToAFew) {
  TensorViews tensors = both_;
  for (const char* name : {"x1", "x2", "x3", "x4"}) tensors[name] = both_.at("gain");
  write(tensors);
  EXPECT_THAT(error(), AllOf(HasSubstr(folder().string()),
                             HasSubstr("4 tensors have no place in the model that config.json "
                                       "describes: x1, x2, x3, …")));
}

TEST_F(CheckpointTest, WrongShape) {
  const at::Tensor turned = matrix_.t().contiguous();
  write({{"matrix", view_of(turned, DType::kF64)}, {"gain", both_.at("gain")}});
  EXPECT_THAT(error(), HasSubstr("matrix has shape (3, 2); config.json asks for (2, 3)"));
}

TEST_F(CheckpointTest, WrongType) {
  const at::Tensor whole = gain_.to(at::kLong);
  write({{"matrix", both_.at("matrix")}, {"gain", view_of(whole, DType::kI64)}});
  EXPECT_THAT(error(), HasSubstr("gain has type I64; expected BF16, F16, F32 or F64"));
}

TEST_F(CheckpointTest, AValueIsNoFiniteNumber) {
  for (const double value : {NAN, INFINITY, -INFINITY}) {
    at::Tensor damaged = matrix_.clone();
    damaged[1][2] = value;
    write({{"matrix", view_of(damaged, DType::kF64)}, {"gain", both_.at("gain")}});
    EXPECT_THAT(error(), AllOf(HasSubstr(folder().string() + ": 1 of the 6 values of matrix are no "
                                                             "finite numbers (NaN or infinite)"),
                               HasSubstr("the training of this checkpoint diverged, or it was")))
        << value;
  }
}

// As in a training that saves its next checkpoint over the last one.
TEST_F(CheckpointTest, AFileIsCutOrWrittenToWhileItIsRead) {
  write(both_);
  const fs::path path = folder() / "model.safetensors";
  const auto cut = Checkpoint::open(folder(), names_);
  ASSERT_TRUE(cut.ok()) << cut.status();
  fs::resize_file(path, fs::file_size(path) - 1);
  Digest digest;
  const std::string expected =
      path.string() + " was changed while it was read; wait until it is written, and try again";
  EXPECT_EQ(load_parameters(*cut, specs_, request_, digest).status(),
            absl::DataLossError(expected));
  write(both_);
  const auto written = Checkpoint::open(folder(), names_);
  ASSERT_TRUE(written.ok()) << written.status();
  std::ofstream(path, std::ios::binary | std::ios::app) << "x";
  EXPECT_EQ(load_parameters(*written, specs_, request_, digest).status(),
            absl::DataLossError(expected));
}

TEST_F(CheckpointTest, TensorIsInTwoFiles) {
  write(both_, "m-1.safetensors");
  write({{"gain", both_.at("gain")}}, "m-2.safetensors");
  write_file(folder() / "model.safetensors.index.json",
             R"({"weight_map": {"matrix": "m-1.safetensors", "gain": "m-2.safetensors"}})");
  EXPECT_THAT(error(), HasSubstr("m-2.safetensors: gain is in another file of the model, too"));
}

TEST_F(CheckpointTest, FileIsNoSafetensors) {
  write_file(folder() / "model.safetensors", "what is this");
  EXPECT_THAT(error(), HasSubstr("model.safetensors"));
}

TEST_F(CheckpointTest, StopsWhenTheUserWantsIt) {
  write(both_);
  MonitorForTest monitor(/*stop_at=*/0);
  request_.monitor = &monitor;
  EXPECT_EQ(load().status().code(), absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace eif
