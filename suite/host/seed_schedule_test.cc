#include "suite/host/seed_schedule.h"

#include "suite/host/suite_run_for_test.h"

namespace eif {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(SeedsThatFit, AreWholeOnes) {
  EXPECT_EQ(seeds_that_fit(35, {.per_seed = 10}), 3u);
  EXPECT_EQ(seeds_that_fit(5, {.per_seed = 10}), 0u);
  EXPECT_EQ(seeds_that_fit(-5, {.per_seed = 10}), 0u);
}

TEST(SeedsThatFit, CountThoseThatAreThere) {
  EXPECT_EQ(seeds_that_fit(35, {.per_seed = 10, .done = 2}), 5u);
  EXPECT_EQ(seeds_that_fit(-100, {.per_seed = 10, .done = 2}), 0u);
}

// 55 s: three more seeds and then five of the other model take 80; two more and four take 60; one
// more and three take 40.
TEST(SeedsThatFit, LeaveTimeForWhatStandsBeside) {
  EXPECT_EQ(seeds_that_fit(55, {.per_seed = 10, .done = 2, .models = 2}), 3u);
}

// Of four seeds three are measured again, which takes 70 of the 75 s; of one that one, 20 of
// the 25.
TEST(SeedsThatFit, LeaveTimeForAnotherPath) {
  EXPECT_EQ(seeds_that_fit(75, {.per_seed = 10, .measured_again = 3}), 4u);
  EXPECT_EQ(seeds_that_fit(25, {.per_seed = 10, .measured_again = 3}), 1u);
  EXPECT_EQ(seeds_that_fit(85, {.per_seed = 10, .done = 3, .models = 2, .measured_again = 3}), 4u);
}

// ---- In a run --------------------------------------------------------------------------------

class Budget : public SuiteRun {
 protected:
  Budget() {
    add_desideratum("a");
    plan_.request.seeds = {0, 1, 2, 3};
  }
};

TEST_F(Budget, WithNoRoomLeavesTheFirstSeed) {
  plan_.budget_seconds = 1e-9;
  const RunResult outcome = run();
  EXPECT_EQ(outcome.end, RunEnd::kComplete);
  EXPECT_THAT(outcome.request.seeds, ElementsAre(0));
  EXPECT_THAT(outcome.results[0].seeds, ElementsAre(0));
  EXPECT_THAT(monitor_.announcements, Contains(HasSubstr("0 seeds fit into ")));
  EXPECT_THAT(monitor_.announcements, Contains(HasSubstr("1 seed: one took ")));
  EXPECT_THAT(monitor_.announcements, Contains(HasSubstr("1 seed is too few")));
}

TEST_F(Budget, WithRoomEnoughTakesAllSeeds) {
  plan_.budget_seconds = 3600;
  const RunResult outcome = run();
  EXPECT_THAT(outcome.request.seeds, ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(outcome.results[0].seeds, ElementsAre(0, 1, 2, 3));
  EXPECT_EQ(monitor_.done, monitor_.expected);
  // What was written after the first seed says already how many there are to be.
  EXPECT_THAT(store_.written.front().request.seeds, SizeIs(4));
  EXPECT_THAT(monitor_.announcements,
              Contains(HasSubstr("about 4 seeds fit into 60 min: one takes")));
}

TEST_F(Budget, IsSpentOnWhatStandsBesideTheModelToo) {
  plan_.budget_seconds = 3600;
  plan_.request.beside = "random-weights";
  const RunResult outcome = run();
  EXPECT_THAT(outcome.context.models[0].beside->seeds, ElementsAre(0, 1, 2, 3));
}

TEST_F(Budget, OfARunThatWasCutOffIsWhatWasDecided) {
  plan_.budget_seconds = 3600;
  plan_.request.seeds = {0, 1, 2};
  MonitorForTest cut(3);  // of two rows a seed
  run_suite(plan_, store_, cut);
  store_.before = store_.written.back();
  ASSERT_THAT(store_.before->context.models[0].seeds, ElementsAre(0));
  plan_.request.seeds = {0, 1, 2, 3};
  plan_.budget_seconds = 1e-9;
  EXPECT_THAT(run().results[0].seeds, ElementsAre(0, 1, 2));
  EXPECT_THAT(monitor_.announcements, Contains("3 seeds, as was decided when this run was begun"));
}

TEST_F(Budget, OfARunThatIsThereAddsWhatFits) {
  plan_.request.seeds = {0, 1};
  store_.before = run();
  plan_.request.seeds = {0, 1, 2, 3};
  plan_.budget_seconds = 1e-9;
  EXPECT_THAT(run().results[0].seeds, ElementsAre(0, 1));
  plan_.budget_seconds = 3600;
  EXPECT_THAT(run().results[0].seeds, ElementsAre(0, 1, 2, 3));
}

TEST_F(Budget, NothingIsSaidOfTimeWithoutOne) {
  EXPECT_EQ(run().end, RunEnd::kComplete);
  EXPECT_THAT(monitor_.announcements, testing::Not(Contains(HasSubstr(" took "))));
}

// ---- Learned doses ---------------------------------------------------------------------------

TEST(SeedSchedule, OfALearnedDoseSaysWhatIsLeftAfterTheFirstSeed) {
  RunPlan plan;
  plan.request.seeds = {0, 1, 2, 3};
  plan.request.doses = {"0.5"};
  MonitorForTest monitor;
  SeedSchedule schedule(plan, monitor);
  EXPECT_TRUE(schedule.is_decided());
  schedule.know(100, 1);
  EXPECT_THAT(monitor.announcements,
              ElementsAre("a seed took 100 s: about 5 min for the other 3, and more "
                          "for 3 seeds along a third of the rate"));
  monitor.announcements.clear();
  schedule.know(100, 4);
  EXPECT_THAT(monitor.announcements, IsEmpty());
}

TEST(SeedSchedule, OfARateThatWasGivenThereIsOnePath) {
  RunPlan plan;
  plan.request.seeds = {0, 1, 2, 3};
  plan.request.doses = {"0.5"};
  plan.request.learning_rate = "0.1";
  MonitorForTest monitor;
  SeedSchedule(plan, monitor).know(100, 1);
  EXPECT_THAT(monitor.announcements, ElementsAre("a seed took 100 s: about 5 min for the other 3"));
}

TEST(SeedSchedule, OfALearnedDoseSaysHowManySeedsThereAreAtLeast) {
  RunPlan plan;
  plan.request.seeds = {0, 1, 2, 3, 4, 5};
  plan.request.doses = {"0.5"};
  plan.budget_seconds = 100;
  MonitorForTest monitor;
  SeedSchedule schedule(plan, monitor);
  schedule.begin(nullptr, nullptr, [] { return SeedCost{.seconds = 40, .is_upper_bound = true}; });
  EXPECT_THAT(monitor.announcements,
              ElementsAre("at least 1 seed fits into 100 s: one takes at most 40 s"));
  EXPECT_THAT(schedule.seeds(), ElementsAre(0));
  schedule.know(19, 1);
  EXPECT_THAT(schedule.seeds(), SizeIs(3));
}

}  // namespace
}  // namespace eif
