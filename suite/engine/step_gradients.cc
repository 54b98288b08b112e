#include "suite/engine/step_gradients.h"

#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/engine.h>
#include <torch/csrc/autograd/variable.h>

#include <algorithm>
#include <map>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "suite/engine/batching.h"
#include "suite/engine/evaluation.h"
#include "suite/engine/matrix_product.h"

namespace eif {
namespace {

// Passes each use on and remembers what went in and what came out.
class RecordingWeights final : public Weights {
 public:
  RecordingWeights(Weights& inner, const std::vector<Parameter>& parameters, int64_t rows)
      : inner_(inner), parameters_(parameters), rows_(rows) {}

  at::Tensor linear(const at::Tensor& x, ParameterId weight) override {
    return record(Kind::kLinear, weight, x,
                  [&](const at::Tensor& input) { return inner_.linear(input, weight); });
  }
  at::Tensor embedding(const at::Tensor& ids, ParameterId weight, int64_t padding) override {
    const at::Tensor y = record(Kind::kEmbedding, weight, ids, [&](const at::Tensor& input) {
      return inner_.embedding(input, weight, padding);
    });
    if (parameters_[weight].trainable) uses_.back().padding = padding;
    return y;
  }
  at::Tensor conv2d(const at::Tensor& x, ParameterId weight, int64_t padding) override {
    const at::Tensor y = record(Kind::kConvolution, weight, x, [&](const at::Tensor& input) {
      return inner_.conv2d(input, weight, padding);
    });
    if (parameters_[weight].trainable) uses_.back().padding = padding;
    return y;
  }
  at::Tensor gain(const at::Tensor& x, ParameterId gain) override {
    return record(Kind::kGain, gain, x,
                  [&](const at::Tensor& input) { return inner_.gain(input, gain); });
  }
  at::Tensor bias(const at::Tensor& x, ParameterId bias, int64_t dimension) override {
    const at::Tensor y = record(Kind::kBias, bias, x, [&](const at::Tensor& input) {
      return inner_.bias(input, bias, dimension);
    });
    if (parameters_[bias].trainable) uses_.back().dimension = dimension;
    return y;
  }

  absl::StatusOr<StepGradients> gradients(const at::Tensor& objective) {
    torch::autograd::edge_list outputs;
    for (Use& use : uses_) {
      if (use.given._version() != use.given_version ||
          use.y_changes.current_version() != use.y_version) {
        return absl::InternalError(absl::StrCat(
            "the model changed in place what it had given to a use of ",
            parameters_[use.parameter].name,
            ", or got from it, which is needed as it was; its loss() has to make a new tensor"));
      }
      outputs.push_back(std::move(use.y));
    }
    // As torch::autograd::grad() does for tensors, undefined where the objective does not depend on
    // one.
    const std::vector<at::Tensor> dys = torch::autograd::Engine::get_default_engine().execute(
        {torch::autograd::impl::gradient_edge(objective)}, {at::ones_like(objective)},
        /*keep_graph=*/false, /*create_graph=*/false, /*accumulate_grad=*/false, outputs);
    const at::NoGradGuard no_gradients;
    StepGradients step{.rows = rows_};
    for (size_t i = 0; i < uses_.size(); ++i) {
      if (dys[i].defined()) add(uses_[i], dys[i], step);
    }
    return step;
  }

 private:
  enum class Kind { kLinear, kEmbedding, kConvolution, kGain, kBias };
  struct Use {
    Kind kind;
    ParameterId parameter;
    at::Tensor given;  // x as the model handed it over
    at::Tensor x;
    // Where the gradient of y arrives. Its numbers may be forgotten while the model goes on.
    torch::autograd::Edge y;
    c10::VariableVersion y_changes;
    int64_t given_version, y_version;  // how often they had been changed in place
    int64_t padding = 0;               // of an embedding (an id) or a convolution (pixels)
    int64_t dimension = 0;             // of a bias
  };

