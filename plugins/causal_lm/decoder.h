// The forward pass of the Llama family of decoders: Llama, Mistral, Phi-3 and Qwen2.
//
// All families share one class, because they differ in what DecoderConfig says and in nothing else.
// It owns no parameters: it names those it needs, and reaches them through Weights only.
//
//   Decoder decoder(config);
//   for (const ParameterSpec& spec : decoder.parameters()) …  // load spec.name of shape spec.shape
//   Losses losses = decoder.loss(weights, batch);
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "eif/backend.h"
#include "plugins/causal_lm/config.h"
#include "plugins/causal_lm/rope.h"

namespace eif {

struct ParameterSpec {
  std::string name;  // as in a Hugging Face checkpoint
  std::vector<int64_t> shape;
};

class Decoder {
 public:
  // `config` as parse_config() returns it.
  explicit Decoder(DecoderConfig config);

  const DecoderConfig& config() const { return config_; }

  // The parameters it needs. The index of each is its ParameterId in the calls to Weights.
  const std::vector<ParameterSpec>& parameters() const { return parameters_; }

  // Gives TextExample::length_class of a sequence of so many tokens, scored or not.
  int64_t length_class(int64_t tokens) const { return rope_.length_class(tokens); }

  // Norms and softmax are computed in float32, and for a float64 model in float64 (transformers
  // uses float32 there, too, which costs it what float64 was chosen for). It can be differentiated.
  Losses loss(Weights& weights, const TokenBatch& batch) const;

  // Computes the mean, over the nodes that predict, of the hidden states after the last norm:
  // (R, B, D)
  at::Tensor features(Weights& weights, const TokenBatch& batch) const;

 private:
  struct Linear {
    ParameterId weight;
    std::optional<ParameterId> bias;
  };
  struct Layer {
    ParameterId attention_norm;
    std::vector<Linear> query_key_value;  // one that is all three in a row, or three
    Linear attention_output;
    ParameterId mlp_norm;
    std::vector<Linear> gate_up;  // one that is both, or two
    Linear mlp_output;
    bool has_window;
  };
  // What all layers share in one forward pass. G is the number of query heads per key/value head.
  struct Positions {
    Rotation rotation;
    at::Tensor mask;         // (R, G·N, N): 0 where a key is visible, −∞ elsewhere
    at::Tensor window_mask;  // the same within the sliding window; undefined: no layer has one
  };

  ParameterId add(std::string name, std::vector<int64_t> shape);
  Linear add_linear(const std::string& name, int64_t out, int64_t in, bool bias);
  Layer add_layer(int64_t index);

  // x: (R, N, I) → (R, N, O)
  static at::Tensor apply(Weights& weights, const Linear& linear, const at::Tensor& x);
  // Gives one tensor for each of `widths`, made by as many matrices, or by one and then split.
  static std::vector<at::Tensor> apply_all(Weights& weights, const std::vector<Linear>& linears,
                                           const at::Tensor& x, const std::vector<int64_t>& widths);

  Positions positions(const TokenBatch& batch, at::ScalarType dtype) const;
  at::Tensor norm(Weights& weights, const at::Tensor& x, ParameterId gain) const;
  at::Tensor attention(Weights& weights, const Layer& layer, const at::Tensor& x,
                       const Positions& positions) const;
  at::Tensor mlp(Weights& weights, const Layer& layer, const at::Tensor& x) const;
  // Computes the states before the last norm: (R, N, D)
  at::Tensor hidden_states(Weights& weights, const TokenBatch& batch) const;
  // Computes the logits of x: (R, …, D) → (R, …, V)
  at::Tensor head(Weights& weights, const at::Tensor& x) const;

  DecoderConfig config_;
  RotaryEmbedding rope_;
  std::vector<ParameterSpec> parameters_;
  ParameterId embedding_;
  std::vector<Layer> layers_;
  ParameterId final_norm_;
  ParameterId head_;  // embedding_ where it is tied
};

}  // namespace eif
