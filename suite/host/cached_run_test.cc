// What random weights were measured to serves other runs of the model.
#include <numeric>
#include <utility>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "suite/host/suite_run_for_test.h"

namespace eif {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

using Kept = std::map<std::string, std::vector<MeasuredMatrix>>;

// Outlives the plan that has it.
class FakeCache final : public MatrixCache {
 public:
  FakeCache(Kept& kept, absl::Status on_keep) : kept_(kept), on_keep_(std::move(on_keep)) {}
  absl::StatusOr<std::vector<MeasuredMatrix>> find(const std::string& name) const override {
    const auto found = kept_.find(name);
    if (found == kept_.end()) return absl::NotFoundError("it is not there");
    // Of what is kept, whose it is is not known any more.
    std::vector<MeasuredMatrix> matrices = found->second;
    for (MeasuredMatrix& matrix : matrices) {
      matrix.key = {.condition = matrix.key.condition,
                    .request = matrix.key.request,
                    .dose = matrix.key.dose,
                    .passes = matrix.key.passes};
    }
    return matrices;
  }
  absl::Status keep(const std::string& name, const std::vector<MeasuredMatrix>& matrices) override {
    if (!on_keep_.ok()) return on_keep_;
    kept_[name] = matrices;
    return absl::OkStatus();
  }
  std::string place() const override { return "the cache"; }

 private:
  Kept& kept_;
  absl::Status on_keep_;
};

class CachedRun : public SuiteRun {
 protected:
  CachedRun() {
    add_desideratum("a");
    plan_.request.beside = "random-weights";
    use_cache(absl::OkStatus());
  }

  void use_cache(absl::Status on_keep) {
    plan_.random_weights_cache = std::make_unique<FakeCache>(kept_, std::move(on_keep));
  }

  // In a folder of its own, as another run has.
  RunResult run_elsewhere() {
    store_ = FakeStore();
    engine_->learning_rates.clear();
    engine_->measured.clear();
    monitor_.announcements.clear();
    return run();
  }
  size_t seeds_measured() const { return engine_->learning_rates.size(); }

