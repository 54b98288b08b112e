// The run within GitHub Actions: workflow commands, which the runner reads from a step's output and
// turns into annotations, and the step's summary, which it takes from the file that
// GITHUB_STEP_SUMMARY names.
// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
#pragma once

#include <string>
#include <string_view>

#include "suite/core/gate.h"
#include "suite/core/run_result.h"

namespace eif {

// The variable with the name of the file that the summary is added to.
inline constexpr char kStepSummaryVariable[] = "GITHUB_STEP_SUMMARY";

// One command a line: ::error for what could not be measured and what a gate lets fail, ::warning for
// what is violated or in doubt, and first a ::notice with the counts. GitHub shows ten of a kind and
// step: the tenth says how many more there are.
std::string github_annotations(const RunResult& run, const GatedComparison* gate = nullptr);

// The summary is run_markdown(), within what GitHub takes in a step's summary.
std::string github_summary(const RunResult& run, const GatedComparison* gate = nullptr);

// The same of a comparison.
std::string comparison_annotations(const GatedComparison& gated);
std::string comparison_summary(const GatedComparison& gated);

// "::warning title=TITLE::TEXT\n". Neither can end the line or the command, or begin another.
std::string workflow_command(std::string_view kind, std::string_view title, std::string_view text);

}  // namespace eif
