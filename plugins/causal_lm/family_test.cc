#include "plugins/causal_lm/family.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "plugins/causal_lm/test_models.h"
#include "suite/formats/test_files.h"

namespace eif {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using Json = nlohmann::json;

absl::StatusOr<DecoderParts> parse(const Json& config) {
  return parse_config(config.dump(), "m/config.json");
}

std::vector<int64_t> windows_of(const DecoderParts& parts) {
  std::vector<int64_t> windows;
  for (const Layer& layer : parts.layers) windows.push_back(layer.attention.window);
  return windows;
}

// The message of the error that `changes` to a tiny configuration cause.
std::string error(const std::string& architecture, const Json& changes) {
  const auto config = parse(with_changes(tiny_config(architecture), changes));
  if (config.ok()) return "no error";
  EXPECT_EQ(config.status().code(), absl::StatusCode::kInvalidArgument);
  return message_of(config);
}

const Json kLongRope = {
    {"type", "longrope"}, {"short_factor", {1.0, 1.1, 1.2}}, {"long_factor", {2.0, 3.0, 4.0}}};
const Json kLlama3 = {{"rope_type", "llama3"},
                      {"factor", 8.0},
                      {"low_freq_factor", 1.0},
                      {"high_freq_factor", 4.0},
                      {"original_max_position_embeddings", 64}};

// ---- What is read ------------------------------------------------------------------------------

TEST(ConfigTest, ReadsPhi3MiniAsPublished) {
  const auto config = parse({{"model_type", "phi3"},
                             {"architectures", {"Phi3ForCausalLM"}},
                             {"attention_bias", false},
                             {"bos_token_id", 1},
                             {"hidden_act", "silu"},
                             {"hidden_size", 3072},
                             {"intermediate_size", 8192},
                             {"max_position_embeddings", 4096},
                             {"num_attention_heads", 32},
                             {"num_hidden_layers", 32},
                             {"num_key_value_heads", 32},
                             {"original_max_position_embeddings", 4096},
                             {"rms_norm_eps", 1e-05},
                             {"rope_scaling", nullptr},
                             {"rope_theta", 10000.0},
                             {"sliding_window", 2047},
                             {"tie_word_embeddings", false},
                             {"vocab_size", 32064}});
  ASSERT_TRUE(config.ok()) << config.status();
  ASSERT_EQ(config->layers.size(), 32u);
  for (const Layer& layer : config->layers) {
    EXPECT_EQ(layer.attention.head_width, 96);
    EXPECT_EQ(layer.attention.window, 2047);
    EXPECT_EQ(layer.attention.query_key_value.size(), 1u);
    EXPECT_EQ(layer.attention.query_key_value[0].bias, std::nullopt);
  }
  EXPECT_EQ(config->ropes[0].rotated_width, 96);
  EXPECT_FALSE(config->has_tied_head());
  EXPECT_EQ(config->beginning_of_sequence, 1);
  EXPECT_EQ(config->padding, 32000);  // as Phi3Config, where the file does not say
  EXPECT_TRUE(std::holds_alternative<DefaultRope>(config->ropes[0].scaling));
}

TEST(ConfigTest, BothGenerationsOfRopeAgree) {
  const auto older =
      parse(with_changes(tiny_config("llama"), {{"rope_theta", 5e5}, {"rope_scaling", kLlama3}}));
  Json parameters = kLlama3;
  parameters["rope_theta"] = 5e5;
  const auto newer = parse(with_changes(tiny_config("llama"), {{"rope_parameters", parameters}}));
  ASSERT_TRUE(older.ok()) << older.status();
  ASSERT_TRUE(newer.ok()) << newer.status();
  for (const auto& config : {older, newer}) {
    EXPECT_EQ(config->ropes[0].theta, 5e5);
    const auto& scaling = std::get<Llama3Rope>(config->ropes[0].scaling);
    EXPECT_EQ(scaling.factor, 8);
    EXPECT_EQ(scaling.original_max_positions, 64);
  }
}

TEST(ConfigTest, LongRopeSuggestsItsAttentionFactor) {
  const auto config = parse(with_changes(tiny_config("phi3"), {{"rope_scaling", kLongRope},
                                                       {"original_max_position_embeddings", 32}}));
  ASSERT_TRUE(config.ok()) << config.status();
  const auto& scaling = std::get<LongRope>(config->ropes[0].scaling);
  EXPECT_THAT(scaling.long_factors, ElementsAre(2, 3, 4));
  EXPECT_EQ(scaling.original_max_positions, 32);
  // 128 positions are four times 32.
  EXPECT_DOUBLE_EQ(scaling.attention_factor, std::sqrt(1 + std::log(4.0) / std::log(32.0)));
}

TEST(ConfigTest, LongRopeTakesAGivenAttentionFactor) {
  Json rope = kLongRope;
  rope["attention_factor"] = 1.5;
  const auto config = parse(with_changes(tiny_config("phi3"), {{"rope_scaling", rope}}));
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(std::get<LongRope>(config->ropes[0].scaling).attention_factor, 1.5);
}

TEST(ConfigTest, SuIsTheOldNameOfLongRope) {
  Json rope = kLongRope;
  rope["type"] = "su";
  const auto config = parse(with_changes(tiny_config("phi3"), {{"rope_scaling", rope}}));
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_TRUE(std::holds_alternative<LongRope>(config->ropes[0].scaling));
}

TEST(ConfigTest, Phi3RotatesAPartOfEachHead) {
  const Json partial = {{"head_dim", 16}, {"partial_rotary_factor", 0.75}};
  const auto config = parse(with_changes(tiny_config("phi3"), partial));
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->ropes[0].rotated_width, 12);
}

