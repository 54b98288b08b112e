#include "suite/engine/batching.h"

#include <gmock/gmock.h>

namespace eif {
namespace {

TokenBatch forest(const std::vector<TextExample>& texts, SharePrefixes share) {
  std::vector<Example> examples(texts.begin(), texts.end());
  std::vector<const Example*> pointers;
  for (const Example& example : examples) pointers.push_back(&example);
  return std::get<TokenBatch>(make_batch(pointers, at::kCPU, share));
}

std::vector<int64_t> values(const at::Tensor& tensor) {
  const at::Tensor flat = tensor.contiguous().view(-1);
  return {flat.const_data_ptr<int64_t>(), flat.const_data_ptr<int64_t>() + flat.numel()};
}

TEST(MakeBatch, StatementsShareTheNodesOfACommonPrefix) {
  const TokenBatch batch =
      forest({{.ids = {7, 8, 9}}, {.ids = {7, 8, 5, 4}}, {.ids = {6, 8}}}, SharePrefixes::kYes);
  // 7 → 8 → 5, and 6: last tokens are targets only.
  EXPECT_EQ(values(batch.ids), (std::vector<int64_t>{7, 8, 5, 6}));
  EXPECT_EQ(values(batch.positions), (std::vector<int64_t>{0, 1, 2, 0}));
  EXPECT_EQ(values(batch.scored_nodes), (std::vector<int64_t>{0, 1, 2, 3}));
  EXPECT_EQ(values(batch.slots), (std::vector<int64_t>{0, 1, 0, 1, 2, 3}));
  EXPECT_EQ(values(batch.targets), (std::vector<int64_t>{8, 9, 8, 5, 4, 8}));
  EXPECT_EQ(values(batch.statements), (std::vector<int64_t>{0, 0, 1, 1, 1, 2}));
  EXPECT_EQ(batch.statement_count, 3);
  const std::vector<int64_t> visible = values(batch.visible.to(at::kLong));
  EXPECT_EQ(visible, (std::vector<int64_t>{1, 0, 0, 0,  //
                                           1, 1, 0, 0,  //
                                           1, 1, 1, 0,  //
                                           0, 0, 0, 1}));
}

TEST(MakeBatch, WithoutSharingEachStatementIsAChainOfItsOwn) {
  const TokenBatch batch = forest({{.ids = {7, 8, 9}}, {.ids = {7, 8, 5}}}, SharePrefixes::kNo);
  EXPECT_EQ(values(batch.ids), (std::vector<int64_t>{7, 8, 7, 8}));
  EXPECT_EQ(values(batch.slots), (std::vector<int64_t>{0, 1, 2, 3}));
  EXPECT_FALSE(batch.visible[0][3][0].item<bool>());
  EXPECT_TRUE(batch.visible[0][3][2].item<bool>());
}

TEST(MakeBatch, AContextIsReadButNotScored) {
  const TokenBatch batch =
      forest({{.ids = {1, 2, 3, 4}, .first_scored = 3, .length_class = 1}}, SharePrefixes::kYes);
  EXPECT_EQ(values(batch.ids), (std::vector<int64_t>{1, 2, 3}));
  EXPECT_EQ(values(batch.scored_nodes), (std::vector<int64_t>{2}));
  EXPECT_EQ(values(batch.slots), (std::vector<int64_t>{0}));
  EXPECT_EQ(values(batch.targets), (std::vector<int64_t>{4}));
  EXPECT_EQ(batch.length_class, 1);
}

TEST(MakeRowBatch, EachRowIsOneStatementPaddedToTheLongest) {
  const std::vector<Example> examples = {TextExample{.ids = {7, 8, 9}}, TextExample{.ids = {5, 6}}};
  const auto batch = std::get<TokenBatch>(make_row_batch({&examples[0], &examples[1]}, at::kCPU));
  EXPECT_EQ(values(batch.ids), (std::vector<int64_t>{7, 8, 5, 0}));
  EXPECT_EQ(values(batch.slots), (std::vector<int64_t>{0, 1, 0, 0}));
  EXPECT_EQ(values(batch.targets), (std::vector<int64_t>{8, 9, 6, 0}));
  EXPECT_EQ(values(batch.statements), (std::vector<int64_t>{0, 0, 0, -1}));
  EXPECT_EQ(values(batch.visible.to(at::kLong)), (std::vector<int64_t>{1, 0, 1, 1,  //
                                                                       1, 0, 0, 1}));
  EXPECT_EQ(batch.statement_count, 1);
}

TEST(ScoredTokens, CountsFromTheFirstScoredOne) {
  EXPECT_EQ(scored_tokens(TextExample{.ids = {1, 2, 3}}), 2);
  EXPECT_EQ(scored_tokens(TextExample{.ids = {1}}), 0);
  EXPECT_EQ(scored_tokens(TextExample{.ids = {}}), 0);
  EXPECT_EQ(scored_tokens(TextExample{.ids = {1, 2, 3}, .first_scored = 2}), 1);
  EXPECT_EQ(scored_tokens(ImageExample{}), 1);
}

TEST(BatchTogether, OnlyExamplesOfOneKindAndLengthClass) {
  const Example image = ImageExample{};
  const Example text = TextExample{};
  const Example long_text = TextExample{.length_class = 1};
  EXPECT_TRUE(batch_together(image, image));
  EXPECT_TRUE(batch_together(text, text));
  EXPECT_FALSE(batch_together(image, text));
  EXPECT_FALSE(batch_together(text, long_text));
}

using Batches = std::vector<std::vector<int64_t>>;

Batches batches_of_lengths(const std::vector<size_t>& lengths, const BatchLimits& limits = {}) {
  std::vector<Example> examples;
  for (const size_t length : lengths) {
    examples.push_back(TextExample{.ids = std::vector<int64_t>(length, 7)});
  }
  std::vector<const Example*> pointers;
  for (const Example& example : examples) pointers.push_back(&example);
  return batches_of_similar_length(pointers, limits);
}

TEST(BatchesOfSimilarLength, FewTokensAreOneBatchWhateverTheirLengths) {
  EXPECT_EQ(batches_of_lengths({30, 2, 9}), (Batches{{0, 1, 2}}));
}

TEST(BatchesOfSimilarLength, LongOnesDoNotPadManyShortOnes) {
  // 20 of 5 tokens fill a batch, which one of 40 would make eight times as large.
  std::vector<size_t> lengths(21, 5);
  lengths[3] = 40;
  const Batches batches = batches_of_lengths(lengths);
  ASSERT_EQ(batches.size(), 2u);
  EXPECT_EQ(batches[0].size(), 20u);
  EXPECT_EQ(batches[1], (std::vector<int64_t>{3}));
}

TEST(BatchesOfSimilarLength, LimitsCountExamplesAndTokensWithTheirPadding) {
  EXPECT_EQ(batches_of_lengths({4, 4, 4}, {.examples = 2}), (Batches{{0, 1}, {2}}));
  EXPECT_EQ(batches_of_lengths({2, 4, 2}, {.tokens = 8}), (Batches{{0, 2}, {1}}));
  EXPECT_EQ(batches_of_lengths({2, 4, 2}, {.tokens = 12}), (Batches{{0, 1, 2}}));
}

TEST(BatchesOfSimilarLength, OneExampleIsABatchWhateverTheLimit) {
  EXPECT_EQ(batches_of_lengths({9, 9}, {.tokens = 1}), (Batches{{0}, {1}}));
  EXPECT_EQ(batches_of_lengths({}), Batches{});
}

}  // namespace
}  // namespace eif
