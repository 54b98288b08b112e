#include "reports/terminal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>

#include "reports/approval_for_test.h"
#include "suite/core/example_run_for_test.h"

namespace eif {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr char kEscape[] = "\033[";

std::string report_of(std::vector<DesideratumResult> results) {
  return terminal_report({.request = example_request(),
                          .context = example_context(),
                          .end = RunEnd::kComplete,
                          .results = std::move(results)},
                         /*color=*/false);
}

// What reading gave beside a result.
DesideratumResult in_context(DesideratumResult result) {
  result.key.condition = Condition::kInContext;
  return result;
}

TEST(TerminalReport, IsTheApprovedOne) {
  expect_approved("terminal_report.txt", terminal_report(example_run(), /*color=*/false));
}

size_t widest_line(const std::string& text) {
  size_t widest = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) widest = std::max(widest, width_of(line));
  return widest;
}

TEST(TerminalReport, FitsThePage) {
  RunResult run = example_run();
  run.problems = {
      "cannot write run.json: No space left on device, which is what a long problem says"};
  run.request.control = "random-weights";
  run.context.models[0].facts.emplace_back("network",
                                           std::string(30, 'n') + " " + std::string(30, 'n'));
  for (const bool color : {false, true}) {
    EXPECT_LE(widest_line(terminal_report(run, color)), kPageWidth);
    EXPECT_GT(widest_line(terminal_report(run, color, 120)), kPageWidth);
  }
}

TEST(TerminalReport, LongIdsFitThePage) {
  RunResult run = example_run();
  const std::string long_id =
      "inventor_name_first_to_inventor_name_last_over_inventor_other_person_controlled";
  for (DesideratumResult& result : run.results) {
    for (ExpectationResult& one : result.expectations) one.expectation.id = long_id;
    for (ObservationResult& one : result.observations) {
      one.observation.id = long_id;
      one.observation.claim = long_id + " / " + long_id;
    }
  }
  for (const bool color : {false, true}) {
    EXPECT_LE(widest_line(terminal_report(run, color)), kPageWidth);
    EXPECT_LE(widest_line(terminal_report(run, color, 60)), kPageWidth);
  }
  EXPECT_THAT(
      terminal_report(run, /*color=*/false),
      HasSubstr("  observation      mean\n"
                "  inventor_name_first_to_inventor_name_last_over_inventor_other_person_\n"
                "    controlled\n"
                "                 0.9991\n"
                "    inventor_name_first_to_inventor_name_last_over_inventor_other_person_\n"
                "      controlled /\n"));
}

TEST(TerminalReport, ManyModelsStandInBlocks) {
  RunResult run = example_run();
  for (int i = 0; i < 10; ++i) {
    ModelContext model = run.context.models[0];
    model.name = "checkpoint-" + std::to_string(i);
    run.context.models.push_back(model);
  }
  EXPECT_LE(widest_line(terminal_report(run, /*color=*/true)), kPageWidth);
}

TEST(TerminalReport, WhyTheRegimeDecidesIsSaidOnceBelowTheTable) {
  RunResult run = example_run();
  std::vector<ExpectationResult>& expectations = run.results[0].expectations;
  ASSERT_GE(expectations.size(), 2u);
  for (ExpectationResult& one : expectations) {
    one.outcome = {.verdict = Verdict::kDecidedByRegime, .reason = "small steps add up"};
  }
  const std::string report = terminal_report(run, /*color=*/false);
  const std::string why = "\n\n  by regime: small steps add up\n";
  EXPECT_THAT(report, HasSubstr(why));
  EXPECT_EQ(report.find(why), report.rfind(why));
  EXPECT_THAT(report, HasSubstr("  by regime\n"));
}

TEST(TerminalReport, WhatAPluginSaysForgesNoLine) {
  RunResult run = example_run();
  run.context.models[0].facts = {{"network", "small\nforged: holds"}};
  run.results[0].info.holds = "it holds\nforged";
  run.problems = {"one\ntwo"};
  const std::string report = terminal_report(run, /*color=*/false);
  EXPECT_THAT(report, HasSubstr(", network small\\nforged: holds\n"));
  EXPECT_THAT(report, HasSubstr("  it holds\\nforged ("));
  EXPECT_THAT(report, HasSubstr("Problem: one\\ntwo\n"));
}

TEST(TerminalReport, HasNoEscapesWithoutColor) {
  EXPECT_THAT(terminal_report(example_run(), /*color=*/false), Not(HasSubstr("\033")));
}

TEST(TerminalReport, VerdictsHaveTheirColors) {
  const std::string report = terminal_report(example_run(), /*color=*/true);
  EXPECT_THAT(report, HasSubstr("symmetry (cnn): \033[32mholds\033[0m\n"));
  EXPECT_THAT(report, HasSubstr("noise_invariance (cnn): \033[31mviolated (1 of 2; 1 holds)\033[0m\n"));
  EXPECT_THAT(report, HasSubstr("sparsity (cnn): \033[33minconclusive\033[0m\n"));
  EXPECT_THAT(report, HasSubstr("semantics (cnn): \033[33mnot measured\033[0m\n"));
}

