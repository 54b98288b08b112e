// Every model backend through every exact engine, against dense in float64.
#include <ATen/core/grad_mode.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <initializer_list>
#include <memory>
#include <utility>
#include <vector>

#include "eif/plain_weights.h"
#include "suite/engine/batching.h"
#include "suite/engine/curvature.h"
#include "suite/engine/dense.h"
#include "suite/engine/evaluation.h"
#include "suite/engine/in_context.h"
#include "suite/engine/linear.h"
#include "suite/engine/monitor_for_test.h"
#include "suite/engine/noise_floor.h"
#include "suite/engine/on_threads.h"
#include "suite/engine/replay.h"
#include "suite/sdk/threads_for_test.h"
#include "tests/conformance/conformance.h"

namespace eif {
namespace {

class EveryModel : public ::testing::TestWithParam<ModelUnderTest> {};

// What engines make of a model's answers, which are others for every model, but used alike.
class EveryBackend : public ::testing::TestWithParam<ModelUnderTest> {};

TEST_P(EveryModel, ReplayIsDense) {
  const std::unique_ptr<Model> model = GetParam().load();
  for (const Training& training : trainings()) {
    const Matrix dense = measure(DenseEngine(), *model, GetParam().samples(), training.options);
    ASSERT_GT(largest(dense.values()), 0);
    const Matrix replay = measure(ReplayEngine(), *model, GetParam().samples(), training.options);
    EXPECT_LE(gap(replay, dense), kExact) << training.name;
    ASSERT_EQ(replay.base().size(), dense.base().size());
    for (size_t i = 0; i < dense.base().size(); ++i) {
      EXPECT_NEAR(replay.base()[i], dense.base()[i], kExact) << training.name << " " << i;
    }
  }
}

TEST_P(EveryBackend, RowsOfSomePassesAreRunsOfThatManyEpochs) {
  const std::unique_ptr<Model> model = GetParam().load();
  const std::vector<Sample>& samples = GetParam().samples();
  for (const Training& training : extreme_trainings()) {
    const DenseEngine dense;
    const ReplayEngine replay({.rows = 3});
    for (const Engine* engine : std::initializer_list<const Engine*>{&dense, &replay}) {
      const absl::StatusOr<Matrix> matrix =
          engine->measure(*model, after_passes(samples), training.options, unwatched());
      ASSERT_TRUE(matrix.ok()) << matrix.status();
      EXPECT_LE(gap_to_single_runs(*matrix, *model, samples, training.options), kExact)
          << training.name;
    }
  }
}

TEST_P(EveryModel, ReplayIsDenseWhereOnlySomeParametersLearn) {
  const std::unique_ptr<Model> model = GetParam().load();
  const Matrix all = measure(DenseEngine(), *model, GetParam().samples(), trainings()[3].options);
  for (const bool are_frozen : {true, false}) {
    TrainingOptions options = trainings()[3].options;
    (are_frozen ? options.freeze : options.train_only) = half_of(*model);
    const Matrix dense = measure(DenseEngine(), *model, GetParam().samples(), options);
    EXPECT_LE(gap(measure(ReplayEngine(), *model, GetParam().samples(), options), dense), kExact);
    EXPECT_GT(gap(dense, all), 1e-3) << "it makes no difference what learns";
  }
}

// One recording, where there is one statement; several, where there are more.
TEST_P(EveryBackend, ReplayAtManyRatesIsDenseAtEach) {
  const std::unique_ptr<Model> model = GetParam().load();
  const std::vector<double> rates = {1e-3, 0, 0.1};
  for (const auto& [name, training] : extreme_trainings()) {
    const absl::StatusOr<std::vector<Matrix>> matrices =
        ReplayEngine({.rows = 3})
            .measure_at(*model, all_cells(GetParam().samples(), GetParam().samples()), training,
                        rates, unwatched());
    ASSERT_TRUE(matrices.ok()) << matrices.status();
    ASSERT_EQ(matrices->size(), rates.size());
    for (size_t k = 0; k < rates.size(); ++k) {
      TrainingOptions at_rate = training;
      at_rate.learning_rate = rates[k];
      const Matrix dense = measure(DenseEngine(), *model, GetParam().samples(), at_rate);
      if (rates[k] == 0) {
        EXPECT_EQ((*matrices)[k].values(), dense.values()) << name;
      } else {
        EXPECT_LE(gap((*matrices)[k], dense), kExact) << name << " " << rates[k];
      }
    }
  }
}

TEST_P(EveryModel, HowManyRowsAreReplayedAtOnceDoesNotMatter) {
  const std::unique_ptr<Model> model = GetParam().load();
  const TrainingOptions options = trainings()[2].options;
  const Matrix all = measure(ReplayEngine({.rows = 100}), *model, GetParam().samples(), options);
  for (const int64_t rows : {1, 2, 3}) {
    const Matrix some =
        measure(ReplayEngine({.rows = rows}), *model, GetParam().samples(), options);
    EXPECT_LE(gap(some, all), kExact) << rows;
  }
}

using Blocks = std::vector<CellBlock>;

// Rows of several lengths and numbers of statements: in blocks that overlap in columns, and each
// with columns of its own, from one to all.
std::vector<Blocks> some_blocks(size_t samples) {
  Blocks ragged;
  for (size_t row = 0; row < samples; ++row) {
    CellBlock& block = ragged.emplace_back(CellBlock{{row}, {}});
    for (size_t i = 0; i <= row; ++i) block.columns.push_back((row + 2 * i) % samples);
    std::sort(block.columns.begin(), block.columns.end());
    const auto end = std::unique(block.columns.begin(), block.columns.end());
    block.columns.erase(end, block.columns.end());
  }
  return {{{{0, samples - 1}, {1, 2}}, {{samples - 2, 1}, {2, 0, samples - 1}}}, ragged};
}

// The cells of `blocks` are those of `all`, and the others are not measured.
void expect_blocks(const Matrix& some, const Matrix& all, const Blocks& blocks) {
  std::vector<std::vector<bool>> wanted(all.rows(), std::vector<bool>(all.columns()));
  for (const CellBlock& block : blocks) {
    for (const size_t row : block.rows) {
      for (const size_t column : block.columns) wanted[row][column] = true;
    }
  }
  for (size_t row = 0; row < all.rows(); ++row) {
    for (size_t column = 0; column < all.columns(); ++column) {
      if (wanted[row][column]) {
        EXPECT_NEAR(some.at(row, column), all.at(row, column), kExact * largest(all.values()))
            << row << " " << column;
      } else {
        EXPECT_TRUE(std::isnan(some.at(row, column))) << row << " " << column;
      }
    }
  }
}

TEST_P(EveryBackend, BlocksAreMeasuredAndNothingElse) {
  const std::unique_ptr<Model> model = GetParam().load();
  WantedCells wanted = all_cells(GetParam().samples(), GetParam().samples());
  const DenseEngine dense;
  const ReplayEngine replay, row_by_row({.rows = 1});
  const LinearEngine linear;
  const TrainingOptions options = trainings()[3].options;
  for (const Engine* engine :
       std::initializer_list<const Engine*>{&dense, &replay, &row_by_row, &linear}) {
    const Matrix all = measure(*engine, *model, GetParam().samples(), options);
    for (const Blocks& blocks : some_blocks(GetParam().samples().size())) {
      wanted.blocks = blocks;
      const absl::StatusOr<Matrix> some = engine->measure(*model, wanted, options, unwatched());
      ASSERT_TRUE(some.ok()) << some.status();
      expect_blocks(*some, all, blocks);
    }
  }
}

class EveryTextModel : public ::testing::TestWithParam<ModelUnderTest> {};

TEST_P(EveryTextModel, ReadsInContextWhatIsWantedAndNothingElse) {
  const std::unique_ptr<Model> model = GetParam().load();
  const std::vector<Sample>& samples = GetParam().samples();
  WantedCells wanted = all_cells(samples, samples);
  for (const std::vector<std::string>& neutral :
       {std::vector<std::string>(), std::vector<std::string>{"Two boats left.", "It got dark."}}) {
    wanted = all_cells(samples, samples);
    const absl::StatusOr<Matrix> all =
        in_context_influence(*model, wanted, {.neutral_sentences = neutral}, unwatched());
    ASSERT_TRUE(all.ok()) << all.status();
    for (const Blocks& blocks : some_blocks(samples.size())) {
      wanted.blocks = blocks;
      for (const std::vector<double>& base : {std::vector<double>(), all->base()}) {
        const absl::StatusOr<Matrix> some = in_context_influence(
            *model, wanted, {.neutral_sentences = neutral, .losses = base}, unwatched());
        ASSERT_TRUE(some.ok()) << some.status();
        expect_blocks(*some, *all, wanted.blocks);
        for (size_t i = 0; i < all->columns(); ++i)
          EXPECT_NEAR(some->base()[i], all->base()[i], kExact);
      }
    }
  }
}

// What --deterministic relies on.
TEST_P(EveryModel, ARowReplayedAloneIsTheSameToTheBitWhateverTheOthers) {
  const Deterministic here;
  const std::unique_ptr<Model> model = GetParam().load();
  const std::vector<Sample>& samples = GetParam().samples();
  const ReplayEngine one_by_one({.rows = 1});
  const TrainingOptions options = trainings()[3].options;
  const Matrix all = measure(one_by_one, *model, samples, options);
  for (size_t row = 0; row < samples.size(); ++row) {
    const absl::StatusOr<Matrix> alone =
        one_by_one.influence(*model, {samples[row]}, samples, options, unwatched());
    ASSERT_TRUE(alone.ok()) << alone.status();
    for (size_t column = 0; column < samples.size(); ++column) {
      EXPECT_EQ(alone->at(0, column), all.at(row, column)) << row << " " << column;
    }
  }
}

// Statements that share prefixes, in batches of whatever size, cost what each costs by itself in a
// padded row.
TEST_P(EveryModel, EvaluationIsThatOfStatementsOneByOne) {
  const std::unique_ptr<Model> model = GetParam().load();
  const std::vector<Sample>& samples = GetParam().samples();
  std::vector<Example> statements;
  std::vector<int64_t> owners;
  for (size_t i = 0; i < samples.size(); ++i) {
    const absl::StatusOr<std::vector<Example>> encoded = encode_sample(*model, samples[i]);
    ASSERT_TRUE(encoded.ok()) << encoded.status();
    statements.insert(statements.end(), encoded->begin(), encoded->end());
    owners.insert(owners.end(), encoded->size(), static_cast<int64_t>(i));
  }
  std::vector<const Example*> rows;
  for (const Example& statement : statements) rows.push_back(&statement);
  PlainWeights weights(model->parameters());
  const at::NoGradGuard no_gradients;
  const absl::StatusOr<Losses> padded =
      model->loss(weights, make_row_batch(rows, device_of(*model)));
  ASSERT_TRUE(padded.ok()) << padded.status();
  const at::Tensor owner = at::tensor(owners, at::kLong);
  const at::Tensor none = at::zeros({static_cast<int64_t>(samples.size())}, at::kDouble);
  const at::Tensor expected =
      none.index_add(0, owner, padded->nll.flatten().cpu()) /
      none.index_add(0, owner,
                     padded->scored.expand_as(padded->nll).flatten().to(at::kCPU, at::kDouble));
  for (const SharePrefixes share : {SharePrefixes::kYes, SharePrefixes::kNo}) {
    for (const int64_t at_most : {1, 3, 40, 2048}) {  // images, or tokens
      const EvaluationLimits limits{at_most, at_most, share};
      const absl::StatusOr<at::Tensor> losses =
          Evaluation::prepare(*model, samples, limits).losses(*model, weights);
      ASSERT_TRUE(losses.ok()) << losses.status();
      EXPECT_LE((losses->flatten() - expected).abs().max().item<double>(), kExact) << at_most;
    }
  }
}

TEST_P(EveryModel, WithoutALearningRateReplayGivesExactlyZero) {
  const std::unique_ptr<Model> model = GetParam().load();
  const Matrix matrix = measure(ReplayEngine(), *model, GetParam().samples(), {.learning_rate = 0});
  EXPECT_THAT(matrix.values(), ::testing::Each(0.0));
}

TEST_P(EveryModel, ALossIsTheSameInBatchesOfEveryShape) {
  const std::unique_ptr<Model> model = GetParam().load();
  const absl::StatusOr<double> floor = noise_floor(*model, GetParam().samples());
  ASSERT_TRUE(floor.ok()) << floor.status();
  EXPECT_LT(*floor, kExact);  // losses are of the order of 1
}

// Each thread under weights of its own, of samples in another order than the others.
TEST_P(EveryModel, AThreadSafeModelAnswersOnSeveralThreadsAsOnOne) {
  const std::unique_ptr<Model> model = GetParam().load();
  if (!model->info().thread_safe) GTEST_SKIP() << "its backend does not say that it is thread-safe";
  const ThreadsForTest four(4);
  std::vector<Sample> samples = GetParam().samples();
  std::vector<Evaluation> evaluations;
  for (size_t i = 0; i < samples.size(); ++i) {
    std::rotate(samples.begin(), samples.begin() + 1, samples.end());
    evaluations.push_back(Evaluation::prepare(*model, samples));
  }
  const auto losses_on = [&](int threads) {
    std::vector<at::Tensor> losses(8 * evaluations.size());
    const absl::Status status =
        on_threads(threads, losses.size(), unwatched(), [&](size_t i, Monitor&) {
          PlainWeights weights(model->parameters());
          const absl::StatusOr<at::Tensor> found =
              evaluations[i % evaluations.size()].losses(*model, weights);
          if (found.ok()) losses[i] = *found;
          return found.status();
        });
    EXPECT_TRUE(status.ok()) << status;
    return at::stack(losses);
  };
  EXPECT_LE((losses_on(4) - losses_on(1)).abs().max().item<double>(), kExact);
}

// A model for which memory does not suffice when more than so many rows of weights are evaluated,
// or gradients of so many statements recorded, at the same time.
class NarrowModel final : public Model {
 public:
  NarrowModel(std::unique_ptr<Model> model, int64_t most_rows, bool only_recordings = false)
      : model_(std::move(model)),
        info_(model_->info()),
        most_rows_(most_rows),
        only_recordings_(only_recordings) {}
  // All rows together are more than it takes. Divided among threads they may not be.
  void keep_to_one_thread() { info_.thread_safe = false; }
  const ModelInfo& info() const override { return info_; }
  std::vector<Parameter>& parameters() override { return model_->parameters(); }
  absl::StatusOr<Example> encode(const Statement& statement,
                                 const std::vector<Statement>& context) const override {
    return model_->encode(statement, context);
  }
  absl::StatusOr<Losses> loss(Weights& weights, const Batch& batch) const override {
    absl::StatusOr<Losses> losses = model_->loss(weights, batch);
    const bool counts = at::GradMode::is_enabled() || !only_recordings_;
    if (losses.ok() && counts && losses->nll.size(0) > most_rows_) {
      ++refused;
      throw c10::OutOfMemoryError({"", "", 0}, "CUDA out of memory");
    }
    return losses;
  }
  mutable std::atomic<int> refused = 0;

