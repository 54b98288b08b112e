// Which dose decides: each expectation states one (Expectation::deciding_dose), and a run measures
// some.
//
//   result.decided_at = deciding_dose(stated_dose(result.expectations), request.doses);
//
// A verdict at another dose is reported and decides nothing. Where the stated dose was not
// measured, that one decides which is nearest to it, so that every desideratum has one verdict that
// counts; stand_ins() says of which this is so.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "eif/desideratum.h"
#include "suite/core/run_result.h"

namespace eif {

// kInvalidArgument: what an expectation states is no dose, as reports call it ("0.9", not "0.90"),
// or the primary expectations about texts do not state the same, so that no one dose has the
// verdict.
absl::Status check_stated_doses(const DesideratumInfo& info);

// "decided at dose 0.9", "decided at dose 0.9, plateau beside it"
std::string doses_text(const Expectation& expectation);

// What the primary expectations state, which all state the same. "plateau" where there is none.
std::string stated_dose(const std::vector<ExpectationResult>& expectations);

// The one of `measured` (RunRequest::doses, at least one) that decides what states `stated`:
// itself, or else the nearest, plateau being a share of 0; of two that are equally near the larger.
std::string deciding_dose(const std::string& stated, const std::vector<std::string>& measured);

// Whether the verdict at this dose is the one that decides.
bool decides(const DesideratumResult& result);
// Whether another does, and this dose is the second one of the primary expectations.
bool stands_beside(const DesideratumResult& result);

// Whether to count the verdict where each is to count once: it decides, and is not of what was read,
// which has the same result at every dose, unless it is the first of these in the run.
bool counts_once(const RunResult& run, const DesideratumResult& result);

// "dose 0.9 decides", or, of a second dose, "beside dose 0.9, which decides"; empty where the
// result itself decides.
std::string role_text(const DesideratumResult& result);

// What was decided at another dose than its expectations state, one sentence for each pair of them:
// "dose 0.9 is to decide transitivity, and was not measured: plateau decides (--dose 0.9 measures
// it)".
std::vector<std::string> stand_ins(const RunResult& run);

}  // namespace eif