  // Hands what is shared by all rows to each of them, so that their gradients come back apart.
  template <typename Function>
  at::Tensor record(Kind kind, ParameterId parameter, const at::Tensor& x, Function function) {
    const int64_t version = x._version();
    at::Tensor input = x;
    if (x.size(0) != rows_) {
      std::vector<int64_t> shape = x.sizes().vec();
      shape[0] = rows_;
      input = x.expand(shape);
    }
    at::Tensor y = function(input);
    if (!parameters_[parameter].trainable) return y;
    if (!y.requires_grad()) y.requires_grad_(true);
    uses_.push_back({kind, parameter, x, input, torch::autograd::impl::gradient_edge(y),
                     torch::autograd::impl::version_counter(y), version, y._version()});
    return y;
  }

  void add(const Use& use, const at::Tensor& gradient, StepGradients& step) {
    const at::ScalarType wide = wide_type(parameters_[use.parameter].value);
    const at::Tensor dy = gradient.to(wide);
    switch (use.kind) {
      case Kind::kLinear:
        step.outer_products.push_back(
            {use.parameter, input_index(use, wide, step), by_position(dy)});
        return;
      case Kind::kEmbedding:
        add_table(use, dy, step);
        return;
      case Kind::kConvolution:
        step.whole.push_back({use.parameter, convolution_gradient(use, dy)});
        return;
      case Kind::kGain:
        step.whole.push_back({use.parameter, by_position(use.x.detach().to(wide) * dy).sum(1)});
        return;
      case Kind::kBias:
        step.whole.push_back({use.parameter, by_position(dy.movedim(use.dimension, -1)).sum(1)});
        return;
    }
  }

  static void add_table(const Use& use, const at::Tensor& dy, StepGradients& step) {
    if (use.padding < 0) {
      step.table_rows.push_back({use.parameter, use.x, dy});
      return;
    }
    const at::Tensor is_padding = (use.x == use.padding).unsqueeze(-1);
    step.table_rows.push_back({use.parameter, use.x, dy * is_padding.logical_not()});
    step.padding_rows.push_back({use.parameter, use.padding, (dy * is_padding).sum(1)});
  }

  // Finds the recorded copy of what a use was given. Uses that were given one tensor share its
  // copy.
  size_t input_index(const Use& use, at::ScalarType wide, StepGradients& step) {
    const auto [entry, is_new] =
        input_indices_.try_emplace(use.given.unsafeGetTensorImpl(), step.inputs.size());
    if (is_new) step.inputs.push_back(by_position(use.x.detach().to(wide)));
    return entry->second;
  }

  // x: (R, B, C, H, W), dy: (R, B, O, H', W') → (R, O, C, h, w)
  at::Tensor convolution_gradient(const Use& use, const at::Tensor& dy) const {
    const at::Tensor& weight = parameters_[use.parameter].value;
    const at::Tensor patches =  // (R·B, C·h·w, H'·W')
        at::im2col(use.x.detach().to(dy.scalar_type()).flatten(0, 1), weight.sizes().slice(2),
                   /*dilation=*/{1, 1}, {use.padding, use.padding},
                   /*stride=*/{1, 1});
    std::vector<int64_t> shape = weight.sizes().vec();
    shape.insert(shape.begin(), {rows_, -1});
    return at::bmm(dy.flatten(0, 1).flatten(2), patches.transpose(1, 2)).view(shape).sum(1);
  }