 private:
  std::unique_ptr<Model> model_;
  ModelInfo info_;
  int64_t most_rows_;
  bool only_recordings_;
};

TEST_P(EveryBackend, WhatDoesNotFitIsReplayedInHalves) {
  const std::vector<Sample>& samples = GetParam().samples();
  const std::unique_ptr<Model> wide = GetParam().load();
  const std::vector<double> rates = {1e-3, 0.02};
  WantedCells wanted = all_cells(samples, samples);
  std::vector<Blocks> shapes = some_blocks(samples.size());
  shapes.push_back(wanted.blocks);
  for (const Blocks& blocks : shapes) {
    wanted.blocks = blocks;
    const absl::StatusOr<std::vector<Matrix>> expected =
        ReplayEngine().measure_at(*wide, wanted, {}, rates, unwatched());
    ASSERT_TRUE(expected.ok()) << expected.status();
    for (const auto& [most_rows, on_one_thread] :
         {std::pair(1, true), std::pair(3, true), std::pair(1, false)}) {
      NarrowModel narrow(GetParam().load(), most_rows);
      if (on_one_thread) narrow.keep_to_one_thread();
      MonitorForTest monitor;
      const absl::StatusOr<std::vector<Matrix>> found =
          ReplayEngine().measure_at(narrow, wanted, {}, rates, monitor);
      ASSERT_TRUE(found.ok()) << found.status();
      if (most_rows == 1 && on_one_thread) {
        EXPECT_GT(narrow.refused, 0);
      }
      EXPECT_EQ(monitor.done, wanted.rows() * rates.size());
      for (size_t k = 0; k < rates.size(); ++k) {
        expect_blocks((*found)[k], (*expected)[k], blocks);
      }
    }
  }
}

TEST_P(EveryBackend, ARowThatDoesNotFitAloneIsNamed) {
  const std::vector<Sample>& samples = GetParam().samples();
  NarrowModel nothing_fits(GetParam().load(), 0, /*only_recordings=*/true);
  EXPECT_EQ(
      ReplayEngine()
          .influence(nothing_fits, {samples[1]}, samples, {.learning_rate = 0.02}, unwatched())
          .status(),
      absl::ResourceExhaustedError(
          "sample " + samples[1].id +
          " alone: out of memory: CUDA out of memory; shorter samples or --dtype bfloat16 need "
          "less"));
}

TEST_P(EveryModel, SelfInfluencesAtEachRateAreDense) {
  const std::unique_ptr<Model> model = GetParam().load();
  std::vector<Sample> samples;
  for (const Sample& sample : GetParam().samples()) {
    if (sample.statements.size() == 1) samples.push_back(sample);
  }
  const double rates[] = {0.02, 0.01};
  const absl::StatusOr<at::Tensor> found = self_influences_at(*model, samples, {}, rates);
  ASSERT_TRUE(found.ok()) << found.status();
  for (int64_t rate = 0; rate < 2; ++rate) {
    const Matrix oracle = measure(DenseEngine(), *model, samples, {.learning_rate = rates[rate]});
    for (size_t i = 0; i < samples.size(); ++i) {
      EXPECT_NEAR((*found)[rate][static_cast<int64_t>(i)].item<double>(), oracle.at(i, i),
                  kExact * largest(oracle.values()));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, EveryModel, ::testing::ValuesIn(plain_models()), name_of);
INSTANTIATE_TEST_SUITE_P(Variants, EveryModel, ::testing::ValuesIn(variants()), name_of);
INSTANTIATE_TEST_SUITE_P(Simulated, EveryModel,
                         ::testing::ValuesIn(on_simulated_device(two_of_each_backend())), name_of);
INSTANTIATE_TEST_SUITE_P(All, EveryBackend, ::testing::ValuesIn(two_of_each_backend()), name_of);
INSTANTIATE_TEST_SUITE_P(Simulated, EveryBackend,
                         ::testing::ValuesIn(on_simulated_device(two_of_each_backend())), name_of);
INSTANTIATE_TEST_SUITE_P(All, EveryTextModel, ::testing::ValuesIn(text_models()), name_of);
INSTANTIATE_TEST_SUITE_P(Simulated, EveryTextModel,
                         ::testing::ValuesIn(on_simulated_device(text_models())), name_of);
// A tree may have no model that reads text.
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(EveryTextModel);

}  // namespace
}  // namespace eif
