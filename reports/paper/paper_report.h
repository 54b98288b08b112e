// The report `paper`: the figures and claims of "Empirical influence functions to understand the
// logic of fine-tuning" (arXiv 2406.00509), from a run that was written down.
//
//   const auto files = paper_report(run, matrices);   // index.html, reproduction.json, cnn/…
//
// It measures nothing and knows no plugin. What it needs is a run of desiderata_of_claims()
// (reports/paper/claim_table.h); results of other desiderata are no matter to it.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "reports/report_file.h"
#include "suite/core/run_result.h"
#include "suite/core/run_store.h"

namespace eif {

// index.html and reproduction.json, and for each model a folder with the figures and the numbers in
// them. Models of which no seed was complete are named on the page and left out.
//
// kFailedPrecondition: of a model that was measured, desiderata that claims are about are not in
// the run; the message names them and the command that measures them. Or no seed of any model is
// complete. Also what RunMatrices::read() and the figures fail with.
absl::StatusOr<std::vector<ReportFile>> paper_report(const RunResult& run,
                                                     const RunMatrices& matrices);

}  // namespace eif
