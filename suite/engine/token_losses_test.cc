// The losses that eif/losses.h makes of logits.
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "eif/losses.h"
#include "suite/engine/batching.h"

namespace eif {
namespace {

class TokenLosses : public testing::Test {
 protected:
  // At the scored nodes of texts that begin alike, so that some predict twice.
  at::Tensor random_inputs(int64_t rows) const {
    return at::randn({rows, batch_.scored_nodes.size(1), 4}, at::kDouble);
  }
  at::Tensor head(const at::Tensor& x) const { return at::matmul(x, weight_.t()); }

  const std::vector<Example> examples_ = {TextExample{.ids = {1, 2, 3, 4}},
                                          TextExample{.ids = {1, 2, 5}},
                                          TextExample{.ids = {6, 1}, .first_scored = 1}};
  const TokenBatch batch_ =
      std::get<TokenBatch>(make_batch({&examples_[0], &examples_[1], &examples_[2]}, at::kCPU));
  const at::Tensor weight_ = at::randn({7, 4}, at::kDouble);
};

// Node by node: the vocabulary is said to be so large that no two fit.
TEST_F(TokenLosses, InPartsAreThoseOfAllLogitsAtOnce) {
  const at::NoGradGuard no_gradients;
  const int64_t larger_than_any_part = int64_t{1} << 30;
  for (const int64_t rows : {1, 3}) {
    const at::Tensor x = random_inputs(rows);
    int64_t parts = 0;
    const Losses in_parts = token_losses(
        x, larger_than_any_part,
        [&](const at::Tensor& at_some) {
          ++parts;
          return head(at_some);
        },
        batch_);
    const Losses at_once = token_losses(head(x), batch_);
    EXPECT_EQ(parts, x.size(1));
    // The same products in another order, rounded in float64.
    EXPECT_LE((in_parts.nll - at_once.nll).abs().max().item<double>(), 1e-13);
    EXPECT_TRUE(at::equal(in_parts.scored, at_once.scored));
  }
}

// A gradient needs all of them anyway, and one use of the head is cheaper to record than many.
TEST_F(TokenLosses, WithGradientsAreNotInParts) {
  int64_t parts = 0;
  token_losses(
      random_inputs(2).requires_grad_(true), int64_t{1} << 30,
      [&](const at::Tensor& x) {
        ++parts;
        return head(x);
      },
      batch_);
  EXPECT_EQ(parts, 1);
}

// The losses written out, as libtorch differentiates them: each scored token of a statement by
// itself.
TEST_F(TokenLosses, TheirGradientIsThatOfTheOperatorsTheyAreMadeOf) {
  const at::Tensor logits = head(random_inputs(2)).requires_grad_(true);
  const Losses losses = token_losses(logits, batch_);
  const at::Tensor factors = at::randn(losses.nll.sizes(), at::kDouble);
  const at::Tensor gradient = torch::autograd::grad({losses.nll}, {logits}, {factors})[0];
  const at::Tensor log_p = at::log_softmax(logits, -1);
  at::Tensor sum = at::zeros({}, at::kDouble);
  for (int64_t row = 0; row < 2; ++row) {
    for (int64_t i = 0; i < batch_.targets.size(1); ++i) {
      const auto statement = batch_.statements[0][i].item<int64_t>();
      if (statement < 0) continue;
      sum = sum -
            log_p[row][batch_.slots[0][i].item<int64_t>()][batch_.targets[0][i].item<int64_t>()] *
                factors[row][statement];
    }
  }
  const at::Tensor expected = torch::autograd::grad({sum}, {logits})[0];
  EXPECT_LE((gradient - expected).abs().max().item<double>(), 1e-14);
  EXPECT_NEAR((losses.nll * factors).sum().item<double>(), sum.item<double>(), 1e-12);
}

// Of each row its own texts.
TEST_F(TokenLosses, TheirGradientIsThatOfEachRow) {
  const TokenBatch rows =
      std::get<TokenBatch>(make_row_batch({&examples_[0], &examples_[1], &examples_[2]}, at::kCPU));
  const at::Tensor logits =
      at::randn({3, rows.scored_nodes.size(1), 7}, at::kDouble).requires_grad_(true);
  const at::Tensor together =
      torch::autograd::grad({token_losses(logits, rows).nll.sum()}, {logits})[0];
  for (int64_t row = 0; row < 3; ++row) {
    const TokenBatch alone =
        std::get<TokenBatch>(make_batch({&examples_[static_cast<size_t>(row)]}, at::kCPU));
    const int64_t nodes = alone.scored_nodes.size(1);
    const at::Tensor own =
        logits.detach().narrow(0, row, 1).narrow(1, 0, nodes).clone().requires_grad_(true);
    const at::Tensor expected =
        torch::autograd::grad({token_losses(own, alone).nll.sum()}, {own})[0];
    EXPECT_LE(
        (together.narrow(0, row, 1).narrow(1, 0, nodes) - expected).abs().max().item<double>(),
        1e-14);
    EXPECT_TRUE(at::equal(together[row].narrow(0, nodes, together.size(1) - nodes),
                          at::zeros({together.size(1) - nodes, 7}, at::kDouble)));
  }
}

// As many classes as Gemma 3 has tokens.
TEST_F(TokenLosses, OfALargeVocabularyAreThoseOfFloat64) {
  at::manual_seed(3);
  const at::Tensor logits = 4 * at::randn({1, batch_.scored_nodes.size(1), 262144}, at::kFloat);
  const Losses narrow = token_losses(logits, batch_);
  const Losses wide = token_losses(logits.to(at::kDouble), batch_);
  EXPECT_EQ(narrow.nll.scalar_type(), at::kFloat);
  // float32 rounds log p of 40 nats to 2e-6, and sums of three to 4e-6. log_softmax is off by 2e-5.
  const at::Tensor difference = (narrow.nll.to(at::kDouble) - wide.nll) / wide.scored;
  EXPECT_LE(difference.abs().max().item<double>(), 6e-6);
}

}  // namespace
}  // namespace eif
