#include "reports/run_notes.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "reports/comparison_text.h"
#include "suite/core/control_reading.h"
#include "suite/core/deciding_dose.h"
#include "suite/core/dose.h"

namespace eif {
namespace {

using Notes = std::vector<RunNote>;

constexpr char kTheRun[] = "the run";

void note_circumstances(const RunResult& run, Notes& notes) {
  if (run.end != RunEnd::kComplete) {
    notes.push_back({Severity::kError, kTheRun,
                     absl::StrCat("did not come to its end (", run_end_name(run.end),
                                  "): what is said rests on the seeds that were complete")});
  }
  for (const std::string& problem : run.problems) {
    notes.push_back({Severity::kError, kTheRun, problem});
  }
  if (run.request.is_control()) {
    std::string text =
        absl::StrCat("is the control ", run.request.control,
                     " and no measurement of the model: nothing logical should hold");
    for (const ControlReading& reading : control_readings(run)) {
      absl::StrAppend(&text, "; ", control_reading_text(reading));
    }
    notes.push_back({Severity::kWarning, kTheRun, std::move(text)});
  }
  for (std::string& sentence : stand_ins(run)) {
    notes.push_back({Severity::kRemark, kTheRun, std::move(sentence)});
  }
}

// What is learned in large steps is not meant to be proportional to them.
void note_model(const ModelContext& model, bool has_small_steps, Notes& notes) {
  const ModelChecks& checks = model.checks;
  if (has_small_steps && checks.curvature > kLargestCurvature) {
    notes.push_back({Severity::kWarning, model.name,
                     absl::StrFormat("curvature %.2g is above %.2g: influence is not proportional "
                                     "to the learning rate; try a lower --lr",
                                     checks.curvature, kLargestCurvature)});
  }
  if (!checks.noise_floor_error.empty()) {
    notes.push_back({Severity::kRemark, model.name,
                     absl::StrCat("noise floor not measured: ", checks.noise_floor_error)});
  }
  if (has_small_steps && !checks.curvature_error.empty()) {
    notes.push_back({Severity::kRemark, model.name,
                     absl::StrCat("curvature not measured: ", checks.curvature_error)});
  }
}

// The reason that the first unmeasured expectation gives; finding() has none.
std::string why_not_measured(const DesideratumResult& result) {
  if (!result.error.empty()) return result.error;
  for (const ExpectationResult& one : result.expectations) {
    if (one.outcome.verdict == Verdict::kNotMeasured && !one.outcome.reason.empty()) {
      return absl::StrCat(one.expectation.id, ": ", one.outcome.reason);
    }
  }
  return finding(result);
}

// At a dose that decides nothing and stands beside nothing it is no finding.
RunNote note_of_violated(const DesideratumResult& result, const std::string& subject) {
  const bool is_finding = decides(result) || stands_beside(result);
  const std::string role = role_text(result);
  return {is_finding ? Severity::kWarning : Severity::kRemark, subject,
          absl::StrCat("violated", role.empty() ? "" : absl::StrCat(" (", role, ")"), ": ",
                       finding(result))};
}

// Where what stands beside it was broken off.
std::string seeds_beside(const DesideratumResult& of) {
  const size_t count = of.beside->seeds.size();
  if (count >= of.seeds.size()) return "";
  return absl::StrCat(", of which ", count, " of ", of.seeds.size(), " seeds were measured");
}

void note_verdict(const DesideratumResult& result, const std::string& subject, Notes& notes) {
  switch (result.verdict) {
    case Verdict::kHolds:
      if (!result.beside || result.beside->verdict != Verdict::kHolds) return;
      notes.push_back(
          {Severity::kWarning, subject,
           absl::StrCat("holds, and so it does for ",
                        absl::StrReplaceAll(result.beside->control, {{"-", " "}}),
                        seeds_beside(result), ": it says nothing of what the model learned")});
      return;
    case Verdict::kViolated:
      notes.push_back(note_of_violated(result, subject));
      return;
    case Verdict::kInconclusive:
    case Verdict::kDecidedByRegime:
      notes.push_back({Severity::kRemark, subject, finding(result)});
      return;
    case Verdict::kNotMeasured:
      notes.push_back(
          {Severity::kError, subject, absl::StrCat("not measured: ", why_not_measured(result))});
  }
}

void note_doubts(const DesideratumResult& result, const std::string& subject, Notes& notes) {
  std::vector<std::string> below;
  for (const ExpectationResult& one : result.expectations) {
    if (one.expectation.primary && is_below_noise_floor(one)) below.push_back(one.expectation.id);
  }
  if (!below.empty()) {
    notes.push_back({Severity::kWarning, subject,
                     absl::StrCat("effects below the noise floor: ", absl::StrJoin(below, ", "))});
  }
  if (!result.repeated_seeds.empty()) {
    notes.push_back({Severity::kRemark, subject,
                     absl::StrCat("seeds that drew the same samples as an earlier one, and do not "
                                  "count: ",
                                  absl::StrJoin(result.repeated_seeds, ", "))});
  }
}

// Three rows of each issue by name, and how many there are.
void note_rows(const DesideratumResult& result, const std::string& subject, Notes& notes) {
  constexpr size_t kNamed = 3;
  for (const RowIssue issue : {RowIssue::kNotMeasured, RowIssue::kAllZero,
                               RowIssue::kDoesNotTeachItself, RowIssue::kOutlier}) {
    std::vector<std::string> names;
    size_t count = 0;
    for (const FlaggedRow& row : result.flagged_rows) {
      if (row.flag.issue != issue || ++count > kNamed) continue;
      names.push_back(absl::StrCat("seed ", row.seed, " ", row.request, "/", row.flag.row));
    }
    if (count == 0) continue;
    notes.push_back({Severity::kRemark, subject,
                     absl::StrCat("rows to look at, ", issue_name(issue), " (", count,
                                  "): ", absl::StrJoin(names, ", "), count > kNamed ? ", …" : "")});
  }
}

std::string subject_of(const RunResult& run, const DesideratumResult& result) {
  const std::string name =
      absl::StrCat(result.key.model, ", ", result_name(run.request, result.key));
  return result.key.condition == Condition::kInContext ? name + ", in context" : name;
}

}  // namespace

std::vector<RunNote> run_notes(const RunResult& run, const GatedComparison* gate) {
  Notes notes;
  if (gate != nullptr) notes = comparison_notes(*gate);
  note_circumstances(run, notes);
  const bool has_small_steps = has_plateau(run.request.doses);
  for (const ModelContext& model : run.context.models) note_model(model, has_small_steps, notes);
  for (const DesideratumResult& result : run.results) {
    const std::string subject = subject_of(run, result);
    // Fine-tuning decides; what reading gave stands beside it.
    if (result.key.condition == Condition::kFineTuning) {
      note_verdict(result, subject, notes);
      note_doubts(result, subject, notes);
    }
    note_rows(result, subject, notes);
  }
  std::stable_sort(notes.begin(), notes.end(),
                   [](const RunNote& a, const RunNote& b) { return a.severity < b.severity; });
  return notes;
}

namespace {

// "dose 0.9, which decides"; of what some desiderata decide at and others do not with how many.
std::string name_of_dose(const RunResult& run, const std::string& dose) {
  size_t all = 0, deciding = 0;
  for (const DesideratumResult& result : run.results) {
    if (result.key.condition != Condition::kFineTuning || result.key.dose != dose) continue;
    ++all;
    deciding += decides(result) ? 1 : 0;
  }
  if (deciding == 0) return absl::StrCat("dose ", dose);
  return absl::StrCat("dose ", dose, ", which decides",
                      deciding == all ? "" : absl::StrCat(" ", deciding, " of ", all));
}

// Of the results at one dose.
std::string counts_at(const RunResult& run, const std::string& dose) {
  std::vector<std::string> parts;
  const std::pair<Verdict, const char*> kWords[] = {
      {Verdict::kHolds, "hold"},
      {Verdict::kViolated, "violated"},
      {Verdict::kInconclusive, "inconclusive"},
      {Verdict::kDecidedByRegime, "decided by the regime"},
      {Verdict::kNotMeasured, "not measured"}};
  for (const auto& [verdict, word] : kWords) {
    const auto count = std::count_if(
        run.results.begin(), run.results.end(), [&, wanted = verdict](const DesideratumResult& one) {
          return one.key.condition == Condition::kFineTuning && one.key.dose == dose &&
                 one.verdict == wanted;
        });
    if (count > 0) parts.push_back(absl::StrCat(count, " ", word));
  }
  return absl::StrJoin(parts, ", ");
}

}  // namespace

std::string verdict_counts(const RunResult& run) {
  std::vector<std::string> doses;
  for (const DesideratumResult& result : run.results) {
    const std::string& dose = result.key.dose;
    if (result.key.condition == Condition::kFineTuning &&
        std::find(doses.begin(), doses.end(), dose) == doses.end()) {
      doses.push_back(dose);
    }
  }
  if (doses.empty()) return "nothing was measured";
  if (learned_shares(run.request.doses).empty()) return counts_at(run, doses.front());
  std::vector<std::string> parts;
  for (const std::string& dose : doses) {
    parts.push_back(absl::StrCat(name_of_dose(run, dose), ": ", counts_at(run, dose)));
  }
  return absl::StrJoin(parts, "; ");
}

}  // namespace eif
