#include "plugins/causal_lm/decoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "plugins/causal_lm/test_models.h"

namespace eif {
namespace {

using Json = nlohmann::json;

// What float64 losses of about 100 nats may differ by when the same sums are taken in another
// order.
constexpr double kFloat64Rounding = 1e-12;  // relative

class DecoderTest : public ::testing::TestWithParam<std::string> {
 protected:
  DecoderTest()
      : decoder_(decoder_of(tiny_families().at(GetParam()))),
        parameters_(random_parameters(decoder_)) {}

  // (B) float64
  at::Tensor nll(const TokenBatch& batch) const { return losses(batch, parameters_)[0]; }

  // (R, B) float64
  at::Tensor losses(const TokenBatch& batch, const std::vector<Parameter>& parameters) const {
    PlainWeights weights(parameters);
    return decoder_.loss(weights, batch).nll;
  }

  Decoder decoder_;
  std::vector<Parameter> parameters_;
};

INSTANTIATE_TEST_SUITE_P(Families, DecoderTest,
                         ::testing::ValuesIn(model_types()),
                         [](const auto& info) { return info.param; });

void expect_equal(const at::Tensor& found, const at::Tensor& expected) {
  ASSERT_EQ(found.sizes(), expected.sizes());
  EXPECT_TRUE(at::allclose(found, expected, kFloat64Rounding, 0)) << "found\n"
                                                                  << found << "\nexpected\n"
                                                                  << expected;
}

// ---- Forests -----------------------------------------------------------------------------------

// "5 6 7 8 9", "5 6 7 4" and "5 6 3" share what they have in common, and "8 9" stands apart.
const std::vector<std::vector<int64_t>> kStatements = {
    {5, 6, 7, 8, 9}, {5, 6, 7, 4}, {5, 6, 3}, {8, 9}};
const std::vector<Node> kNodes = {{5, -1}, {6, 0}, {7, 1}, {8, 2}, {8, -1}};
const std::vector<Prediction> kPredictions = {{0, 6, 0}, {1, 7, 0}, {2, 8, 0}, {3, 9, 0},
                                              {0, 6, 1}, {1, 7, 1}, {2, 4, 1}, {0, 6, 2},
                                              {1, 3, 2}, {4, 9, 3}};

TEST_P(DecoderTest, ForestEqualsSeparateChains) {
  const Losses losses = [&] {
    PlainWeights weights(parameters_);
    return decoder_.loss(weights, forest(kNodes, kPredictions, 4));
  }();
  for (size_t i = 0; i < kStatements.size(); ++i) {
    const auto b = static_cast<int64_t>(i);
    expect_equal(losses.nll[0].narrow(0, b, 1), nll(chain(kStatements[i])));
    EXPECT_EQ(losses.scored[0][b].item<int64_t>(), static_cast<int64_t>(kStatements[i].size()) - 1);
  }
}

TEST_P(DecoderTest, OrderOfNodesDoesNotMatter) {
  // The same forest with its last tree first.
  std::vector<Node> nodes = {kNodes.back()};
  for (size_t i = 0; i + 1 < kNodes.size(); ++i) {
    nodes.push_back({kNodes[i].id, kNodes[i].parent < 0 ? -1 : kNodes[i].parent + 1});
  }
  std::vector<Prediction> predictions = kPredictions;
  for (Prediction& prediction : predictions) prediction.node = (prediction.node + 1) % 5;
  expect_equal(nll(forest(nodes, predictions, 4)), nll(forest(kNodes, kPredictions, 4)));
}

TEST_P(DecoderTest, PaddingDoesNotMatter) {
  std::vector<Node> nodes = kNodes;
  std::vector<Prediction> predictions = kPredictions;
  for (const int64_t id : {0, 39}) {
    predictions.push_back({static_cast<int64_t>(nodes.size()), 17, -1});
    nodes.push_back({id, -1});
  }
  expect_equal(nll(forest(nodes, predictions, 4)), nll(forest(kNodes, kPredictions, 4)));
}

// ---- Windows and lengths -----------------------------------------------------------------------

// What the last token costs after `ids`, in a decoder of one layer, where nothing is handed on from
// token to token but by attention to it.
double last_token(const Json& config, const std::vector<int64_t>& ids) {
  const Decoder decoder = decoder_of(with_changes(config, {{"num_hidden_layers", 1}}));
  const std::vector<Parameter> parameters = random_parameters(decoder);
  PlainWeights weights(parameters);
  TokenBatch batch = chain(ids);
  const int64_t last = batch.slots.size(1) - 1;
  batch.slots = batch.slots.narrow(1, last, 1);
  batch.targets = batch.targets.narrow(1, last, 1);
  batch.statements = batch.statements.narrow(1, last, 1);
  return decoder.loss(weights, batch).nll.item<double>();
}

TEST(DecoderWindowTest, HidesWhatIsAWindowAway) {
  const Json config = with_changes(tiny_config("phi3"), {{"sliding_window", 3}});
  // The query is the sixth token, 10; with a window of 3 it sees 8, 9 and 10.
  const double loss = last_token(config, {5, 6, 7, 8, 9, 10, 11});
  EXPECT_EQ(last_token(config, {5, 6, 33, 8, 9, 10, 11}), loss);
  EXPECT_NE(last_token(config, {5, 6, 7, 33, 9, 10, 11}), loss);
}

TEST(DecoderWindowTest, IsLeftOutWhereALayerHasNone) {
  const Json config =
      with_changes(tiny_config("qwen2"),
           {{"sliding_window", 3}, {"use_sliding_window", true}, {"max_window_layers", 1}});
  EXPECT_NE(last_token(config, {33, 6, 7, 8, 9, 10, 11}),
            last_token(config, {5, 6, 7, 8, 9, 10, 11}));
}

TEST(DecoderLengthTest, LongSequencesHaveFactorsOfTheirOwn) {
  const Decoder decoder =
      decoder_of(with_changes(tiny_families().at("phi3"), {{"original_max_position_embeddings", 8}}));
  EXPECT_EQ(decoder.length_class(8), 0);
  EXPECT_EQ(decoder.length_class(9), 1);
  const std::vector<Parameter> parameters = random_parameters(decoder);
  PlainWeights weights(parameters);
  TokenBatch batch = chain(some_ids(9));
  const double as_short = decoder.loss(weights, batch).nll.item<double>();
  batch.length_class = 1;
  EXPECT_GT(std::abs(decoder.loss(weights, batch).nll.item<double>() - as_short), 1e-3);
}

// ---- Rows --------------------------------------------------------------------------------------

// Parameters with one value per row: (R, …).
class RowWeights final : public Weights {
 public:
  explicit RowWeights(std::vector<at::Tensor> values) : values_(std::move(values)) {}

