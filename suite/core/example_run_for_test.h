// A run with every kind of result, for the tests of the reports: one desideratum that holds, one
// that is violated, one that is open, one with a number that is missing, and one that failed.
#pragma once

#include <limits>

#include "suite/core/run_result.h"

namespace eif {

inline constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

inline RunRequest example_request() {
  return {.models = {"cnn", "phi3"},
          .all = true,
          .desiderata = {"symmetry"},
          .seeds = {0, 1},
          .claims_file = "mine.txt",
          .claims_digest = "abc",
          .large = true,
          .training = {.momentum = 0.5, .weight_decay = 0.25, .max_gradient_norm = 2},
          .engine = "dense",
          .deterministic = true};
}

inline RunContext example_context() {
  return {.program_version = "9.8.7",
          .build_fingerprint = "gcc-12 example",
          .torch_version = "2.13.0",
          .started_at = "2024-02-29T12:34:56Z",
          .command_line = {"eif-suite", "--model", "cnn", "--all"},
          .threads = 2,
          .models = {{.name = "cnn",
                      .fingerprint = "0123456789abcdef",
                      .learning_rate = 1e-4,
                      .learning_rate_reason = "auto: middle of the plateau",
                      .facts = {{"test accuracy", "0.9055"}},
                      .load_seconds = 0.5,
                      .rate_seconds = 0.25,
                      .measure_seconds = 12.25,
                      .rows = 200,
                      .unit = "nats",
                      .checks = {.noise_floor = 2.5e-7, .curvature = 0.0078125},
                      .seeds = {0, 1}},
                     {.name = "phi3",
                      .fingerprint = "fedcba9876543210",
                      .learning_rate = 1e-2,
                      .load_seconds = 60,
                      .measure_seconds = 600,
                      .rows = 20,
                      .unit = "nats/token",
                      .checks = {.noise_floor_error = "no loss is finite", .curvature = 0.25},
                      .seeds = {0, 1}}},
          .plugins = {{"cnn", "1.0", "model"}, {"symmetry", "1.1", "desideratum"}},
          .digits_digest = "d161"};
}

inline ExpectationResult example_expectation(const std::string& id, ExpectationKind kind,
                                             bool primary, std::vector<double> per_seed,
                                             ExpectationVerdict outcome) {
  return {{.id = id, .kind = kind, .primary = primary, .claim = "claim of " + id},
          std::move(per_seed),
          std::move(outcome)};
}

inline DesideratumResult example_that_holds() {
  DesideratumResult result = {
      .key = {.model = "cnn", .desideratum = "symmetry"},
      .info = {.claim = "Influence is mutual.",
               .paper_section = "2.1",
               .holds = "influence is symmetric",
               .violated = "influence is not symmetric"},
      .verdict = Verdict::kHolds,
      .seeds = {0, 1},
      .self_scales = {{"digits", 0.0125}},
      .expectations = {example_expectation("mutual_influence", ExpectationKind::kInvariance, true,
                                           {0.03125, 0.0625},
                                           {.verdict = Verdict::kHolds,
                                            .mean = 0.046875,
                                            .interval = {0.03125, 0.0625},
                                            .p = 0.25,
                                            .p_adjusted = 0.00002,
                                            .p_decides = 0.00002,
                                            .reason = "inside",
                                            .signal_to_noise = 2.125,
                                            .seeds_to_resolve = 2}),
                       example_expectation("one_sided", ExpectationKind::kDirection, false,
                                           {0.5, -0.25},
                                           {.verdict = Verdict::kInconclusive,
                                            .mean = 0.125,
                                            .interval = {-0.25, 0.5},
                                            .p = 0.5,
                                            .p_adjusted = 0.5,
                                            .p_decides = 0.5,
                                            .seeds_to_decide = 30,
                                            .reason = "not above 0"})},
      .observations = {{{.id = "symmetry_correlation", .unit = "1", .claim = "corr(E, Eᵀ)"},
                        {0.9990, 0.9992}},
                       {{.id = "same_class_mean", .unit = "nats", .claim = "same digit"},
                        {0.001, 0.003}}},
      .split_half_reliability = 0.96875,
      .flagged_rows = {
          {0, "digits", {.issue = RowIssue::kDoesNotTeachItself, .row = "4_2", .value = -0.5}},
          {1,
           "digits",
           {.issue = RowIssue::kNotMeasured, .row = "7_0", .reason = "its loss is not finite"}}}};
  result.expectations[0].noise_floor = 0.00002;
  return result;
}

inline DesideratumResult example_that_is_violated() {
  DesideratumResult result = {
      .key = {.model = "cnn", .desideratum = "noise_invariance"},
      .info = {.claim = "Noise teaches nothing.",
               .paper_section = "2, Eq. 5",
               .holds = "noise teaches nothing",
               .violated = "noise teaches as much as clean images do"},
      .verdict = Verdict::kViolated,
      .seeds = {0, 1},
      .expectations = {
          example_expectation("clean_above_noisy", ExpectationKind::kDirection, true, {-0.5, -0.75},
                              {.verdict = Verdict::kViolated,
                               .mean = -0.625,
                               .interval = {-0.75, -0.5},
                               .p = 1,
                               .p_adjusted = 1,
                               .p_decides = 1,
                               .reason = "below 0.1"}),
          example_expectation("pure_noise", ExpectationKind::kInvariance, true, {0.0, 0.0},
                              {.verdict = Verdict::kHolds,
                               .mean = 0,
                               .interval = {0, 0},
                               .p = 0.25,
                               .p_adjusted = 0.5,
                               .p_decides = 0.5,
                               .reason = "inside"})}};
  for (ExpectationResult& expectation : result.expectations) expectation.noise_floor = 0.00002;
  return result;
}

inline DesideratumResult example_that_is_open() {
  return {.key = {.model = "cnn", .desideratum = "sparsity"},
          .info = {.claim = "Unrelated samples are left alone.",
                   .holds = "influence is sparse",
                   .violated = "influence is everywhere"},
          .verdict = Verdict::kInconclusive,
          .seeds = {0, 1},
          .expectations = {example_expectation("related_above_unrelated",
                                               ExpectationKind::kDirection, true, {0.25, 0.0},
                                               {.verdict = Verdict::kInconclusive,
                                                .mean = 0.125,
                                                .interval = {0.0, 0.25},
                                                .p = 0.5,
                                                .p_adjusted = 0.5,
                                                .p_decides = 0.5,
                                                .seeds_to_decide = 24,
                                                .reason = "not above 0"})}};
}

// Measured by fine-tuning and in context.
inline DesideratumResult example_by_fine_tuning() {
  DesideratumResult result = example_that_is_open();
  result.key.model = "phi3";
  result.self_scales = {{"words", 0.5}};
  result.observations = {{{.id = "density", .unit = "1", .claim = "share of cells"}, {0.25, 0.5}}};
  return result;
}

inline DesideratumResult example_in_context() {
  DesideratumResult result = example_by_fine_tuning();
  result.key.condition = Condition::kInContext;
  result.verdict = Verdict::kHolds;
  result.self_scales = {{"words", 0.75}};
  result.expectations[0].per_seed = {1.0, 1.5};
  result.expectations[0].outcome = {.verdict = Verdict::kHolds,
                                    .mean = 1.25,
                                    .interval = {1.0, 1.5},
                                    .p = 0.25,
                                    .p_adjusted = 0.25,
                                    .p_decides = 0.25,
                                    .reason = "above 0"};
  result.observations[0].per_seed = {0.5, kMissing};
  return result;
}

inline DesideratumResult example_with_a_missing_number() {
  return {.key = {.model = "cnn", .desideratum = "semantics"},
          .info = {.claim = "Near samples help each other."},
          .seeds = {0, 1},
          .expectations = {example_expectation("near_above_far", ExpectationKind::kDirection, true,
                                               {0.5, kMissing},
                                               {.reason = "1 of 2 seeds could not be measured"})},
          .observations = {
              {{.id = "rank_correlation", .unit = "1", .claim = "Spearman"}, {0.5, kMissing}}}};
}

inline DesideratumResult example_that_failed() {
  return {.key = {.model = "cnn", .desideratum = "ontology"},
          .info = {.claim = "What is in a part is in the whole."},
          .error = "ontology, plan of seed 0: no such words",
          .expectations = {example_expectation("chain", ExpectationKind::kDirection, true, {}, {})},
          .observations = {{{.id = "density", .unit = "1", .claim = "share of cells"}, {}}}};
}

inline RunResult example_run() {
  return {.request = example_request(),
          .context = example_context(),
          .end = RunEnd::kComplete,
          .results = {example_that_holds(), example_that_is_violated(), example_that_is_open(),
                      example_with_a_missing_number(), example_that_failed(),
                      example_by_fine_tuning(), example_in_context()}};
}

}  // namespace eif
