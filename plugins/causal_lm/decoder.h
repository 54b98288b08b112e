// The forward pass of a decoder: embedding, layers, last norm, head.
//
// What a family is made of, DecoderParts, is put together in families/; the decoder knows no family
// by name. It owns no parameters: it names those it needs, and reaches them through Weights only.
//
//   absl::StatusOr<DecoderParts> parts = parse_config(text, "smollm2/config.json");  // family.h
//   Decoder decoder(*std::move(parts), at::kFloat);
//   for (const ParameterSpec& spec : decoder.parameters()) …  // load spec.name of shape spec.shape
//   Losses losses = decoder.loss(weights, batch);
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "eif/backend.h"
#include "plugins/causal_lm/blocks.h"
#include "plugins/causal_lm/rope.h"

namespace eif {

struct DecoderParts {
  std::string architecture;  // model_type
  // What the names of all parameters but the head begin with; a checkpoint of the model without its
  // head may leave it out.
  std::string prefix;
  // Endings of tensors that files of the family have and no forward pass needs.
  std::vector<std::string> unused_tensors;

  int64_t vocabulary = 0;
  int64_t width = 0;           // of the residual stream
  int64_t most_positions = 0;  // tokens of a sequence that the model was made for
  std::optional<int64_t> beginning_of_sequence;  // token id, where the file names one

  ParameterList parameters;
  ParameterId embedding = 0;
  // The token whose embedding learns nothing as an input, where there is one: transformers makes
  // the pad token its embedding's padding_idx.
  std::optional<int64_t> padding;
  double embedding_scale = 1;
  bool rounds_embedding_scale = false;  // to the model's type, before it is used
  std::optional<ParameterId> learned_positions;  // a table: (most_positions, width)

  std::vector<RopeConfig> ropes;
  std::vector<Layer> layers;
  Norm final_norm;
  Linear head;  // of the embedding's matrix, where it is tied
  std::string head_name;
  std::string older_head_name;  // what files of older versions call it; may be empty
  double logit_scale = 1;
  double logit_softcap = 0;  // logits are bent to stay within ± this; 0: they are not

  bool has_tied_head() const { return head.weight == embedding; }
  // Gives the head a matrix of its own.
  void untie_head();
};

class Decoder {
 public:
  // `dtype`: the type that the parameters will have.
  Decoder(DecoderParts parts, at::ScalarType dtype);

  const DecoderParts& parts() const { return parts_; }

  // The parameters it needs. The index of each is its ParameterId in the calls to Weights.
  const std::vector<ParameterSpec>& parameters() const { return parts_.parameters.specs(); }

  // Gives TextExample::length_class of a sequence of so many tokens, scored or not.
  int64_t length_class(int64_t tokens) const;
  // Whether the model's positions reach as far.
  bool takes_length(int64_t tokens) const;

  // It can be differentiated.
  Losses loss(Weights& weights, const TokenBatch& batch) const;

  // Computes the mean, over the nodes that predict, of the hidden states after the last norm:
  // (R, B, D)
  at::Tensor features(Weights& weights, const TokenBatch& batch) const;

 private:
  Positions positions(const TokenBatch& batch, at::ScalarType dtype) const;
  // Computes the states before the first layer: (R, N, D)
  at::Tensor embedded(Weights& weights, const TokenBatch& batch) const;
  // Computes the states before the last norm: (R, N, D)
  at::Tensor hidden_states(Weights& weights, const TokenBatch& batch) const;
  // Computes the logits of x: (R, …, D) → (R, …, V)
  at::Tensor logits(Weights& weights, const at::Tensor& x) const;

  DecoderParts parts_;
  std::vector<RotaryEmbedding> ropes_;
  // Where several ropes depend on the length, each in its own way, a length is a class of its own.
  bool classes_are_lengths_ = false;
};

}  // namespace eif