  Kept kept_;
};

TEST_F(CachedRun, ASecondRunMeasuresTheModelAlone) {
  const RunResult first = run();
  EXPECT_EQ(seeds_measured(), 4);
  EXPECT_THAT(kept_, SizeIs(2));
  EXPECT_THAT(first.context.models.at(0).beside->cached_seeds, IsEmpty());
  const RunResult second = run_elsewhere();
  EXPECT_EQ(second.end, RunEnd::kComplete);
  EXPECT_EQ(seeds_measured(), 2);
  const BesideContext& beside = *second.context.models.at(0).beside;
  EXPECT_THAT(beside.seeds, ElementsAre(0, 1));
  EXPECT_THAT(beside.cached_seeds, ElementsAre(0, 1));
  EXPECT_EQ(beside.rows, 0);
  EXPECT_THAT(second.context.models[0].cached_seeds, IsEmpty());
  EXPECT_EQ(second.results.at(0).expectations[0].beside->per_seed,
            first.results.at(0).expectations[0].beside->per_seed);
  EXPECT_THAT(monitor_.announcements,
              Contains("what earlier runs measured of cnn with random weights is read from the "
                       "cache (--fresh measures it anew)"));
  // Its folder has all that belongs to it.
  EXPECT_THAT(store_.kept, SizeIs(4));
}

TEST_F(CachedRun, MoreSeedsAndDesiderataAreMeasuredBesideWhatIsThere) {
  run();
  plan_.request.seeds = {0, 1, 2};
  add_desideratum("b").on_plan = [](const Draw& draw) { return request_for({5}, draw.seed()); };
  const RunResult second = run_elsewhere();
  // Of the model the samples 1, 2 and 5 in three seeds, and of random weights 5, and 1 and 2 once.
  EXPECT_EQ((engine_->measured[{1, 1}]), 3 + 1);
  EXPECT_EQ((engine_->measured[{5, 5}]), 3 + 3);
  EXPECT_THAT(second.context.models.at(0).beside->cached_seeds, ElementsAre(0, 1));
  for (const DesideratumResult& result : second.results) {
    EXPECT_EQ(result.expectations[0].beside->per_seed, result.expectations[0].per_seed);
  }
}

TEST_F(CachedRun, AControlReadsWhatStoodBeside) {
  const RunResult first = run();
  plan_.request.beside = "none";
  plan_.request.control = "random-weights";
  const RunResult control = run_elsewhere();
  EXPECT_EQ(seeds_measured(), 0);
  EXPECT_THAT(control.context.models.at(0).cached_seeds, ElementsAre(0, 1));
  EXPECT_EQ(control.results.at(0).expectations[0].per_seed,
            first.results.at(0).expectations[0].beside->per_seed);
}

TEST_F(CachedRun, OfAnotherModelOrRateOrOtherSamplesNothingIsThere) {
  run();
  plan_.context.torch_version = "9.9";
  run_elsewhere();
  EXPECT_EQ(seeds_measured(), 4);
  plan_.request.training.learning_rate = 0.25;
  run_elsewhere();
  EXPECT_EQ(seeds_measured(), 4);
  plan_.request.training.learning_rate = 0.5;
  plan_.request.training.optimizer = Optimizer::kAdamW;
  run_elsewhere();
  EXPECT_EQ(seeds_measured(), 4);
  plan_.request.training.optimizer = Optimizer::kSgd;
  plan_.models.clear();
  plan_.request.models.clear();
  add_model("other");
  run_elsewhere();
  EXPECT_EQ(seeds_measured(), 4);
  desiderata_[0]->on_plan = [](const Draw& draw) { return request_for({2, 1}, draw.seed()); };
  run_elsewhere();
  EXPECT_EQ(seeds_measured(), 4);
  desiderata_[0]->on_plan = [](const Draw& draw) {
    std::vector<Request> requests = request_for({2, 1}, draw.seed());
    requests[0].only = {{"2", "1"}, {"2", "2"}};
    return requests;
  };
  run_elsewhere();
  EXPECT_EQ(seeds_measured(), 4);
}

TEST_F(CachedRun, WhatIsNotWholeIsMeasured) {
  run();
  kept_.begin()->second.clear();
  const RunResult second = run_elsewhere();
  EXPECT_EQ(seeds_measured(), 3);
  EXPECT_THAT(second.context.models.at(0).beside->cached_seeds, SizeIs(1));
  EXPECT_THAT(kept_.begin()->second, SizeIs(1));
}

TEST_F(CachedRun, TheModelItselfIsAlwaysMeasured) {
  plan_.request.beside = "none";
  run();
  EXPECT_THAT(kept_, IsEmpty());
  EXPECT_EQ(seeds_measured(), 2);
  run_elsewhere();
  EXPECT_EQ(seeds_measured(), 2);
  EXPECT_THAT(monitor_.announcements, Not(Contains(HasSubstr("the cache"))));
}

// A seed that was read says nothing of what the others take.
TEST_F(CachedRun, ABudgetIsDecidedByASeedThatWasMeasured) {
  plan_.request.beside = "none";
  plan_.request.control = "random-weights";
  plan_.request.seeds = {0};
  run();
  plan_.request.seeds.resize(200);
  std::iota(plan_.request.seeds.begin(), plan_.request.seeds.end(), 0);
  plan_.budget_seconds = 1;
  engine_->before = [] {
    absl::SleepFor(absl::Milliseconds(50));
    return absl::OkStatus();
  };
  const RunResult result = run_elsewhere();
  EXPECT_THAT(result.context.models.at(0).cached_seeds, ElementsAre(0));
  EXPECT_LT(result.results.at(0).seeds.size(), 30u);
}

TEST_F(CachedRun, WhatIsToHaveTheSameBitsIsMeasured) {
  run();
  plan_.request.deterministic = true;
  run_elsewhere();
  EXPECT_EQ(seeds_measured(), 4);
  run_elsewhere();
  EXPECT_EQ(seeds_measured(), 4);
}

TEST_F(CachedRun, ACacheThatCannotBeWrittenIsToldOfOnce) {
  use_cache(absl::PermissionDeniedError("no room"));
  const RunResult result = run();
  EXPECT_EQ(result.end, RunEnd::kComplete);
  EXPECT_THAT(result.problems, IsEmpty());
  EXPECT_EQ(std::count(monitor_.announcements.begin(), monitor_.announcements.end(),
                       "not kept for other runs: no room"),
            1);
}

TEST_F(CachedRun, ARunThatGoesOnKnowsWhatItHadRead) {
  run();
  plan_.request.seeds = {0, 1, 2};
  RunResult before = run_elsewhere();
  store_.before = before;
  const RunResult again = run();
  EXPECT_THAT(again.context.models.at(0).beside->seeds, ElementsAre(0, 1, 2));
  EXPECT_THAT(again.context.models[0].beside->cached_seeds, ElementsAre(0, 1));
}

}  // namespace
}  // namespace eif
