// The config.json of published models: the families take them, and make the model that they are of.
//
// The numbers of parameters are those that the models' pages and transformers give.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "plugins/causal_lm/family.h"

namespace eif {
namespace {

struct Published {
  const char* name;
  const char* config;
  int64_t parameters;  // a tied head counts once
  int64_t head_width;
  int64_t rotated_width;  // of a head; 0 for learned positions
  std::vector<int64_t> windows = {0};  // each once
};

void PrintTo(const Published& model, std::ostream* out) { *out << model.name; }

const Published kPublished[] = {
    {"Pythia-70m",
     R"({"architectures": ["GPTNeoXForCausalLM"], "bos_token_id": 0, "eos_token_id": 0,
         "hidden_act": "gelu", "hidden_size": 512, "initializer_range": 0.02,
         "intermediate_size": 2048, "layer_norm_eps": 1e-05, "max_position_embeddings": 2048,
         "model_type": "gpt_neox", "num_attention_heads": 8, "num_hidden_layers": 6,
         "rotary_emb_base": 10000, "rotary_pct": 0.25, "tie_word_embeddings": false,
         "torch_dtype": "float16", "transformers_version": "4.24.0", "use_cache": true,
         "use_parallel_residual": true, "vocab_size": 50304})",
     70426624, 64, 16},
    {"GPT-2",
     R"({"activation_function": "gelu_new", "architectures": ["GPT2LMHeadModel"], "attn_pdrop": 0.1,
         "bos_token_id": 50256, "embd_pdrop": 0.1, "eos_token_id": 50256, "initializer_range": 0.02,
         "layer_norm_epsilon": 1e-05, "model_type": "gpt2", "n_ctx": 1024, "n_embd": 768,
         "n_head": 12, "n_layer": 12, "n_positions": 1024, "resid_pdrop": 0.1,
         "summary_activation": null, "summary_first_dropout": 0.1, "summary_proj_to_labels": true,
         "summary_type": "cls_index", "summary_use_proj": true,
         "task_specific_params": {"text-generation": {"do_sample": true, "max_length": 50}},
         "vocab_size": 50257})",
     124439808, 64, 0},
    {"OLMo-1B-hf",
     R"({"architectures": ["OlmoForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
         "clip_qkv": null, "eos_token_id": 50279, "hidden_act": "silu", "hidden_size": 2048,
         "initializer_range": 0.02, "intermediate_size": 8192, "max_position_embeddings": 2048,
         "model_type": "olmo", "num_attention_heads": 16, "num_hidden_layers": 16,
         "num_key_value_heads": 16, "pad_token_id": 1, "rope_scaling": null, "rope_theta": 10000.0,
         "tie_word_embeddings": true, "torch_dtype": "float32", "transformers_version": "4.40.0",
         "use_cache": true, "vocab_size": 50304})",
     1176764416, 128, 128},
    {"OLMo-2-0425-1B",
     R"({"architectures": ["Olmo2ForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
         "eos_token_id": 100257, "hidden_act": "silu", "hidden_size": 2048,
         "initializer_range": 0.02, "intermediate_size": 8192, "max_position_embeddings": 4096,
         "model_type": "olmo2", "num_attention_heads": 16, "num_hidden_layers": 16,
         "num_key_value_heads": 16, "pad_token_id": 100277, "rms_norm_eps": 1e-06,
         "rope_scaling": null, "rope_theta": 500000, "tie_word_embeddings": false,
         "torch_dtype": "float32", "transformers_version": "4.47.0", "use_cache": true,
         "vocab_size": 100352})",
     1484916736, 128, 128},
    {"Gemma-2-2b",
     R"({"architectures": ["Gemma2ForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
         "attn_logit_softcapping": 50.0, "bos_token_id": 2, "cache_implementation": "hybrid",
         "eos_token_id": 1, "final_logit_softcapping": 30.0, "head_dim": 256,
         "hidden_act": "gelu_pytorch_tanh", "hidden_activation": "gelu_pytorch_tanh",
         "hidden_size": 2304, "initializer_range": 0.02, "intermediate_size": 9216,
         "max_position_embeddings": 8192, "model_type": "gemma2", "num_attention_heads": 8,
         "num_hidden_layers": 26, "num_key_value_heads": 4, "pad_token_id": 0,
         "query_pre_attn_scalar": 256, "rms_norm_eps": 1e-06, "rope_theta": 10000.0,
         "sliding_window": 4096, "torch_dtype": "float32", "transformers_version": "4.42.4",
         "use_cache": true, "vocab_size": 256000})",
     2614341888, 256, 256, {0, 4096}},
    {"gemma-3-1b",
     R"({"architectures": ["Gemma3ForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
         "attn_logit_softcapping": null, "bos_token_id": 2, "cache_implementation": "hybrid",
         "eos_token_id": 1, "final_logit_softcapping": null, "head_dim": 256,
         "hidden_activation": "gelu_pytorch_tanh", "hidden_size": 1152, "initializer_range": 0.02,
         "intermediate_size": 6912, "max_position_embeddings": 32768, "model_type": "gemma3_text",
         "num_attention_heads": 4, "num_hidden_layers": 26, "num_key_value_heads": 1,
         "pad_token_id": 0, "query_pre_attn_scalar": 256, "rms_norm_eps": 1e-06,
         "rope_local_base_freq": 10000, "rope_scaling": null, "rope_theta": 1000000,
         "sliding_window": 512, "sliding_window_pattern": 6, "torch_dtype": "bfloat16",
         "transformers_version": "4.50.0.dev0", "use_cache": true, "vocab_size": 262144})",
     999885952, 256, 256, {0, 512}},
    {"Qwen3-0.6B",
     R"({"architectures": ["Qwen3ForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
         "bos_token_id": 151643, "eos_token_id": 151645, "head_dim": 128, "hidden_act": "silu",
         "hidden_size": 1024, "initializer_range": 0.02, "intermediate_size": 3072,
         "max_position_embeddings": 40960, "max_window_layers": 28, "model_type": "qwen3",
         "num_attention_heads": 16, "num_hidden_layers": 28, "num_key_value_heads": 8,
         "rms_norm_eps": 1e-06, "rope_scaling": null, "rope_theta": 1000000, "sliding_window": null,
         "tie_word_embeddings": true, "torch_dtype": "bfloat16", "transformers_version": "4.51.0",
         "use_cache": true, "use_sliding_window": false, "vocab_size": 151936})",
     596049920, 128, 128},
    {"SmolLM3-3B",
     R"({"architectures": ["SmolLM3ForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
         "bos_token_id": null, "eos_token_id": 128012, "hidden_act": "silu", "hidden_size": 2048,
         "initializer_range": 0.02, "intermediate_size": 11008, "max_position_embeddings": 65536,
         "max_window_layers": 28, "mlp_bias": false, "model_type": "smollm3",
         "no_rope_layer_interval": 4,
         "no_rope_layers": [1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 0,
                            1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 0],
         "num_attention_heads": 16, "num_hidden_layers": 36, "num_key_value_heads": 4,
         "pad_token_id": 128004, "pretraining_tp": 2, "rms_norm_eps": 1e-06, "rope_scaling": null,
         "rope_theta": 5000000.0, "sliding_window": null, "tie_word_embeddings": true,
         "torch_dtype": "bfloat16", "transformers_version": "4.54.0.dev0", "use_cache": false,
         "use_sliding_window": false, "vocab_size": 128256})",
     3075098624, 128, 128},
    {"granite-3.3-2b",
     R"({"architectures": ["GraniteForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
         "attention_multiplier": 0.015625, "bos_token_id": 0, "embedding_multiplier": 12.0,
         "eos_token_id": 0, "hidden_act": "silu", "hidden_size": 2048, "initializer_range": 0.02,
         "intermediate_size": 8192, "logits_scaling": 8.0, "max_position_embeddings": 131072,
         "mlp_bias": false, "model_type": "granite", "num_attention_heads": 32,
         "num_hidden_layers": 40, "num_key_value_heads": 8, "pad_token_id": 0,
         "residual_multiplier": 0.22, "rms_norm_eps": 1e-05, "rope_scaling": null,
         "rope_theta": 10000000.0, "tie_word_embeddings": true, "torch_dtype": "bfloat16",
         "transformers_version": "4.49.0", "use_cache": true, "vocab_size": 49159})",
     2533539840, 64, 64},
    {"stablelm-2-1_6b",
     R"({"architectures": ["StableLmForCausalLM"], "bos_token_id": 100257, "eos_token_id": 100257,
         "hidden_act": "silu", "hidden_size": 2048, "initializer_range": 0.02,
         "intermediate_size": 5632, "layer_norm_eps": 1e-05, "max_position_embeddings": 4096,
         "model_type": "stablelm", "num_attention_heads": 32, "num_hidden_layers": 24,
         "num_key_value_heads": 32, "partial_rotary_factor": 0.25, "rope_theta": 10000,
         "tie_word_embeddings": false, "torch_dtype": "float16", "transformers_version": "4.38.0",
         "use_cache": true, "use_qkv_bias": true, "vocab_size": 100352})",
     1644515328, 64, 16},
    {"phi-2",
     R"({"_name_or_path": "microsoft/phi-2", "architectures": ["PhiForCausalLM"],
         "attention_dropout": 0.0, "bos_token_id": 50256, "embd_pdrop": 0.0, "eos_token_id": 50256,
         "hidden_act": "gelu_new", "hidden_size": 2560, "initializer_range": 0.02,
         "intermediate_size": 10240, "layer_norm_eps": 1e-05, "max_position_embeddings": 2048,
         "model_type": "phi", "num_attention_heads": 32, "num_hidden_layers": 32,
         "num_key_value_heads": 32, "partial_rotary_factor": 0.4, "qk_layernorm": false,
         "resid_pdrop": 0.1, "rope_scaling": null, "rope_theta": 10000.0,
         "tie_word_embeddings": false, "torch_dtype": "float16", "transformers_version": "4.37.0",
         "use_cache": true, "vocab_size": 51200})",
     2779683840, 80, 32},
    {"starcoder2-3b",
     R"({"activation_function": "gelu", "architectures": ["Starcoder2ForCausalLM"],
         "attention_dropout": 0.1, "attention_softmax_in_fp32": true, "bos_token_id": 0,
         "embedding_dropout": 0.1, "eos_token_id": 0, "hidden_act": "gelu_pytorch_tanh",
         "hidden_size": 3072, "initializer_range": 0.018042195912175804, "intermediate_size": 12288,
         "layer_norm_epsilon": 1e-05, "max_position_embeddings": 16384, "mlp_type": "default",
         "model_type": "starcoder2", "norm_epsilon": 1e-05, "norm_type": "layer_norm",
         "num_attention_heads": 24, "num_hidden_layers": 30, "num_key_value_heads": 2,
         "residual_dropout": 0.1, "rope_theta": 999999.4420358813,
         "scale_attention_softmax_in_fp32": true, "scale_attn_weights": true,
         "sliding_window": 4096, "torch_dtype": "float32", "transformers_version": "4.37.0.dev0",
         "use_bias": true, "use_cache": true, "vocab_size": 49152})",
     3030371328, 128, 128, {4096}},
    {"Llama-3.2-1B",
     R"({"architectures": ["LlamaForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
         "bos_token_id": 128000, "eos_token_id": 128001, "head_dim": 64, "hidden_act": "silu",
         "hidden_size": 2048, "initializer_range": 0.02, "intermediate_size": 8192,
         "max_position_embeddings": 131072, "mlp_bias": false, "model_type": "llama",
         "num_attention_heads": 32, "num_hidden_layers": 16, "num_key_value_heads": 8,
         "pretraining_tp": 1, "rms_norm_eps": 1e-05,
         "rope_scaling": {"factor": 32.0, "high_freq_factor": 4.0, "low_freq_factor": 1.0,
                          "original_max_position_embeddings": 8192, "rope_type": "llama3"},
         "rope_theta": 500000.0, "tie_word_embeddings": true, "torch_dtype": "bfloat16",
         "transformers_version": "4.45.0.dev0", "use_cache": true, "vocab_size": 128256})",
     1235814400, 64, 64},
    {"Mistral-7B-v0.1",
     R"({"architectures": ["MistralForCausalLM"], "bos_token_id": 1, "eos_token_id": 2,
         "hidden_act": "silu", "hidden_size": 4096, "initializer_range": 0.02,
         "intermediate_size": 14336, "max_position_embeddings": 32768, "model_type": "mistral",
         "num_attention_heads": 32, "num_hidden_layers": 32, "num_key_value_heads": 8,
         "rms_norm_eps": 1e-05, "rope_theta": 10000.0, "sliding_window": 4096,
         "tie_word_embeddings": false, "torch_dtype": "bfloat16",
         "transformers_version": "4.34.0.dev0", "use_cache": true, "vocab_size": 32000})",
     7241732096, 128, 128, {4096}},
    {"Qwen2.5-0.5B",
     R"({"architectures": ["Qwen2ForCausalLM"], "attention_dropout": 0.0, "bos_token_id": 151643,
         "eos_token_id": 151643, "hidden_act": "silu", "hidden_size": 896,
         "initializer_range": 0.02, "intermediate_size": 4864, "max_position_embeddings": 32768,
         "max_window_layers": 24, "model_type": "qwen2", "num_attention_heads": 14,
         "num_hidden_layers": 24, "num_key_value_heads": 2, "rms_norm_eps": 1e-06,
         "rope_theta": 1000000.0, "sliding_window": 32768, "tie_word_embeddings": true,
         "torch_dtype": "bfloat16", "transformers_version": "4.40.1", "use_cache": true,
         "use_mrope": false, "use_sliding_window": false, "vocab_size": 151936})",
     494032768, 64, 64},
    {"Phi-3-mini-4k",
     R"({"_name_or_path": "Phi-3-mini-4k-instruct", "architectures": ["Phi3ForCausalLM"],
         "attention_bias": false, "attention_dropout": 0.0,
         "auto_map": {"AutoConfig": "configuration_phi3.Phi3Config",
                      "AutoModelForCausalLM": "modeling_phi3.Phi3ForCausalLM"},
         "bos_token_id": 1, "embd_pdrop": 0.0, "eos_token_id": 32000, "hidden_act": "silu",
         "hidden_size": 3072, "initializer_range": 0.02, "intermediate_size": 8192,
         "max_position_embeddings": 4096, "model_type": "phi3", "num_attention_heads": 32,
         "num_hidden_layers": 32, "num_key_value_heads": 32,
         "original_max_position_embeddings": 4096, "pad_token_id": 32000, "resid_pdrop": 0.0,
         "rms_norm_eps": 1e-05, "rope_scaling": null, "rope_theta": 10000.0,
         "sliding_window": 2047, "tie_word_embeddings": false, "torch_dtype": "bfloat16",
         "transformers_version": "4.40.2", "use_cache": true, "vocab_size": 32064})",
     3821079552, 96, 96, {2047}},
    // The factors of the file are 48 numbers from 1 to 32; here they are all the same.
    {"Phi-4-mini",
     R"({"architectures": ["Phi3ForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
         "auto_map": {"AutoConfig": "configuration_phi3.Phi3Config",
                      "AutoModelForCausalLM": "modeling_phi3.Phi3ForCausalLM"},
         "bos_token_id": 199999, "embd_pdrop": 0.0, "eos_token_id": 199999,
         "full_attn_mod": 1, "hidden_act": "silu", "hidden_size": 3072, "initializer_range": 0.02,
         "intermediate_size": 8192, "interpolate_factor": 1, "lm_head_bias": false,
         "max_position_embeddings": 131072, "mlp_bias": false, "model_type": "phi3",
         "num_attention_heads": 24, "num_hidden_layers": 32, "num_key_value_heads": 8,
         "original_max_position_embeddings": 4096, "pad_token_id": 199999,
         "partial_rotary_factor": 0.75, "resid_pdrop": 0.0, "rms_norm_eps": 1e-05,
         "rope_scaling": {"type": "longrope",
           "long_factor": [2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
                           2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2],
           "short_factor": [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                            1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]},
         "rope_theta": 10000.0, "sliding_window": 262144, "tie_word_embeddings": true,
         "torch_dtype": "bfloat16", "transformers_version": "4.45.0", "use_cache": true,
         "vocab_size": 200064})",
     3836021760, 128, 96, {262144}},
};

