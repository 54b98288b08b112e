// The parts that a decoder is made of: norms, attention, MLPs, and the layer that joins them.
//
// A block is made once, of parameters that it declares in a ParameterList, and is a call afterwards.
// It owns no parameter and reaches it through Weights only.
//
//   ParameterList parameters;
//   const Norm norm = rms_norm(parameters, "model.norm", width, 1e-5);
//   const Linear head = parameters.linear("lm_head", vocabulary, width, /*bias=*/false);
//   at::Tensor logits = head(weights, norm(weights, x));
//
// Letters of the shapes: R rows, N nodes, D width of the residual stream, K key/value heads, G query
// heads for each of them, W width of a head. Every tensor that depends on the batch alone or on the
// weights alone may have R = 1 and is broadcast.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "eif/backend.h"
#include "plugins/causal_lm/rope.h"
#include "plugins/shared/huggingface/parameter_spec.h"

namespace eif {

// ---- Parameters --------------------------------------------------------------------------------

// A product with a matrix, and a bias.
struct Linear {
  ParameterId weight = 0;
  std::optional<ParameterId> bias;

  // x: (R, …, I) → (R, …, O)
  at::Tensor operator()(Weights& weights, const at::Tensor& x) const;
};

// The parameters of a decoder, in the order in which its blocks declare them.
class ParameterList {
 public:
  // `other_name`: what some files call it.
  ParameterId add(std::string name, std::vector<int64_t> shape, std::string other_name = "");
  // `name`.weight: (out, in), and `name`.bias
  Linear linear(const std::string& name, int64_t out, int64_t in, bool bias);
  // The same of a file that has the matrix as (in, out), as GPT-2's.
  Linear transposed_linear(const std::string& name, int64_t out, int64_t in);

  const std::vector<ParameterSpec>& specs() const { return specs_; }

 private:
  std::vector<ParameterSpec> specs_;
};

// ---- Norms -------------------------------------------------------------------------------------

struct Norm {
  enum class Kind {
    kRms,         // x / rms(x), rounded to the model's type, times gain
    kRmsWide,     // the gain is applied before rounding
    kRmsPlusOne,  // the gain counts from 1
    kLayer,       // (x − mean) / sd, times gain, plus bias
  };
  Kind kind = Kind::kRms;
  double epsilon = 0;
  std::optional<ParameterId> gain;
  std::optional<ParameterId> bias;

  // Sums are taken in float32, or in float64 for a float64 model (transformers uses float32 there,
  // too, which costs it what float64 was chosen for). Over the last dimension of x.
  at::Tensor operator()(Weights& weights, const at::Tensor& x) const;
};

Norm rms_norm(ParameterList& parameters, const std::string& name, int64_t width, double epsilon,
              Norm::Kind kind = Norm::Kind::kRms);
Norm layer_norm(ParameterList& parameters, const std::string& name, int64_t width, double epsilon,
                bool bias = true);
// Without gain and bias.
Norm bare_layer_norm(double epsilon);

// ---- Attention ---------------------------------------------------------------------------------

// What all layers share in one forward pass.
struct Positions {
  std::vector<Rotation> rotations;      // by index of the decoder's ropes
  std::map<int64_t, at::Tensor> masks;  // by window (0: none): (R, G·N, N), 0 where a key is
                                        // visible, −∞ elsewhere
};

struct Attention {
  static constexpr int kNoRope = -1;

  int64_t heads = 1;
  int64_t key_value_heads = 1;  // divides heads
  int64_t head_width = 1;
  double scale = 1;       // of the scores
  double softcap = 0;     // scores are bent to stay within ± this; 0: they are not
  double clip = 0;        // queries, keys and values are cut to ± this; 0: they are not
  int64_t window = 0;     // a token sees itself and window − 1 before it; 0: all
  int rope = 0;           // index of the decoder's ropes, or kNoRope

  // Three matrices, or one that is all three: one after the other, or side by side for each head.
  std::vector<Linear> query_key_value;
  bool interleaved = false;
  Linear output;
  // On queries and on keys: none, one for the whole width, one for every head, or one for each.
  struct HeadNorm {
    std::vector<Norm> norms;
    bool whole = false;
  };
  HeadNorm query_norm, key_norm;

  // x: (R, N, D) → (R, N, D)
  at::Tensor operator()(Weights& weights, const at::Tensor& x, const Positions& positions) const;

 private:
  std::vector<at::Tensor> project(Weights& weights, const at::Tensor& x) const;
  at::Tensor heads_of(Weights& weights, const at::Tensor& x, const HeadNorm& norm,
                      const Positions& positions, double scale) const;
};

// Makes the mask of Positions. visible: (R, N, N) bool, groups: G → (R, G·N, N)
at::Tensor additive_mask(const at::Tensor& visible, int64_t groups, at::ScalarType dtype);

// ---- MLP ---------------------------------------------------------------------------------------

using Activation = at::Tensor (*)(const at::Tensor&);

// By the name that config.json has for it; nullptr where there is none of that name.
Activation find_activation(const std::string& name);
// All names, for messages.
std::string activation_names();

struct Mlp {
  Activation activation = nullptr;
  // Gated: gate and up, or one matrix that is both. Otherwise one.
  std::vector<Linear> inputs;
  bool gated = true;
  int64_t inner_width = 0;
  Linear output;

  at::Tensor operator()(Weights& weights, const at::Tensor& x) const;
};

// ---- Layer -------------------------------------------------------------------------------------

// Attention and MLP, each with a norm before it, behind it, both or none. One after the other,
// or in parallel: then both read the layer's input, by one norm where the MLP has none of its own.
struct Layer {
  std::optional<Norm> attention_in, attention_out, mlp_in, mlp_out;
  Attention attention;
  Mlp mlp;
  bool parallel = false;
  double residual_scale = 1;  // of what attention and MLP add

  at::Tensor operator()(Weights& weights, const at::Tensor& x, const Positions& positions) const;
};

}  // namespace eif