// As transformers' LlamaConfig, MistralConfig, Phi3Config and Qwen2Config.
TEST(ConfigTest, MissingPositionsAreAsManyAsTransformersTakes) {
  const std::pair<const char*, int64_t> expected[] = {
      {"llama", 2048}, {"mistral", 131072}, {"phi3", 4096}, {"qwen2", 32768}};
  for (const auto& [architecture, positions] : expected) {
    const Json changes = {{"max_position_embeddings", nullptr}};
    const auto config = parse(with_changes(tiny_config(architecture), changes));
    ASSERT_TRUE(config.ok()) << config.status();
    EXPECT_EQ(config->most_positions, positions) << architecture;
    EXPECT_EQ(parse(tiny_config(architecture))->most_positions, 128);
  }
}

TEST(ConfigTest, MissingKeyValueHeadsAreAsManyAsHeads) {
  const auto config = parse(with_changes(tiny_config("llama"), {{"num_key_value_heads", nullptr}}));
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->layers[0].attention.key_value_heads, 4);
}

TEST(ConfigTest, LlamaHasNoWindowWhateverItSays) {
  const auto config = parse(with_changes(tiny_config("llama"), {{"sliding_window", 9}}));
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_THAT(windows_of(*config), Each(0));
}

// transformers reads a Mistral with layer_types as a Ministral.
TEST(ConfigTest, MistralMayHaveItsWindowInSomeLayers) {
  for (const char* architecture : {"mistral", "ministral"}) {
    const auto config =
        parse(with_changes(tiny_config(architecture),
                           {{"sliding_window", 9},
                            {"layer_types", {"full_attention", "sliding_attention"}}}));
    ASSERT_TRUE(config.ok()) << config.status();
    EXPECT_THAT(windows_of(*config), ElementsAre(0, 9));
  }
}

TEST(ConfigTest, Qwen2UsesItsWindowOnlyWhenToldTo) {
  const auto unused = parse(with_changes(tiny_config("qwen2"), {{"sliding_window", 9}}));
  ASSERT_TRUE(unused.ok()) << unused.status();
  EXPECT_THAT(windows_of(*unused), Each(0));
  const auto used =
      parse(with_changes(tiny_config("qwen2"),
                 {{"sliding_window", 9}, {"use_sliding_window", true}, {"max_window_layers", 1}}));
  ASSERT_TRUE(used.ok()) << used.status();
  EXPECT_THAT(windows_of(*used), ElementsAre(0, 9));
}

