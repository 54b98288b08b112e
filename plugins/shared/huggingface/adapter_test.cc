#include "plugins/shared/huggingface/adapter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "plugins/shared/huggingface/folders_for_test.h"
#include "suite/formats/test_files.h"

namespace eif {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Json = nlohmann::json;
namespace fs = std::filesystem;

constexpr char kQuery[] = "model.layers.0.self_attn.q_proj";

// As peft 0.21 writes it, with what matters here.
Json lora_config() {
  return {{"peft_type", "LORA"},
          {"task_type", "CAUSAL_LM"},
          {"base_model_name_or_path", "org/base"},
          {"revision", nullptr},
          {"r", 2},
          {"lora_alpha", 8},
          {"lora_dropout", 0.05},
          {"bias", "none"},
          {"fan_in_fan_out", false},
          {"use_rslora", false},
          {"use_dora", false},
          {"init_lora_weights", true},
          {"rank_pattern", Json::object()},
          {"alpha_pattern", Json::object()},
          {"target_modules", {"q_proj"}},
          {"modules_to_save", nullptr},
          {"loftq_config", Json::object()},
          {"megatron_core", "megatron.core"},
          {"qalora_group_size", 16},
          {"layer_replication", nullptr}};
}

class AdapterTest : public ::testing::Test {
 protected:
  void write_config(const Json& changes) {
    Json config = lora_config();
    if (!changes.is_null()) config.update(changes);
    write_file(folder() / "adapter_config.json", config.dump());
  }
  void write_weights(const TensorViews& tensors) {
    TensorViews named;
    for (const auto& [name, view] : tensors) named["base_model.model." + name] = view;
    const absl::Status status = write_safetensors(folder() / "adapter_model.safetensors", named);
    ASSERT_TRUE(status.ok()) << status;
  }
  void write_pair() {
    write_weights({{std::string(kQuery) + ".lora_A.weight", view_of(a_, DType::kF64)},
                   {std::string(kQuery) + ".lora_B.weight", view_of(b_, DType::kF64)}});
  }

  double scale(const Json& changes) {
    write_config(changes);
    const auto adapter = Adapter::open(folder());
    EXPECT_TRUE(adapter.ok()) << adapter.status();
    return adapter.ok() ? adapter->low_rank().at(std::string(kQuery) + ".weight").scale : NAN;
  }
  std::string error(absl::StatusCode code = absl::StatusCode::kInvalidArgument) {
    const auto adapter = Adapter::open(folder());
    EXPECT_EQ(adapter.status().code(), code) << adapter.status();
    return message_of(adapter);
  }
  std::string refusal(const Json& changes) {
    write_config(changes);
    return error();
  }

  const fs::path& folder() const { return temporary_.path(); }