TEST(TerminalReport, ColorChangesNothingButEscapes) {
  std::string report = terminal_report(example_run(), /*color=*/true);
  for (size_t start = report.find(kEscape); start != std::string::npos;
       start = report.find(kEscape)) {
    report.erase(start, report.find('m', start) + 1 - start);
  }
  EXPECT_EQ(report, terminal_report(example_run(), /*color=*/false));
}

TEST(TerminalReport, AnInterruptedRunSaysWhatItRestsOn) {
  RunResult run = example_run();
  EXPECT_THAT(terminal_report(run, false), Not(HasSubstr("Interrupted")));
  run.end = RunEnd::kInterrupted;
  EXPECT_THAT(terminal_report(run, false),
              HasSubstr("\nInterrupted: what follows rests on the seeds that were complete.\n"));
}

TEST(TerminalReport, AControlRunBeginsWithAWarning) {
  RunResult run = example_run();
  EXPECT_THAT(terminal_report(run, false), Not(HasSubstr("CONTROL")));
  run.request.control = "random-weights";
  EXPECT_THAT(terminal_report(run, false),
              StartsWith("CONTROL RUN: random-weights, the model's weights were drawn anew.\n"));
  run.request.control = "shuffled-names";
  EXPECT_THAT(terminal_report(run, false), StartsWith("CONTROL RUN: shuffled-names, the samples "));
  EXPECT_THAT(terminal_report(run, false),
              HasSubstr("\n  fine-tuning: 0 of 3 primary directions hold\n"));
}

TEST(TerminalReport, ManyFlaggedRowsAreCounted) {
  DesideratumResult result = example_that_holds(), read = in_context(result);
  result.flagged_rows.clear();
  read.flagged_rows.clear();
  for (const char* row : {"a", "b", "c", "d"}) {
    read.flagged_rows.push_back(
        {2, "words", {.issue = RowIssue::kOutlier, .row = row, .value = 9}});
  }
  EXPECT_THAT(
      report_of({result, read}),
      HasSubstr("  Rows to look at, outlier (4): seed 2 words/a in context, seed 2 words/b in\n"
                "    context, seed 2 words/c in context, …\n"));
}

TEST(TerminalReport, AnOpenExpectationSaysHowManySeedsWouldDecide) {
  EXPECT_THAT(report_of({example_that_is_open()}),
              HasSubstr("inconclusive\n      (about 24 seeds would decide)\n"));
}

TEST(TerminalReport, AMissingNumberHasItsReason) {
  EXPECT_THAT(report_of({example_with_a_missing_number()}),
              HasSubstr("not measured\n      (1 of 2 seeds could not be measured)\n"));
}

TEST(TerminalReport, WhatFailedShowsItsErrorAndNoTable) {
  const std::string report = report_of({example_that_failed()});
  EXPECT_THAT(report, HasSubstr("ontology (cnn): not measured\n"
                                "  ontology, plan of seed 0: no such words\n"));
  EXPECT_THAT(report, Not(HasSubstr("95 % interval")));
  EXPECT_THAT(report, Not(HasSubstr("observation")));
}

TEST(TerminalReport, AGainInContextHasOneLineAndTheScalesOfBothConditions) {
  DesideratumResult result = example_that_holds();
  result.expectations[0].expectation.gain_in_context = true;
  DesideratumResult read = in_context(result);
  read.expectations.clear();
  read.self_scales = {{"digits", 2.5}};
  const std::string report = report_of({result, read});
  EXPECT_THAT(report, HasSubstr("  mutual_influence  INV\n    gain  "));
  EXPECT_THAT(report, HasSubstr("does for itself, 0.0125 (median,\n    fine-tuning).\n"
                                "  Unit of effects: what a sample of \"digits\" does for itself, "
                                "2.5 (median, in\n    context).\n"));
}

TEST(TerminalReport, AnObservationHasItsMeanInContextBesideIt) {
  const DesideratumResult result = example_that_holds();
  DesideratumResult read = in_context(result);
  read.observations[0].per_seed = {0.25, 0.75};
  EXPECT_THAT(report_of({result, read}),
              HasSubstr(result.observations[0].observation.claim + " (in context 0.5)\n"));
}

TEST(TerminalReport, SeedsThatCountAsLessAreNamedWithTheLargest) {
  DesideratumResult result = example_that_holds();
  result.seeds = {3, 8};
  result.expectations[0].per_seed = {0.25, -4.5};
  result.expectations[0].outcome.clipped = {0, 1};
  EXPECT_THAT(report_of({result}),
              HasSubstr("      (seeds 3, 8 counted as 0.2, the largest is 4.5)\n"));
  result.expectations[0].outcome.clipped = {1};
  result.expectations[0].outcome.seeds_disagree = true;
  EXPECT_THAT(report_of({result}),
              HasSubstr("      (the seeds disagree; seed 8 counted as 0.2, the largest is 4.5)\n"));
}