TEST(ConfigTest, Qwen2LayerTypesSayWhichLayersHaveTheWindow) {
  const auto config =
      parse(with_changes(tiny_config("qwen2"), {{"sliding_window", 9},
                                        {"use_sliding_window", true},
                                        {"layer_types", {"sliding_attention", "full_attention"}}}));
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_THAT(windows_of(*config), ElementsAre(9, 0));
}

// As the config classes of transformers: what a file leaves out is a value.
TEST(ConfigTest, WhatIsLeftOutIsWhatTransformersTakes) {
  const auto missing = [](const std::string& family, const char* name) {
    Json config = tiny_config(family);
    config.erase(name);
    return parse(config);
  };
  EXPECT_THAT(windows_of(*missing("mistral", "sliding_window")), Each(4096));
  EXPECT_EQ(error("smollm3", {{"pad_token_id", 128004}}),
            "m/config.json: pad_token_id is 128004; expected an id below vocab_size, 40, or null");
  EXPECT_EQ(message_of(missing("phi3", "pad_token_id")),
            "m/config.json: pad_token_id is 32000 where the file does not say; expected an id below "
            "vocab_size, 40, or null");
  EXPECT_EQ(missing("olmo2", "pad_token_id")->padding, 1);
  EXPECT_EQ(missing("gemma2", "pad_token_id")->padding, 0);
  EXPECT_TRUE(missing("gemma2", "tie_word_embeddings")->has_tied_head());
  EXPECT_TRUE(missing("gpt2", "tie_word_embeddings")->has_tied_head());
  EXPECT_FALSE(missing("llama", "tie_word_embeddings")->has_tied_head());
  EXPECT_EQ(missing("llama", "rms_norm_eps")->final_norm.epsilon, 1e-6);
}

// A window that the file says is null is none, although there is one where it says nothing.
TEST(ConfigTest, NullIsAValueOfItsOwn) {
  const auto config = parse(with_changes(tiny_config("mistral"), {{"sliding_window", nullptr}}));
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_THAT(windows_of(*config), Each(0));
}

TEST(ConfigTest, Gpt2HasNamesOfItsOwn) {
  Json config = {{"model_type", "gpt2"}, {"vocab_size", 40}, {"n_embd", 24}, {"n_layer", 2},
                 {"n_head", 4},          {"n_positions", 64}};
  const auto parts = parse(config);
  ASSERT_TRUE(parts.ok()) << parts.status();
  EXPECT_EQ(parts->width, 24);
  EXPECT_EQ(parts->most_positions, 64);
  EXPECT_EQ(parts->layers[1].mlp.output.weight + 2, parts->final_norm.gain);
  config["hidden_size"] = 32;
  EXPECT_EQ(message_of(parse(config)),
            "m/config.json: hidden_size and n_embd have different values; expected one of them, or "
            "the same value");
}

TEST(ConfigTest, Gemma3HasRotaryPositionsOfTheirOwnForLayersWithAWindow) {
  const auto older = parse(with_changes(tiny_config("gemma3_text"), {{"rope_theta", 2e6},
                                                             {"rope_local_base_freq", 3e4},
                                                             {"sliding_window_pattern", 2},
                                                             {"sliding_window", 5}}));
  ASSERT_TRUE(older.ok()) << older.status();
  EXPECT_THAT(windows_of(*older), ElementsAre(5, 0));
  EXPECT_EQ(older->ropes[static_cast<size_t>(older->layers[0].attention.rope)].theta, 3e4);
  EXPECT_EQ(older->ropes[static_cast<size_t>(older->layers[1].attention.rope)].theta, 2e6);
  const auto newer = parse(with_changes(tiny_config("gemma3_text"),
                                {{"rope_parameters",
                                  {{"full_attention", {{"rope_theta", 2e6}}},
                                   {"sliding_attention", {{"rope_theta", 3e4}}}}}}));
  ASSERT_TRUE(newer.ok()) << newer.status();
  EXPECT_EQ(newer->ropes[0].theta, 2e6);
  EXPECT_EQ(newer->ropes[1].theta, 3e4);
}

