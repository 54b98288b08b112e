// What `doctor --self-test` does: shows that this installation can say "holds", and "violated".
//
// The installed plugins, the engine and the statistics measure the positive control, a model that
// comes with the program and draws conclusions when it learns (docs/positive-control.md), and the
// same with its weights drawn anew. Each verdict has to be the one that is known.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "suite/cli/commands.h"
#include "suite/core/run_result.h"

namespace eif {

// One run of the self-test, and the verdict that it has to come to on each of its desiderata.
struct KnownRun {
  std::string control;  // as RunRequest::control
  Verdict verdict;
  uint64_t seeds = 0;  // as many as the verdict needs
};

struct SelfTestLine {
  std::string text;  // "ontology, random weights: violated (7 of 7; 0 hold), as it must be"
  bool passed = false;
};

// A line for each desideratum that was asked for. Those without a result fail.
std::vector<SelfTestLine> check_known_verdicts(const KnownRun& known,
                                               const std::vector<std::string>& asked,
                                               const RunResult& run);

// Prints the lines and what they come to. Returns kSuccess, or kNotMeasured where a line failed.
int self_test(const PluginOptions& options, const Invocation& invocation);

}  // namespace eif
