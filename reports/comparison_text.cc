#include "reports/comparison_text.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "suite/core/run_result.h"

namespace eif {
namespace {

// "ontology (cnn), subclass"
std::string subject_of(const GateFinding& finding) {
  return absl::StrCat(finding.desideratum, " (", finding.model, ")",
                      finding.expectation.empty() ? "" : ", ", finding.expectation);
}

std::string plural(size_t count, const char* thing) {
  return absl::StrCat(count, " ", thing, count == 1 ? "" : "s");
}

Severity severity_of(GateLevel level) {
  return level == GateLevel::kFail ? Severity::kError : Severity::kWarning;
}

}  // namespace

const char* change_name(Change change) {
  switch (change) {
    case Change::kWorse:
      return "worse";
    case Change::kBetter:
      return "better";
    case Change::kSame:
      return "same";
    case Change::kUnclear:
      return "unclear";
    case Change::kDecidedByRegime:
      return verdict_name(Verdict::kDecidedByRegime);
    case Change::kNotMeasured:
      break;
  }
  return "not measured";
}

const char* change_text(const EffectChange& change) {
  return change.change == Change::kUnclear && is_no_worse(change) ? "no worse"
                                                                  : change_name(change.change);
}

std::string verdicts_text(const ComparedDesideratum& desideratum) {
  const char* before = verdict_name(desideratum.before);
  if (desideratum.before == desideratum.after) return before;
  return absl::StrCat(before, " → ", verdict_name(desideratum.after));
}

const char* outcome_name(ComparisonOutcome outcome) {
  switch (outcome) {
    case ComparisonOutcome::kNotComparable:
      return "not comparable";
    case ComparisonOutcome::kGotWorse:
      return "got worse";
    case ComparisonOutcome::kNothingShown:
      return "nothing shown";
    case ComparisonOutcome::kNoWorse:
      break;
  }
  return "no worse";
}

const char* gate_outcome_name(ComparisonOutcome outcome) {
  switch (outcome) {
    case ComparisonOutcome::kGotWorse:
      return "failed";
    case ComparisonOutcome::kNoWorse:
      return "passed";
    default:
      return outcome_name(outcome);
  }
}

std::string outcome_text(const GatedComparison& gated) {
  const ComparisonOutcome outcome = outcome_of(gated);
  if (!gated.has_gate) return outcome_name(outcome);
  const auto failures = static_cast<size_t>(
      std::count_if(gated.findings.begin(), gated.findings.end(),
                    [](const GateFinding& one) { return one.level == GateLevel::kFail; }));
  const bool is_decided =
      outcome == ComparisonOutcome::kGotWorse || outcome == ComparisonOutcome::kNoWorse;
  return absl::StrCat("gate ", is_decided ? "" : "not passed, ", gate_outcome_name(outcome), " (",
                      plural(gated.expectations, "primary expectation"), ", ",
                      plural(failures, "failure"), ", ",
                      plural(gated.findings.size() - failures, "warning"), ")");
}

std::vector<std::string> gate_lines(const GatedComparison& gated) {
  std::vector<std::string> lines;
  for (const GateFinding& one : gated.findings) {
    lines.push_back(absl::StrCat("gate: ", gate_level_name(one.level), ": ", subject_of(one), ": ",
                                 one.why));
  }
  lines.push_back(absl::StrCat("gate: ", outcome_text(gated).substr(5)));
  return lines;
}

std::vector<RunNote> comparison_notes(const GatedComparison& gated) {
  const std::string who = gated.has_gate ? "gate: " : "";
  std::vector<RunNote> notes;
  for (const GateFinding& one : gated.findings) {
    notes.push_back({severity_of(one.level), who + subject_of(one), one.why});
  }
  for (const ComparedDesideratum& one : gated.comparison.desiderata) {
    if (one.why.empty()) continue;
    notes.push_back({Severity::kError,
                     absl::StrCat(who, one.desideratum, " (", one.model, ")"), one.why});
  }
  for (const std::string& why : gated.comparison.cut_short) {
    notes.push_back({Severity::kError, "the comparison", why});
  }
  for (const std::string& difference : gated.comparison.differences) {
    notes.push_back({Severity::kRemark, "differs from the baseline", difference});
  }
  std::stable_sort(notes.begin(), notes.end(),
                   [](const RunNote& a, const RunNote& b) { return a.severity < b.severity; });
  return notes;
}

std::string run_text(const std::string& path, const RunContext& context) {
  std::string text = absl::StrCat(path, ", ", context.started_at);
  for (const ModelContext& model : context.models) {
    absl::StrAppend(&text, ", ", model.name, " ", model.fingerprint.substr(0, 8));
  }
  if (!context.tags.empty()) absl::StrAppend(&text, ", ", tags_text(context));
  return text;
}

std::string how_changes_are_judged(const GatedComparison& gated) {
  const bool is_trend = !gated.comparison.between.empty();
  return absl::StrFormat(
      "A change is above 0 where it came out better, in units of what training on a sample does for "
      "that sample itself%s. Seeds are compared one by one. Worse: shown to have lost more than the "
      "margin (%s). No worse: shown to have lost no more. Same: shown to have neither lost nor gained "
      "more. The rest is unclear.",
      is_trend ? absl::StrCat(", and that of the straight line through all ",
                              gated.comparison.between.size() + 2, " runs, from its begin to its end")
               : "",
      gated.has_gate ? "p adjusted over the whole gate" : "p adjusted within a desideratum");
}

}  // namespace eif