// ---- What is refused ---------------------------------------------------------------------------

TEST(ConfigTest, NotJson) {
  EXPECT_THAT(
      message_of(parse_config("{\"model_type\": ", "m/config.json")),
      HasSubstr("m/config.json: is not JSON: at line 1, column 15 found the end of the text"));
  EXPECT_THAT(message_of(parse_config("[]", "m/config.json")),
              HasSubstr("m/config.json is not a JSON object; expected the config.json of"));
}

TEST(ConfigTest, DeepNestingIsRefused) {
  const std::string deep = std::string(60'000, '[') + std::string(60'000, ']');
  EXPECT_EQ(message_of(parse_config("{\"model_type\": " + deep + "}", "m/config.json")),
            "m/config.json: is nested deeper than 32 levels; no file of this kind is");
}

TEST(ConfigTest, UnknownArchitectureIsNamedWithThoseSupported) {
  EXPECT_EQ(error("mamba", Json::object()),
            absl::StrCat("m/config.json: model_type is \"mamba\"; supported: ",
                         absl::StrJoin(model_types(), ", ")));
  EXPECT_THAT(model_types(), IsSupersetOf({"gemma3_text", "gpt2", "gpt_neox", "llama", "olmo3", "phi",
                                           "qwen3", "starcoder2"}));
}

TEST(ConfigTest, MissingArchitecture) {
  EXPECT_EQ(message_of(parse(Json::object())), "m/config.json: model_type is missing");
}

TEST(ConfigTest, SizesOfWrongTypeOrRange) {
  EXPECT_EQ(error("llama", {{"num_hidden_layers", 0}}),
            "m/config.json: num_hidden_layers is 0; expected a whole number from 1 to 10000");
  EXPECT_THAT(error("llama", {{"hidden_size", -24}}), HasSubstr("hidden_size is -24; expected"));
  EXPECT_THAT(error("llama", {{"hidden_size", 24.0}}), HasSubstr("hidden_size is 24.0; expected"));
  EXPECT_THAT(error("llama", {{"vocab_size", "40"}}), HasSubstr("vocab_size is \"40\"; expected"));
  EXPECT_THAT(error("llama", {{"vocab_size", 18446744073709551615u}}),
              HasSubstr("expected a whole number from 1 to 16777216"));
}

TEST(ConfigTest, NormEpsilonIsNotPositive) {
  EXPECT_EQ(error("llama", {{"rms_norm_eps", 0}}),
            "m/config.json: rms_norm_eps is 0; expected a number above 0");
}

TEST(ConfigTest, HeadsDoNotShareKeyValueHeadsEvenly) {
  EXPECT_EQ(
      error("llama", {{"num_key_value_heads", 3}}),
      "m/config.json: num_key_value_heads is 3; expected a divisor of num_attention_heads, 4");
}

TEST(ConfigTest, WidthIsNoMultipleOfHeads) {
  EXPECT_THAT(error("llama", {{"hidden_size", 26}}),
              HasSubstr("hidden_size is 26; expected a multiple of num_attention_heads, 4, or a "
                        "head_dim"));
}

// Phi's norms are as wide as heads are where head_dim does not say.
TEST(ConfigTest, HeadsAreWiderThanTheirNorms) {
  EXPECT_THAT(error("phi", {{"head_dim", 12}, {"qk_layernorm", true}}),
              HasSubstr("head_dim is 12; expected 6, hidden_size / num_attention_heads, where"));
}

TEST(ConfigTest, OddHeadCannotBeRotated) {
  EXPECT_THAT(error("llama", {{"head_dim", 7}}),
              HasSubstr("rotates 7 dimensions; expected an even number from 2 to 7"));
}

TEST(ConfigTest, PartialRotationOutsideItsRange) {
  EXPECT_THAT(error("phi3", {{"partial_rotary_factor", 1.5}}), HasSubstr("rotates 9 dimensions"));
  EXPECT_THAT(error("phi3", {{"partial_rotary_factor", 0.1}}), HasSubstr("rotates 0 dimensions"));
  EXPECT_THAT(error("llama", {{"partial_rotary_factor", 0.5}}),
              HasSubstr("partial_rotary_factor is 0.5; expected 1: this model_type rotates whole"));
}

TEST(ConfigTest, UnknownActivation) {
  EXPECT_THAT(error("llama", {{"hidden_act", "xielu"}}),
              HasSubstr("m/config.json: hidden_act is \"xielu\"; supported: gelu, gelu_10, gelu_"));
}

TEST(ConfigTest, ModelsThatAreNoCausalLanguageModel) {
  EXPECT_EQ(error("llama", {{"is_causal", false}}),
            "m/config.json: is_causal is false; expected true: only causal language models are "
            "supported");
  EXPECT_THAT(error("llama", {{"is_causal", nullptr}}), HasSubstr("is_causal is null; expected true"));
  EXPECT_THAT(error("gemma2", {{"use_bidirectional_attention", true}}),
              HasSubstr("use_bidirectional_attention is true; expected false"));
  EXPECT_THAT(error("gpt2", {{"add_cross_attention", true}}), HasSubstr("expected false"));
  EXPECT_THAT(error("llama", {{"architectures", {"LlamaForSequenceClassification"}}}),
              HasSubstr("expected a language model (…ForCausalLM): this checkpoint has another"));
}

TEST(ConfigTest, OtherKindsOfModelAreNamed) {
  EXPECT_THAT(error("mixtral", {{"num_local_experts", 8}}), HasSubstr("a mixture of experts"));
  EXPECT_THAT(error("gemma3", {{"text_config", Json::object()}}), HasSubstr("several modalities"));
  EXPECT_THAT(error("mine", {{"auto_map", Json::object()}}), HasSubstr("which is never run"));
  // The code that a checkpoint of a known kind may bring along is not needed.
  EXPECT_TRUE(parse(with_changes(tiny_config("llama"), {{"auto_map", Json::object()}})).ok());
}

TEST(ConfigTest, QuantisedCheckpoint) {
  EXPECT_THAT(error("llama", {{"quantization_config", {{"quant_method", "gptq"}}}}),
              HasSubstr("the checkpoint is quantised"));
}

TEST(ConfigTest, LayersOfDifferentSizes) {
  EXPECT_THAT(error("llama", {{"per_layer_config", {{"1", {{"intermediate_size", 32}}}}}}),
              HasSubstr("per_layer_config is {\"1\":{\"intermediate_size\":32}}; expected the same"));
}

TEST(ConfigTest, FlagIsNoBoolean) {
  EXPECT_EQ(error("llama", {{"tie_word_embeddings", 1}}),
            "m/config.json: tie_word_embeddings is 1; expected true or false");
}

TEST(ConfigTest, UnknownRopeTypeIsNamedWithThoseSupported) {
  EXPECT_EQ(error("llama", {{"rope_scaling", {{"type", "mrope"}}}}),
            "m/config.json, rope_scaling: rope_type is \"mrope\"; supported: default, linear, "
            "dynamic, yarn, llama3, longrope");
}

TEST(ConfigTest, RopeScalingIsNoObject) {
  EXPECT_EQ(error("llama", {{"rope_scaling", "linear"}}),
            "m/config.json: rope_scaling is \"linear\"; expected an object");
}

TEST(ConfigTest, RopeParametersDifferByLayer) {
  EXPECT_THAT(error("qwen2", {{"rope_parameters", {{"full_attention", {{"rope_theta", 1e4}}}}}}),
              HasSubstr("parameters of their own for full_attention; expected the same"));
}

TEST(ConfigTest, Llama3RampIsEmpty) {
  Json rope = kLlama3;
  rope["high_freq_factor"] = 1.0;
  EXPECT_EQ(error("llama", {{"rope_scaling", rope}}),
            "m/config.json, rope_scaling: high_freq_factor is 1; expected more than "
            "low_freq_factor, 1");
}

// As transformers: null is false, and for several ropes it looks in the wrong place.
TEST(ConfigTest, YarnMayKeepTheEndsOfItsRamp) {
  const Json yarn = {{"rope_type", "yarn"}, {"factor", 4.0}, {"truncate", nullptr}};
  const auto config = parse(with_changes(tiny_config("llama"), {{"rope_parameters", yarn}}));
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_FALSE(std::get<YarnRope>(config->ropes[0].scaling).truncates);
  EXPECT_THAT(error("gemma3_text", {{"rope_parameters", {{"full_attention", yarn}}}}),
              HasSubstr("rope_parameters, full_attention: truncate is null; expected true where"));
}

TEST(ConfigTest, OriginalPositionsBesideSeveralRopesAreNotRead) {
  const Json yarn = {{"rope_type", "yarn"}, {"factor", 4.0}, {"original_max_position_embeddings", 16}};
  const auto config =
      parse(with_changes(tiny_config("olmo3"), {{"rope_parameters", {{"full_attention", yarn}}},
                                                {"original_max_position_embeddings", 24}}));
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(std::get<YarnRope>(config->ropes[0].scaling).original_max_positions, 16);
}

TEST(ConfigTest, LongRopeFactorsOfWrongNumberOrSign) {
  Json rope = kLongRope;
  rope["long_factor"] = {1.0, 2.0};
  EXPECT_EQ(error("phi3", {{"rope_scaling", rope}}),
            "m/config.json, rope_scaling: long_factor is [1.0,2.0]; expected a list of 3 numbers "
            "above 0");
  rope["long_factor"] = {1.0, 2.0, -3.0};
  EXPECT_THAT(error("phi3", {{"rope_scaling", rope}}), HasSubstr("expected a list of 3 numbers"));
}

TEST(ConfigTest, LongRopeFromASinglePosition) {
  EXPECT_THAT(error("phi3", {{"rope_scaling", kLongRope}, {"original_max_position_embeddings", 1}}),
              HasSubstr("original_max_position_embeddings is 1; expected 2 or more"));
}

TEST(ConfigTest, UnknownLayerType) {
  EXPECT_THAT(error("qwen2", {{"layer_types", {"full_attention", "linear_attention"}}}),
              HasSubstr("expected a list of 2 words, each full_attention or sliding_attention"));
}

TEST(ConfigTest, LayersAskForAWindowThatIsNotThere) {
  EXPECT_THAT(error("qwen2", {{"layer_types", {"full_attention", "sliding_attention"}}}),
              HasSubstr("layer_types has sliding_attention; expected use_sliding_window"));
}

TEST(ConfigTest, PadTokenCountsFromTheEndWhereItIsNegative) {
  const auto padding = [](const Json& changes) {
    Json config = tiny_config("llama");
    config.update(changes);
    return parse_config(config.dump(), "m/config.json")->padding;
  };
  EXPECT_EQ(padding(Json::object()), std::nullopt);
  EXPECT_EQ(padding({{"pad_token_id", nullptr}}), std::nullopt);
  EXPECT_EQ(padding({{"pad_token_id", 3}}), 3);
  EXPECT_EQ(padding({{"pad_token_id", -1}}), 39);  // of 40
}

TEST(ConfigTest, LongValuesAreCutInMessages) {
  EXPECT_LT(error("llama", {{"hidden_act", std::string(1000, 'x')}, {"hidden_size", Json::array()}})
                .size(),
            200u);
}

}  // namespace
}  // namespace eif