class PublishedConfigTest : public testing::TestWithParam<Published> {};

TEST_P(PublishedConfigTest, IsTakenAndMakesTheModelThatItIsOf) {
  const Published& expected = GetParam();
  const auto decoder = parse_config(expected.config, "config.json");
  ASSERT_TRUE(decoder.ok()) << decoder.status();
  int64_t parameters = 0;
  for (const ParameterSpec& spec : decoder->parameters.specs()) {
    parameters += std::accumulate(spec.shape.begin(), spec.shape.end(), int64_t{1},
                                  std::multiplies<int64_t>());
  }
  EXPECT_EQ(parameters, expected.parameters);
  std::set<int64_t> windows;
  for (const Layer& layer : decoder->layers) {
    EXPECT_EQ(layer.attention.head_width, expected.head_width);
    windows.insert(layer.attention.window);
  }
  EXPECT_EQ(std::vector<int64_t>(windows.begin(), windows.end()), expected.windows);
  EXPECT_EQ(decoder->ropes.empty(), expected.rotated_width == 0);
  for (const RopeConfig& rope : decoder->ropes) {
    EXPECT_EQ(rope.rotated_width, expected.rotated_width);
  }
}

INSTANTIATE_TEST_SUITE_P(All, PublishedConfigTest, testing::ValuesIn(kPublished),
                         [](const auto& info) {
                           std::string name = info.param.name;
                           std::replace_if(
                               name.begin(), name.end(),
                               [](char c) { return c == '-' || c == '.'; }, '_');
                           return name;
                         });

}  // namespace
}  // namespace eif