  const at::Tensor a_ = at::arange(6, at::kDouble).view({2, 3});
  const at::Tensor b_ = at::arange(8, at::kDouble).view({4, 2});
  TemporaryFolder temporary_;
};

TEST_F(AdapterTest, TheScaleIsAlphaOverTheRankOrItsRoot) {
  write_pair();
  EXPECT_EQ(scale({}), 4);
  EXPECT_EQ(scale({{"lora_alpha", 3}}), 1.5);
  EXPECT_EQ(scale({{"use_rslora", true}}), 8 / std::sqrt(2.0));
}

// The patterns are peft's: all of a module's name, or what follows one of its dots.
TEST_F(AdapterTest, PatternsGiveSomeModulesRanksAndAlphasOfTheirOwn) {
  write_pair();
  const auto with_alpha = [&](const char* pattern) {
    return scale({{"alpha_pattern", {{pattern, 20}}}});
  };
  EXPECT_EQ(with_alpha("q_proj"), 10);
  EXPECT_EQ(with_alpha("self_attn.q_proj"), 10);
  EXPECT_EQ(with_alpha("model.layers.0.self_attn.q_proj"), 10);
  EXPECT_EQ(with_alpha(R"(layers\.[0-3]\..*q_proj)"), 10);
  EXPECT_EQ(with_alpha("^model.*"), 10);
  EXPECT_EQ(with_alpha("proj"), 4);
  EXPECT_EQ(with_alpha("layers.1.self_attn.q_proj"), 4);
  EXPECT_EQ(scale({{"r", 64}, {"rank_pattern", {{"q_proj", 2}}}}), 4);
}

TEST_F(AdapterTest, TensorsThatWereTrainedWholeStandForThemselves) {
  write_config({});
  write_weights({{"lm_head.weight", view_of(b_, DType::kF64)},
                 {"model.embed_tokens.base_layer.weight", view_of(b_, DType::kF64)}});
  const auto adapter = Adapter::open(folder());
  ASSERT_TRUE(adapter.ok()) << adapter.status();
  EXPECT_THAT(adapter->names(), ElementsAre("lm_head.weight", "model.embed_tokens.weight"));
  EXPECT_TRUE(adapter->low_rank().empty());
}

TEST_F(AdapterTest, TheBaseIsAFolderOrARepository) {
  const auto base = [&](const Json& changes) {
    write_config(changes);
    const auto base = Adapter::base_of(folder());
    EXPECT_TRUE(base.ok()) << base.status();
    return base.value_or("");
  };
  EXPECT_EQ(base({}), "org/base");
  EXPECT_EQ(base({{"revision", "step1000"}}), "org/base@step1000");
  const std::string here = folder().string();
  EXPECT_EQ(base({{"base_model_name_or_path", here}, {"revision", "main"}}), here);
  EXPECT_EQ(base({{"base_model_name_or_path", nullptr}}), "");
}

// ---- Refused -----------------------------------------------------------------------------------

TEST_F(AdapterTest, OtherKindsAreRefusedByName) {
  write_pair();
  EXPECT_THAT(refusal({{"peft_type", "IA3"}}),
              AllOf(HasSubstr("adapter_config.json: peft_type is \"IA3\"; expected \"LORA\""),
                    HasSubstr("merge it into its base with peft (merge_and_unload())")));
  EXPECT_THAT(refusal({{"peft_type", nullptr}}), HasSubstr("peft_type is missing"));
  EXPECT_THAT(refusal({{"task_type", "SEQ_CLS"}}), HasSubstr("task_type is \"SEQ_CLS\"; expected "));
  EXPECT_THAT(refusal({{"use_dora", true}}),
              HasSubstr("use_dora is true; expected a plain LoRA adapter, without it"));
  EXPECT_THAT(refusal({{"layer_replication", {{0, 2}, {1, 3}}}}), HasSubstr("layer_replication is"));
  EXPECT_THAT(refusal({{"trainable_token_indices", {1, 2}}}), HasSubstr("trainable_token_indices"));
  EXPECT_THAT(refusal({{"what_comes_next", 1}}), HasSubstr("what_comes_next is 1; expected a plain"));
  for (const char* start : {"pissa", "pissa_niter_4", "olora", "corda", "loftq"}) {
    EXPECT_THAT(refusal({{"init_lora_weights", start}}),
                HasSubstr("others change the weights of the base, too"))
        << start;
  }
}

TEST_F(AdapterTest, WaysToBeginThatLeaveTheBaseAsItWas) {
  write_pair();
  for (const Json& start : {Json(true), Json(false), Json(nullptr), Json("gaussian"), Json("eva")}) {
    EXPECT_EQ(scale({{"init_lora_weights", start}}), 4) << start;
  }
}

TEST_F(AdapterTest, LoraOfAnEmbeddingIsRefusedByName) {
  write_config({});
  write_weights({{"model.embed_tokens.lora_embedding_A", view_of(a_, DType::kF64)},
                 {"model.embed_tokens.lora_embedding_B", view_of(b_, DType::kF64)}});
  EXPECT_THAT(error(),
              HasSubstr("adapter_model.safetensors: base_model.model.model.embed_tokens."
                        "lora_embedding_A is no lora_A or lora_B of a matrix; merge the adapter"));
}

TEST_F(AdapterTest, ARankThatTheConfigurationDoesNotGive) {
  write_pair();
  EXPECT_THAT(refusal({{"r", 16}}), HasSubstr("q_proj has a lora_A of rank 2 and a lora_B of rank 2; "
                                              "adapter_config.json says 16"));
}

TEST_F(AdapterTest, HalfAPairIsNone) {
  write_config({});
  write_weights({{std::string(kQuery) + ".lora_A.weight", view_of(a_, DType::kF64)}});
  EXPECT_THAT(error(), HasSubstr("q_proj has no lora_A and lora_B that are both matrices"));
}

TEST_F(AdapterTest, PatternsThatAreNotUnderstood) {
  write_pair();
  EXPECT_THAT(refusal({{"alpha_pattern", {{"(q_proj", 2}}}}),
              HasSubstr("the pattern \"(q_proj\" of rank_pattern or alpha_pattern is not understood"));
}

TEST_F(AdapterTest, WeightsAreMissing) {
  write_config({});
  EXPECT_THAT(error(absl::StatusCode::kNotFound),
              HasSubstr("has adapter_config.json and no adapter_model.safetensors"));
  write_file(folder() / "adapter_model.bin", "");
  EXPECT_THAT(error(absl::StatusCode::kNotFound),
              HasSubstr("has its adapter in adapter_model.bin only, a format that can run code"));
  write_weights({});
  EXPECT_THAT(error(), HasSubstr("it has no tensors; expected lora_A and lora_B of some"));
}

}  // namespace
}  // namespace eif
