#include "plugins/shared/huggingface/checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
  EXPECT_TRUE(have_equal_values(view_of(halves, DType::kF64), view_of(as_float, DType::kF32)));
  EXPECT_FALSE(have_equal_values(view_of(halves, DType::kF64), view_of(others, DType::kF64)));
  EXPECT_FALSE(have_equal_values(view_of(halves, DType::kF64), view_of(gain_, DType::kF64)));
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