TEST(TerminalReport, EndsWithAllVerdictsAtAGlance) {
  EXPECT_THAT(terminal_report(example_run(), /*color=*/false),
              EndsWith("\n"
                       "      symmetry            noise_invariance      sparsity     semantics\n"
                       "cnn      holds  violated (1 of 2; 1 holds)  inconclusive  not measured\n"
                       "phi3         -                           -  inconclusive             -\n"
                       "\n"
                       "          ontology\n"
                       "cnn   not measured\n"
                       "phi3             -\n"));
  RunResult run = example_run();
  run.context.models.pop_back();
  EXPECT_THAT(terminal_report(run, /*color=*/false),
              EndsWith("\n"
                       "                                         cnn\n"
                       "symmetry                               holds\n"
                       "noise_invariance  violated (1 of 2; 1 holds)\n"
                       "sparsity                        inconclusive\n"
                       "semantics                       not measured\n"
                       "ontology                        not measured\n"));
}

// The folder that all checkpoints are in takes no room, and the order is that of the run.
TEST(TerminalReport, ASeriesHasALineForEachCheckpoint) {
  RunResult run = example_run();
  run.results.clear();
  run.context.models.clear();
  for (const char* name : {"runs/a/step-500", "runs/a/step-1000", "runs/b/step-1000"}) {
    DesideratumResult result = example_that_holds();
    result.key.model = name;
    run.results.push_back(result);
    run.context.models.push_back({.name = name});
  }
  EXPECT_THAT(terminal_report(run, /*color=*/false), EndsWith("\n"
                                                              "             symmetry\n"
                                                              "a/step-500      holds\n"
                                                              "a/step-1000     holds\n"
                                                              "b/step-1000     holds\n"));
}

TEST(TerminalReport, WhatWentWrongIsSaid) {
  RunResult run = example_run();
  run.end = RunEnd::kUnfinished;
  run.problems = {"cannot write run.json: No space left on device"};
  EXPECT_THAT(terminal_report(run, false),
              HasSubstr("\nThis run did not come to its end: what follows rests on the seeds that "
                        "were\n  complete.\n"
                        "Problem: cannot write run.json: No space left on device\n"));
}

TEST(TerminalReport, WhatRandomWeightsShareIsSaidInItsLines) {
  DesideratumResult result = example_that_holds(), control = result;
  control.key.control = "random-weights";
  put_beside(control, result);
  const std::string report = report_of({result});
  EXPECT_THAT(report, HasSubstr("symmetry (cnn): holds (random weights, too)\n"));
  EXPECT_THAT(report, HasSubstr("2  holds\n      (random weights, too: 0.047)\n"));
}

TEST(TerminalReport, WhatEarlierRunsMeasuredOfRandomWeightsIsNotTakenForThisOnes) {
  RunResult run = example_run();
  run.request.beside = "holds";
  run.context.models[0].beside = BesideContext{.measure_seconds = 0.5, .seeds = {0, 1}};
  EXPECT_THAT(terminal_report(run, false),
              HasSubstr("  beside what holds, with random weights: 0 rows in 0.5 s\n"));
  run.context.models[0].beside->cached_seeds = {0, 1};
  EXPECT_THAT(terminal_report(run, false),
              HasSubstr("  beside what holds, with random weights: 0 rows in 0.5 s, beside what "
                        "earlier\n    runs measured of 2 of 2 seeds\n"));
}

TEST(TerminalReport, WhatWasReadHasItsNatsAndOdds) {
  DesideratumResult read = example_in_context();
  read.expectations[0].nats = 0.5;
  EXPECT_THAT(report_of({example_by_fine_tuning(), read}),
              HasSubstr("2  holds\n      (0.5 nats, odds × 1.6 a token)\n"));
}

// Behind what random weights came to they would read as theirs.
TEST(TerminalReport, TheNatsOfTheModelComeBeforeWhatIsSaidOfRandomWeights) {
  DesideratumResult read = example_in_context(), control = read;
  read.expectations[0].nats = 0.5;
  control.key.control = "random-weights";
  control.expectations[0].outcome = {.reason = "not measured"};
  control.seeds.pop_back();
  put_beside(control, read);
  EXPECT_THAT(
      report_of({example_by_fine_tuning(), read}),
      HasSubstr("2  holds\n      (0.5 nats, odds × 1.6 a token; random weights: not measured, "
                "1 of 2 seeds)\n"));
}

TEST(TerminalReport, WhyANumberIsMissingStandsBehindTheNats) {
  DesideratumResult read = in_context(example_with_a_missing_number());
  read.expectations[0].nats = 0.5;
  EXPECT_THAT(
      report_of({example_with_a_missing_number(), read}),
      HasSubstr("      (0.5 nats, odds × 1.6 a token; 1 of 2 seeds could not be measured)\n"));
}

TEST(TerminalReport, SeedsThatDrewTheSameAreNamed) {
  DesideratumResult result = example_that_holds();
  result.repeated_seeds = {2, 3};
  EXPECT_THAT(report_of({result}), HasSubstr("drew the same samples as an earlier one, and do not "
                                             "count: 2, 3.\n"));
}

}  // namespace
}  // namespace eif