  at::Tensor linear(const at::Tensor& x, ParameterId weight) override {
    return at::matmul(x, values_[weight].transpose(1, 2));
  }
  at::Tensor embedding(const at::Tensor& ids, ParameterId weight, int64_t) override {
    const at::Tensor& value = values_[weight];
    std::vector<at::Tensor> rows;
    for (int64_t r = 0; r < value.size(0); ++r) {
      rows.push_back(at::embedding(value[r], ids[ids.size(0) == 1 ? 0 : r]));
    }
    return at::stack(rows);
  }
  at::Tensor conv2d(const at::Tensor& x, ParameterId, int64_t) override { return x; }  // not called
  at::Tensor gain(const at::Tensor& x, ParameterId gain) override {
    return x * along_last(values_[gain], x.dim());
  }
  at::Tensor bias(const at::Tensor& x, ParameterId bias, int64_t) override {
    return x + along_last(values_[bias], x.dim());
  }

 private:
  // (R, D) → (R, 1, …, 1, D)
  static at::Tensor along_last(const at::Tensor& value, int64_t dimensions) {
    std::vector<int64_t> shape(static_cast<size_t>(dimensions), 1);
    shape.front() = value.size(0);
    shape.back() = value.size(1);
    return value.view(shape);
  }

  std::vector<at::Tensor> values_;
};

// Three models, as rows.
std::vector<std::vector<Parameter>> three_models(const Decoder& decoder) {
  return {random_parameters(decoder, 1), random_parameters(decoder, 2),
          random_parameters(decoder, 3)};
}

RowWeights as_rows(const std::vector<std::vector<Parameter>>& models) {
  std::vector<at::Tensor> values;
  for (size_t p = 0; p < models[0].size(); ++p) {
    std::vector<at::Tensor> rows;
    for (const std::vector<Parameter>& model : models) rows.push_back(model[p].value);
    values.push_back(at::stack(rows));
  }
  return RowWeights(std::move(values));
}

// Batches of one row each, of equal sizes, as one.
TokenBatch stacked(const std::vector<TokenBatch>& batches) {
  const auto stack = [&](at::Tensor TokenBatch::* member) {
    std::vector<at::Tensor> rows;
    for (const TokenBatch& batch : batches) rows.push_back(batch.*member);
    return at::cat(rows);
  };
  TokenBatch result = batches[0];
  for (at::Tensor TokenBatch::* member :
       {&TokenBatch::ids, &TokenBatch::positions, &TokenBatch::visible, &TokenBatch::scored_nodes,
        &TokenBatch::slots, &TokenBatch::targets, &TokenBatch::statements}) {
    result.*member = stack(member);
  }
  return result;
}

TEST_P(DecoderTest, RowsOfWeightsEqualSeparateModels) {
  const auto models = three_models(decoder_);
  const TokenBatch batch = forest(kNodes, kPredictions, 4);
  RowWeights weights = as_rows(models);
  const at::Tensor found = decoder_.loss(weights, batch).nll;
  ASSERT_EQ(found.sizes(), (std::vector<int64_t>{3, 4}));
  for (int64_t r = 0; r < 3; ++r) {
    expect_equal(found[r], losses(batch, models[static_cast<size_t>(r)])[0]);
  }
}

TEST_P(DecoderTest, RowsOfBatchesEqualSeparateBatches) {
  const std::vector<TokenBatch> batches = {
      chain({5, 6, 7, 8, 9}), chain({9, 8, 7, 6, 5}),
      forest({{5, -1}, {6, 0}, {8, -1}, {7, 2}}, {{0, 6, 0}, {1, 7, 0}, {2, 7, 0}, {3, 9, 0}}, 1)};
  const at::Tensor found = losses(stacked(batches), parameters_);
  for (int64_t r = 0; r < 3; ++r) {
    expect_equal(found[r], nll(batches[static_cast<size_t>(r)]));
  }
}

TEST_P(DecoderTest, RowsOfBothAreTakenInPairs) {
  const auto models = three_models(decoder_);
  std::vector<TokenBatch> batches;
  for (const int64_t shift : {0, 1, 2}) {
    std::vector<Node> nodes = kNodes;
    for (Node& node : nodes) node.id += shift;
    batches.push_back(forest(nodes, kPredictions, 4));
  }
  RowWeights weights = as_rows(models);
  const at::Tensor found = decoder_.loss(weights, stacked(batches)).nll;
  for (size_t r = 0; r < 3; ++r) {
    expect_equal(found[static_cast<int64_t>(r)], losses(batches[r], models[r])[0]);
  }
}

// ---- Gradients and dtypes ----------------------------------------------------------------------

TEST_P(DecoderTest, GradientsEqualFiniteDifferences) {
  const TokenBatch batch = forest(kNodes, kPredictions, 4);
  for (Parameter& parameter : parameters_) parameter.value.requires_grad_();
  losses(batch, parameters_).sum().backward();
  for (Parameter& parameter : parameters_) {
    const at::Tensor gradient = parameter.value.grad();
    ASSERT_TRUE(gradient.defined()) << parameter.name;
    parameter.value = parameter.value.detach();
    // The entry that matters most: its difference quotient is the least disturbed by rounding.
    const int64_t entry = gradient.abs().argmax().item<int64_t>();
    // Central differences err by step² / 6 times the third derivative (here below 1e3) and by
    // rounding of losses of 100 nats / step: 2e-8 and 1e-8 at this step. The derivatives of a loss grow
    // together.
    constexpr double kStep = 1e-5;
    const double exact = gradient.view(-1)[entry].item<double>();
    at::Tensor value = parameter.value.view(-1)[entry];
    value += kStep;
    const double above = losses(batch, parameters_).sum().item<double>();
    value -= 2 * kStep;
    const double below = losses(batch, parameters_).sum().item<double>();
    value += kStep;
    EXPECT_NEAR(exact, (above - below) / (2 * kStep), 1e-7 * std::max(1.0, std::abs(exact)))
        << parameter.name;
  }
}

TEST_P(DecoderTest, Float32AndBfloat16AreNearFloat64) {
  const TokenBatch batch = chain(some_ids(20));
  const double expected = nll(batch).item<double>();
  const auto difference = [&](at::ScalarType dtype) {
    std::vector<Parameter> parameters = parameters_;
    for (Parameter& parameter : parameters) parameter.value = parameter.value.to(dtype);
    const at::Tensor found = losses(batch, parameters);
    EXPECT_EQ(found.scalar_type(), at::kFloat);
    return std::abs(found.item<double>() - expected) / 19;
  };
  // Per token, of losses of several nats: 24 bits and 8 bits of mantissa, through 2 layers.
  EXPECT_LT(difference(at::kFloat), 1e-5);
  EXPECT_LT(difference(at::kBFloat16), 0.2);
}

// ---- Parameters --------------------------------------------------------------------------------

std::map<std::string, std::vector<int64_t>> shapes(const Json& config) {
  std::map<std::string, std::vector<int64_t>> shapes;
  const Decoder decoder = decoder_of(config);
  for (const ParameterSpec& spec : decoder.parameters()) shapes[spec.name] = spec.shape;
  return shapes;
}

TEST(DecoderPaddingTest, ThePadTokenLearnsNothingAsAnInput) {
  const Decoder decoder =
      decoder_of(with_changes(tiny_config("llama"), {{"pad_token_id", 6}, {"tie_word_embeddings", false}}));
  const std::vector<Parameter> parameters = random_parameters(decoder);
  const Parameter& embedding = parameters[0];
  ASSERT_EQ(embedding.name, "model.embed_tokens.weight");
  embedding.value.requires_grad_();
  PlainWeights weights(parameters);
  decoder.loss(weights, chain({5, 6, 7})).nll.sum().backward();
  const at::Tensor learned = embedding.value.grad().abs().sum(1);
  EXPECT_GT(learned[5].item<double>(), 0);
  EXPECT_EQ(learned[6].item<double>(), 0);
}

TEST(DecoderParametersTest, TiedHeadIsNoParameter) {
  const auto tied = shapes(tiny_config("llama"));
  EXPECT_FALSE(tied.contains("lm_head.weight"));
  EXPECT_EQ(tied.size(), 2 + 2 * 9u);  // embedding, last norm; 7 matrices and 2 norms a layer
  const auto untied = shapes(with_changes(tiny_config("llama"), {{"tie_word_embeddings", false}}));
  EXPECT_EQ(untied.at("lm_head.weight"), (std::vector<int64_t>{40, 24}));
}

TEST(DecoderParametersTest, Phi3FusesItsProjections) {
  const auto found = shapes(tiny_config("phi3"));
  EXPECT_EQ(found.at("model.layers.0.self_attn.qkv_proj.weight"), (std::vector<int64_t>{48, 24}));
  EXPECT_EQ(found.at("model.layers.1.mlp.gate_up_proj.weight"), (std::vector<int64_t>{40, 24}));
  EXPECT_EQ(found.size(), 3 + 2 * 6u);
}

TEST(DecoderParametersTest, Qwen2HasBiasesOnQueryKeyAndValueOnly) {
  const auto found = shapes(tiny_config("qwen2"));
  EXPECT_EQ(found.at("model.layers.0.self_attn.q_proj.bias"), std::vector<int64_t>{24});
  EXPECT_EQ(found.at("model.layers.0.self_attn.k_proj.bias"), std::vector<int64_t>{12});
  EXPECT_EQ(found.at("model.layers.0.self_attn.v_proj.bias"), std::vector<int64_t>{12});
  EXPECT_EQ(found.size(), 2 + 2 * 12u);
}

// ---- Features ----------------------------------------------------------------------------------

// With the identity as head, logit k is component k of what the head reads, and one more logit is
// 0. So the losses of all targets at some nodes give the mean of the components there:
//   Σ −log p(zero) − Σ −log p(k) = Σ h_k
// Of families whose logits are what the head's matrix gives.
class DecoderFeaturesTest : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Families, DecoderFeaturesTest,
                         ::testing::Values("llama", "phi3", "gpt_neox", "olmo2", "gemma3_text"),
                         [](const auto& info) { return info.param; });

TEST_P(DecoderFeaturesTest, FeaturesAreTheMeanOfWhatTheHeadReads) {
  constexpr int64_t kWidth = 24, kZeroLogit = 39;
  const Decoder decoder =
      decoder_of(with_changes(tiny_families().at(GetParam()), {{"tie_word_embeddings", false}}));
  std::vector<Parameter> parameters = random_parameters(decoder);
  at::Tensor& head = parameters.back().value;
  ASSERT_EQ(parameters.back().name, "lm_head.weight");
  head.zero_().narrow(0, 0, kWidth).fill_diagonal_(1);
  PlainWeights weights(parameters);

  const std::vector<Node> nodes = {{5, -1}, {6, 0}, {7, 1}, {8, 2}, {9, 0}};
  const std::vector<int64_t> asked = {1, 3};  // two statements: nodes 1 and 3, and node 4
  std::vector<Prediction> predictions;
  for (int64_t k = 0; k <= kWidth; ++k) {
    const int64_t target = k < kWidth ? k : kZeroLogit;
    for (const int64_t node : asked) predictions.push_back({node, target, k});
  }
  const at::Tensor nll = decoder.loss(weights, forest(nodes, predictions, kWidth + 1)).nll[0];
  const at::Tensor expected =
      (nll[kWidth] - nll.narrow(0, 0, kWidth)) / static_cast<double>(asked.size());

  const at::Tensor features =
      decoder.features(weights, forest(nodes, {{1, 0, 0}, {3, 0, 0}, {4, 0, 1}}, 2));
  ASSERT_EQ(features.sizes(), (std::vector<int64_t>{1, 2, kWidth}));
  // Differences of losses of about 10 nats.
  EXPECT_TRUE(at::allclose(features[0][0], expected, 0, 1e-12));
  EXPECT_FALSE(at::allclose(features[0][1], expected, 0, 1e-2));
}

TEST_P(DecoderTest, FeaturesLeavePaddingOut) {
  TokenBatch batch = chain({5, 6, 7, 8});
  PlainWeights weights(parameters_);
  const at::Tensor expected = decoder_.features(weights, batch);
  batch.slots = at::cat({batch.slots, batch.slots.narrow(1, 0, 1)}, 1);
  batch.targets = at::cat({batch.targets, batch.targets.narrow(1, 0, 1)}, 1);
  batch.statements = at::cat({batch.statements, at::full({1, 1}, -1, at::kLong)}, 1);
  EXPECT_TRUE(decoder_.features(weights, batch).equal(expected));
}

}  // namespace
}  // namespace eif
