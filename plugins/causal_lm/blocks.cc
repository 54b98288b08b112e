#include "plugins/causal_lm/blocks.h"

#include <cmath>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "plugins/causal_lm/fused.h"
#include "plugins/causal_lm/fused_attention.h"

namespace eif {
namespace {

// The type that sums are taken in, which is never one of 16 bits.
at::ScalarType wide(const at::Tensor& x) {
  return x.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
}

// Takes the heads apart: (R, N, K·G·W) → (R, K, G, N, W)
at::Tensor split_heads(const at::Tensor& x, int64_t key_value_heads, int64_t head_width) {
  return x.unflatten(-1, {key_value_heads, -1, head_width}).permute({0, 2, 3, 1, 4});
}

}  // namespace

// ---- Parameters --------------------------------------------------------------------------------

at::Tensor Linear::operator()(Weights& weights, const at::Tensor& x) const {
  const at::Tensor y = weights.linear(x, weight);
  return bias.has_value() ? weights.bias(y, *bias) : y;
}

ParameterId ParameterList::add(std::string name, std::vector<int64_t> shape,
                               std::string other_name) {
  specs_.push_back({std::move(name), std::move(shape), std::move(other_name)});
  return specs_.size() - 1;
}

Linear ParameterList::linear(const std::string& name, int64_t out, int64_t in, bool bias) {
  Linear linear{add(absl::StrCat(name, ".weight"), {out, in}), std::nullopt};
  if (bias) linear.bias = add(absl::StrCat(name, ".bias"), {out});
  return linear;
}

Linear ParameterList::transposed_linear(const std::string& name, int64_t out, int64_t in) {
  const Linear result = linear(name, out, in, /*bias=*/true);
  specs_[result.weight].transposed = true;
  return result;
}

// ---- Norms -------------------------------------------------------------------------------------

at::Tensor Norm::operator()(Weights& weights, const at::Tensor& x) const {
  const at::Tensor wide_x = x.to(wide(x));
  if (kind == Kind::kLayer) {
    at::Tensor y = at::layer_norm(wide_x, {x.size(-1)}, {}, {}, epsilon);
    if (gain.has_value()) y = weights.gain(y, *gain);
    if (bias.has_value()) y = weights.bias(y, *bias);
    return y.to(x.scalar_type());
  }
  const at::Tensor y = divided_by_rms(wide_x, epsilon);
  switch (kind) {
    case Kind::kRmsWide:
      return weights.gain(y, *gain).to(x.scalar_type());
    case Kind::kRmsPlusOne:
      return (y + weights.gain(y, *gain)).to(x.scalar_type());
    default:
      return weights.gain(y.to(x.scalar_type()), *gain);
  }
}

Norm rms_norm(ParameterList& parameters, const std::string& name, int64_t width, double epsilon,
              Norm::Kind kind) {
  return {kind, epsilon, parameters.add(absl::StrCat(name, ".weight"), {width}), std::nullopt};
}

Norm layer_norm(ParameterList& parameters, const std::string& name, int64_t width, double epsilon,
                bool bias) {
  Norm norm = rms_norm(parameters, name, width, epsilon, Norm::Kind::kLayer);
  if (bias) norm.bias = parameters.add(absl::StrCat(name, ".bias"), {width});
  return norm;
}

Norm bare_layer_norm(double epsilon) { return {Norm::Kind::kLayer, epsilon, {}, {}}; }

// ---- Attention ---------------------------------------------------------------------------------

at::Tensor additive_mask(const at::Tensor& visible, int64_t groups, at::ScalarType dtype) {
  const at::Tensor mask =
      at::zeros(visible.sizes(), visible.options().dtype(dtype))
          .masked_fill_(visible.logical_not(), -std::numeric_limits<double>::infinity());
  return mask.repeat({1, groups, 1});
}

// Queries, keys and values: (R, N, heads of each · W)
std::vector<at::Tensor> Attention::project(Weights& weights, const at::Tensor& x) const {
  const int64_t key_width = key_value_heads * head_width;
  std::vector<at::Tensor> projected;
  if (query_key_value.size() > 1) {
    for (const Linear& linear : query_key_value) projected.push_back(linear(weights, x));
  } else if (interleaved) {
    const at::Tensor all = query_key_value[0](weights, x).unflatten(-1, {heads, 3, head_width});
    for (int64_t i = 0; i < 3; ++i) projected.push_back(all.select(-2, i).flatten(-2));
  } else {
    projected = query_key_value[0](weights, x)
                    .split_with_sizes({heads * head_width, key_width, key_width}, -1);
  }
  if (clip > 0) {
    for (at::Tensor& one : projected) one = one.clamp(-clip, clip);
  }
  return projected;
}

// Normalises and rotates queries or keys, and scales them. x: (R, N, K·G·W) → (R, K, G·N, W), so that
// the queries that share a key/value head stand below each other as if they were more tokens, and keys
// and values need no copies.
at::Tensor Attention::heads_of(Weights& weights, const at::Tensor& x, const HeadNorm& norm,
                               const Positions& positions, double scale) const {
  const at::Tensor all = norm.whole ? norm.norms[0](weights, x) : x;
  if (rope != kNoRope && (norm.whole || norm.norms.empty())) {
    return rotated_heads(all, key_value_heads, head_width,
                         positions.rotations[static_cast<size_t>(rope)], scale);
  }
  at::Tensor split = split_heads(all, key_value_heads, head_width);
  if (!norm.whole && norm.norms.size() == 1) {
    split = norm.norms[0](weights, split);
  } else if (norm.norms.size() > 1) {
    const at::Tensor by_head = split.flatten(1, 2);
    std::vector<at::Tensor> normalised;
    for (size_t i = 0; i < norm.norms.size(); ++i) {
      normalised.push_back(norm.norms[i](weights, by_head.select(1, static_cast<int64_t>(i))));
    }
    split = at::stack(normalised, 1).unflatten(1, {key_value_heads, -1});
  }
  if (rope != kNoRope) split = rotate(split, positions.rotations[static_cast<size_t>(rope)]);
  split = split.flatten(2, 3);
  return scale == 1 ? split : split * scale;
}

at::Tensor Attention::operator()(Weights& weights, const at::Tensor& x,
                                 const Positions& positions) const {
  const std::vector<at::Tensor> projected = project(weights, x);
  const at::Tensor query = heads_of(weights, projected[0], query_norm, positions, scale);
  const at::Tensor key = heads_of(weights, projected[1], key_norm, positions, /*scale=*/1);
  const at::Tensor value = split_heads(projected[2], key_value_heads, head_width).flatten(2, 3);
  const at::Tensor mixed = attended(query, key, value, positions.masks.at(window), softcap);
  return output(weights, mixed);
}

// ---- MLP ---------------------------------------------------------------------------------------

namespace {

// mu and sigma as MEGA (arXiv 2209.10655) and transformers have them.
at::Tensor laplace(const at::Tensor& x) {
  return 0.5 * (1 + at::erf((x - 0.707107) / (0.282095 * std::sqrt(2.0))));
}
at::Tensor clipped_gelu(const at::Tensor& x) { return at::gelu(x, "none").clamp(-10, 10); }
at::Tensor hardswish(const at::Tensor& x) { return at::hardswish(x); }
at::Tensor identity(const at::Tensor& x) { return x; }
at::Tensor leaky_relu(const at::Tensor& x) { return at::leaky_relu(x); }
at::Tensor mish(const at::Tensor& x) { return at::mish(x); }
at::Tensor relu6(const at::Tensor& x) { return at::relu(x).clamp_max(6); }
at::Tensor root_of_softplus(const at::Tensor& x) { return at::softplus(x).sqrt(); }
at::Tensor squared_relu(const at::Tensor& x) { return at::relu(x).square(); }
at::Tensor exact_gelu(const at::Tensor& x) { return at::gelu(x, "none"); }
at::Tensor tanh_gelu(const at::Tensor& x) { return at::gelu(x, "tanh"); }
at::Tensor quick_gelu(const at::Tensor& x) { return x * at::sigmoid(1.702 * x); }
at::Tensor silu(const at::Tensor& x) { return at::silu(x); }
at::Tensor relu(const at::Tensor& x) { return at::relu(x); }
at::Tensor tanh(const at::Tensor& x) { return at::tanh(x); }
at::Tensor sigmoid(const at::Tensor& x) { return at::sigmoid(x); }

const std::map<std::string, Activation>& activations() {
  static const auto* const all = new std::map<std::string, Activation>{
      {"gelu", exact_gelu},      {"gelu_python", exact_gelu},     {"gelu_new", tanh_gelu},
      {"gelu_fast", tanh_gelu},  {"gelu_accurate", tanh_gelu},    {"gelu_pytorch_tanh", tanh_gelu},
      {"quick_gelu", quick_gelu}, {"gelu_python_tanh", tanh_gelu}, {"relu", relu},
      {"relu2", squared_relu},   {"sigmoid", sigmoid},            {"silu", silu},
      {"swish", silu},           {"tanh", tanh},                  {"gelu_10", clipped_gelu},
      {"hardswish", hardswish},  {"laplace", laplace},            {"leaky_relu", leaky_relu},
      {"linear", identity},      {"mish", mish},                  {"relu6", relu6},
      {"sqrtsoftplus", root_of_softplus},
  };
  return *all;
}

}  // namespace

Activation find_activation(const std::string& name) {
  const auto found = activations().find(name);
  return found == activations().end() ? nullptr : found->second;
}

std::string activation_names() {
  return absl::StrJoin(activations(), ", ",
                       [](std::string* out, const auto& entry) { out->append(entry.first); });
}

at::Tensor Mlp::operator()(Weights& weights, const at::Tensor& x) const {
  if (!gated) return output(weights, activation(inputs[0](weights, x)));
  const auto times = [&](const at::Tensor& gate, const at::Tensor& up) {
    return activation == silu ? silu_times(gate, up) : activation(gate) * up;
  };
  if (inputs.size() == 1) {
    const std::vector<at::Tensor> both =
        inputs[0](weights, x).split_with_sizes({inner_width, inner_width}, -1);
    return output(weights, times(both[0], both[1]));
  }
  const at::Tensor gate = inputs[0](weights, x);
  const at::Tensor up = inputs[1](weights, x);
  return output(weights, times(gate, up));
}

// ---- Layer -------------------------------------------------------------------------------------

at::Tensor Layer::operator()(Weights& weights, const at::Tensor& x,
                             const Positions& positions) const {
  const auto normalised = [&](const std::optional<Norm>& norm, const at::Tensor& states) {
    return norm.has_value() ? (*norm)(weights, states) : states;
  };
  const auto added = [&](const std::optional<Norm>& norm, const at::Tensor& states) {
    const at::Tensor result = normalised(norm, states);
    return residual_scale == 1 ? result : result * residual_scale;
  };
  const at::Tensor read = normalised(attention_in, x);
  const at::Tensor attended = added(attention_out, attention(weights, read, positions));
  if (parallel) {
    const at::Tensor read_by_mlp = mlp_in.has_value() ? (*mlp_in)(weights, x) : read;
    return x + attended + added(mlp_out, mlp(weights, read_by_mlp));
  }
  const at::Tensor between = x + attended;
  return between + added(mlp_out, mlp(weights, normalised(mlp_in, between)));
}

}  // namespace eif