  Weights& inner_;
  const std::vector<Parameter>& parameters_;
  int64_t rows_;
  std::vector<Use> uses_;
  std::map<const at::TensorImpl*, size_t> input_indices_;
};

// Sums (first ∘ second) over both positions: (R, T, S) each → (R)
at::Tensor sum_of_products(const at::Tensor& first, const at::Tensor& second) {
  return (first * second).sum({1, 2});
}

// x: (R, T, I), y: (R, S, I) → (R, T, S)
at::Tensor dot_products(const at::Tensor& x, const at::Tensor& y) {
  return at::bmm(x, y.transpose(1, 2));
}

// ⟨Σ_t dy_t x_tᵀ, Σ_s e_{id_s} dz_sᵀ⟩ = Σ_{t,s} dy_t[id_s] (x_t · dz_s): (R)
at::Tensor mixed_product(const at::Tensor& x, const OuterProducts& outer, const TableRows& table) {
  const int64_t positions = x.size(1);
  const at::Tensor picked =
      outer.dy.gather(2, table.ids.unsqueeze(1).expand({-1, positions, -1}));  // (R, T, S)
  return sum_of_products(picked, dot_products(x, table.dy));
}

}  // namespace

absl::StatusOr<RecordedPass> record_pass(Model& model, Weights& weights,
                                         const std::vector<const Example*>& examples) {
  const at::AutoGradMode with_gradients(true);
  const auto rows = static_cast<int64_t>(examples.size());
  RecordingWeights recording(weights, model.parameters(), rows);
  const absl::StatusOr<Losses> losses =
      model.loss(recording, make_row_batch(examples, device_of(model)));
  if (!losses.ok()) return losses.status();
  const at::Tensor means = (losses->nll / losses->scored).flatten();
  absl::StatusOr<StepGradients> gradients = recording.gradients(means.sum());
  if (!gradients.ok()) return gradients.status();
  return RecordedPass{*std::move(gradients), means.detach()};
}

absl::StatusOr<StepGradients> record_gradients(Model& model, Weights& weights,
                                               const std::vector<const Example*>& examples) {
  absl::StatusOr<RecordedPass> pass = record_pass(model, weights, examples);
  if (!pass.ok()) return pass.status();
  return std::move(pass->gradients);
}

StepGradients select_rows(const StepGradients& step, const std::vector<int64_t>& rows) {
  const auto count = static_cast<int64_t>(rows.size());
  bool follow_each_other = true;
  for (size_t i = 1; i < rows.size(); ++i) follow_each_other &= rows[i] == rows[i - 1] + 1;
  const at::Tensor indices = at::tensor(rows, at::kLong);
  const auto select = [&](at::Tensor& values) {
    values = follow_each_other ? values.narrow(0, rows[0], count)
                               : values.index_select(0, indices.to(values.device()));
  };
  StepGradients result = step;
  result.rows = count;
  for (at::Tensor& input : result.inputs) select(input);
  for (OuterProducts& use : result.outer_products) select(use.dy);
  for (TableRows& use : result.table_rows) {
    select(use.ids);
    select(use.dy);
  }
  for (PaddingRow& use : result.padding_rows) select(use.dy);
  for (WholeGradient& use : result.whole) select(use.value);
  return result;
}

at::Tensor squared_norms(const StepGradients& step) {
  at::Tensor total;
  const auto add = [&](const at::Tensor& term, double times) {
    total = total.defined() ? total + times * term : times * term;
  };
  // A parameter that is used twice has the sum of two gradients: cross terms count twice.
  const auto& outer = step.outer_products;
  for (size_t a = 0; a < outer.size(); ++a) {
    const at::Tensor& x = step.inputs[outer[a].input];
    for (size_t b = 0; b <= a; ++b) {
      if (outer[b].parameter != outer[a].parameter) continue;
      add(sum_of_products(dot_products(x, step.inputs[outer[b].input]),
                          dot_products(outer[a].dy, outer[b].dy)),
          a == b ? 1 : 2);
    }
    for (const TableRows& table : step.table_rows) {
      if (table.parameter == outer[a].parameter) add(mixed_product(x, outer[a], table), 2);
    }
  }
  const auto& tables = step.table_rows;
  for (size_t a = 0; a < tables.size(); ++a) {
    for (size_t b = 0; b <= a; ++b) {
      if (tables[b].parameter != tables[a].parameter) continue;
      const at::Tensor same = tables[a].ids.unsqueeze(2) == tables[b].ids.unsqueeze(1);
      add(sum_of_products(same, dot_products(tables[a].dy, tables[b].dy)), a == b ? 1 : 2);
    }
  }
  std::map<ParameterId, at::Tensor> whole;
  for (const WholeGradient& gradient : step.whole) {
    at::Tensor& sum = whole[gradient.parameter];
    sum = sum.defined() ? sum + gradient.value : gradient.value;
  }
  for (const auto& [parameter, value] : whole) add(value.flatten(1).pow(2).sum(1), 1);
  return total;
}

}  // namespace eif
